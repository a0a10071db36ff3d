"""The application's doors and those of the pages it is measured against."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("config.urls"))]
