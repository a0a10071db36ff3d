"""Addresses of this face: each module of one noun brings its own."""

from django.urls import URLPattern, URLResolver

from desk import (
    case,
    case_files,
    evaluation,
    flags,
    new_case,
    record,
    stages,
    tasks,
)

app_name = "desk"

# The first match wins: pages with a fixed name under /cases/ stand before the case itself.
urlpatterns: list[URLPattern | URLResolver] = [
    *new_case.urlpatterns,
    *case.urlpatterns,
    *case_files.urlpatterns,
    *evaluation.urlpatterns,
    *flags.urlpatterns,
    *record.urlpatterns,
    *stages.urlpatterns,
    *tasks.urlpatterns,
]
