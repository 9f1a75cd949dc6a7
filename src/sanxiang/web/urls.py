"""The shell's own addresses: the root sends everyone to their first page."""

from django.urls import path

from sanxiang.web import views

urlpatterns = [path("", views.home, name="home")]
