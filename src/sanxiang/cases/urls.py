"""Addresses of the promises."""

from django.urls import path

from sanxiang.cases import views

urlpatterns = [
    path("promises/", views.promises, name="promises"),
    path("promises/<str:promise_id>/reply/", views.reply, name="promise-reply"),
    path("promises/<str:promise_id>/contact/", views.contact, name="promise-contact"),
]
