"""Addresses of the desk."""

from django.urls import path

from sanxiang.calls import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/phone/", views.phone, name="desk-phone"),
    path("desk/state/", views.state, name="desk-state"),
    path("desk/hold/", views.hold, name="desk-hold"),
    path("desk/end/", views.end, name="desk-end"),
    path("desk/number/", views.number, name="desk-number"),
]
