"""The page of the bare address: the way to where one starts."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from sanxiang.web.access import who
from sanxiang.web.nav import home_for


@who.signed_in
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(home_for(request.user))
