"""Every door of the house."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path

from config import health, hooks, receipt_preview

# The audit trail's columns need the width.
admin.site.enable_nav_sidebar = False

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("hooks/", include(hooks.urlpatterns)),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    *receipt_preview.urlpatterns,
    path("", include("portal.urls")),
    path("", include("desk.urls")),
]
if apps.is_installed("config.demo"):
    urlpatterns.insert(0, path("demo/", include("config.demo.urls")))
