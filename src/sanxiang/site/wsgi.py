"""The pages as a WSGI application, for a server of pages alone."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.site.settings")
application = get_wsgi_application()
