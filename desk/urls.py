"""Addresses of this face: each module of one noun brings its own."""

from django.urls import URLPattern, URLResolver

from desk import case

app_name = "desk"

# The first match wins: pages with a fixed name under /cases/ stand before the case itself.
urlpatterns: list[URLPattern | URLResolver] = [
    *case.urlpatterns,
]
