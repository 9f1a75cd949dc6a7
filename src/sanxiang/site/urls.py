"""Which address leads to which room? Each room that has a urls.py says its own addresses in full."""

from __future__ import annotations

from django.urls import include, path

from sanxiang.site.rooms import rooms_with

urlpatterns = [path("", include(f"sanxiang.{room}.urls")) for room in rooms_with("urls")]
urlpatterns.append(path("", include("sanxiang.web.urls")))

handler400 = "sanxiang.web.errors.bad_request"
handler403 = "sanxiang.web.errors.forbidden"
handler404 = "sanxiang.web.errors.not_found"
handler500 = "sanxiang.web.errors.failed"
