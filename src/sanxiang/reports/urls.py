"""Addresses of the supervisor's page, of calls and of figures."""

from django.urls import path

from sanxiang.reports import call_views, views

urlpatterns = [
    path("live/", views.live_page, name="live"),
    path("calls/", views.calls_page, name="calls"),
    path("calls/<str:name>/", call_views.one_call, name="call"),
    path("calls/<str:name>/reveal/", call_views.reveal, name="call-reveal"),
    path("calls/<str:name>/peaks.json", call_views.peaks, name="call-peaks"),
    path("calls/<str:name>/facts.json", call_views.facts_json, name="call-facts"),
    path("calls/<str:name>/sound/<str:side>.wav", call_views.sound_file, name="call-sound"),
    path("reports/", views.reports, name="reports"),
    path("reports/kpi/", views.kpi_page, name="kpi"),
]
