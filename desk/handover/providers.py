"""The directory of firms that we recommend: who takes over which service, and how well."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.frame.scoping import person_of
from offboarding.models import Provider, ServiceFit

SHOWN = 300


@require_safe
@never_cache
def directory(request: HttpRequest) -> HttpResponse:
    """List the active providers with their services; `?service=` narrows it to one."""
    fits = ServiceFit.objects.filter(provider__is_active=True)
    names = {name.casefold(): name for name in fits.values_list("service", flat=True)}
    asked = request.GET.get("service", "").replace("\0", "").strip()
    providers = Provider.objects.filter(is_active=True)
    if asked:
        providers = providers.filter(pk__in=fits.filter(service__iexact=asked).values("provider"))
    rows = providers.prefetch_related(Prefetch("fits", ServiceFit.objects.order_by("pk")))
    context = {
        "providers": list(rows[:SHOWN]),
        "services": sorted(names.values(), key=str.casefold),
        "service": asked,
        "is_admin": person_of(request).is_admin,
    }
    return render(request, "desk/providers.html", context)


urlpatterns: list[URLPattern] = [path("providers/", directory, name="providers")]
