"""The application's doors and those of the pages it is measured against."""

from django.urls import URLPattern, URLResolver, include, path

from bench.peers import textbook

urlpatterns: list[URLPattern | URLResolver] = [
    path("bench/empty/", textbook.empty),
    path("bench/numbered/", textbook.numbered),
    path("bench/admin/", textbook.site.urls),
    path("", include("config.urls")),
]
