"""The print service on the desk: give it a letter, take one back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from desk.notice.verbs import DeliveryVerb
from notices.services import print_service


class Give(DeliveryVerb):
    """Have a print service print and post a letter."""

    template_name = "desk/notice/delivery_verb.html"
    title = _("Give it to the print service")
    intro = _(
        "The service prints the sealed pages and the receipt slip, and posts them as certified "
        "mail. It is handed over at most once. Posting and outcome are asked for by themselves; "
        "a delivery proves receipt once somebody accepts the carrier's record."
    )
    button = _("Give it to the service")
    done = _("Ordered. The letter leaves in a moment.")
    is_irreversible = True

    def allow(self) -> None:
        """Ask the policies, and whether there is such a service here.

        Raises:
            Http404: there is none.
        """
        super().allow()
        if not print_service.is_offered():
            raise Http404(_text("No print service is set up here."))

    def perform(self, form: forms.Form) -> None:
        """Order it."""
        print_service.order(self.delivery, by=self.actor)


class TakeBack(DeliveryVerb):
    """Take a letter back from the print service."""

    template_name = "desk/notice/delivery_verb.html"
    title = _("Take it back from the print service")
    intro = _("Possible for some minutes, until the service begins to print.")
    button = _("Take it back")
    done = _("It is taken back from the print service.")
    is_destructive = True

    def allow(self) -> None:
        """Ask the policies, and whether the service has it.

        Raises:
            Http404: it does not.
        """
        super().allow()
        found = print_service.open_order_of(self.delivery)
        if found is None:
            raise Http404(_text("No print service has this letter."))
        self.order = found

    def perform(self, form: forms.Form) -> None:
        """Take it back."""
        print_service.cancel(self.order, by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the order."""
        return super().context(form) | {"order": self.order}


_ONE = "cases/<str:reference>/deliveries/<int:pk>/print-service"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}/", Give.as_view(), name="delivery-print-service"),
    path(f"{_ONE}/take-back/", TakeBack.as_view(), name="delivery-service-take-back"),
]
