"""Addresses of the registration."""

from django.urls import path

from sanxiang.records import views

urlpatterns = [
    path("desk/registration/<str:call_id>/", views.form, name="registration"),
    path("desk/registration/<str:call_id>/draft/", views.draft, name="registration-draft"),
    path("desk/registration/<str:call_id>/sign/", views.sign, name="registration-sign"),
    path("desk/registration/<str:call_id>/park/", views.park, name="registration-park"),
]
