"""Addresses of this face: each module of one noun brings its own."""

from django.urls import URLPattern, URLResolver

from desk import (
    board,
    case,
    case_files,
    case_list,
    clients,
    contacts,
    engagements,
    evaluation,
    firm_settings,
    flags,
    follow_up,
    handover,
    imports,
    invoices,
    new_case,
    obligations,
    queue,
    reactions,
    record,
    search,
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
    *obligations.urlpatterns,
    *handover.urlpatterns,
    *follow_up.urlpatterns,
    *reactions.urlpatterns,
    *tasks.urlpatterns,
    *board.urlpatterns,
    *case_list.urlpatterns,
    *clients.urlpatterns,
    *contacts.urlpatterns,
    *engagements.urlpatterns,
    *firm_settings.urlpatterns,
    *imports.urlpatterns,
    *invoices.urlpatterns,
    *queue.urlpatterns,
    *search.urlpatterns,
]
