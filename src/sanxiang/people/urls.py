"""Addresses of signing in, of the people page, and of the first visit."""

from django.urls import path

from sanxiang.people import manage_views as manage
from sanxiang.people import views, welcome_views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("once/<str:token>/", views.once, name="once"),
    path("me/", views.me, name="me"),
    path("set-password/", views.set_password, name="set-password"),
    path("people/", manage.people, name="people"),
    path("people/add/", manage.add, name="people-add"),
    path("people/<int:pk>/state/", manage.state, name="people-state"),
    path("people/<int:pk>/link/", manage.link, name="people-link"),
    path("people/<int:pk>/phone/", manage.phone, name="people-phone"),
    path("people/<int:pk>/active/", manage.active, name="people-active"),
    path("welcome/", welcome_views.welcome, name="welcome"),
    path("welcome/steps/", welcome_views.steps, name="welcome-steps"),
]
