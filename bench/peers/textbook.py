"""The case list as a tutorial would have it, and the least that a signed-in page can be."""

from __future__ import annotations

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk.frame.scoping import cases_of
from desk.lists.lines import SHOWN_WITH, lines_of
from offboarding.models import TerminationCase


def empty(request: HttpRequest) -> HttpResponse:
    """Show the frame around nothing."""
    return render(request, "desk/base.html")


def numbered(request: HttpRequest) -> HttpResponse:
    """Show page 1 to n of all cases: an exact count and an offset, the same table."""
    cases = cases_of(request).select_related(*SHOWN_WITH).order_by("-opened_at", "-pk")
    page = Paginator(cases, 25).get_page(request.GET.get("page"))
    return render(request, "bench_peers/numbered.html", {"lines": lines_of(page), "page": page})


class StockAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Django's own list with nothing tuned."""

    list_display = ("reference", "client", "state", "owner", "ground", "effective_on", "opened_at")
    list_per_page = 25

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let staff in: our roles know nothing of this list."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Let staff look."""
        return True


site = admin.AdminSite("stock")
site.register(TerminationCase, StockAdmin)
