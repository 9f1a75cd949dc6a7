"""Addresses of signing in and of the people page."""

from django.urls import path

from sanxiang.people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("once/<str:token>/", views.once, name="once"),
    path("me/", views.me, name="me"),
    path("set-password/", views.set_password, name="set-password"),
]
