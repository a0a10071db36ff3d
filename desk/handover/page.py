"""Handing over: who comes next, what they get, whose access ends. Section, page and forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, LargeUploadField, ProseField
from desk.frame.rights import Rights
from desk.frame.row_verbs import RowVerb, SectionVerb
from desk.frame.scoping import case_or_404, person_of
from offboarding.errors import Reason
from offboarding.lifecycle import State
from offboarding.models import (
    AccessItem,
    HandoverItem,
    Provider,
    Receiver,
    RecommendedProvider,
    ServiceFit,
    Successor,
    TerminationCase,
)
from offboarding.services import handover

SHOWN_IN = frozenset({State.TRANSITION})
"""The stages in which the case page has this section; its own page has it in all."""

JOINED_TO_THE_CASE = ("successor__provider",)
"""What a page asks for together with its case, so that the section asks nothing."""


# -- the section -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """Everything about the hand-over of one case."""

    successor: Successor | None
    recommended: list[RecommendedProvider]
    items: list[HandoverItem]
    accesses: list[AccessItem]
    page_url: str
    may_change: bool

    @property
    def waiting_count(self) -> int:
        """How many items are still with us."""
        return sum(1 for item in self.items if item.is_waiting)

    @property
    def has_files(self) -> bool:
        """Something listed can be downloaded."""
        return any(item.file_id is not None for item in self.items)

    @property
    def open_access_count(self) -> int:
        """How many accesses still work."""
        return sum(1 for access in self.accesses if access.is_open)

    @property
    def lacks_consent(self) -> bool:
        """A successor is named, and the client has not said what they may get."""
        return self.successor is not None and self.successor.consented_on is None


def prefetches() -> tuple[Prefetch[Any, Any, Any], ...]:
    """Return what a page reads together with its case, so that the section asks nothing."""
    items = HandoverItem.objects.select_related("file", "settled_by")
    return (
        Prefetch("handover_items", items),
        Prefetch("access_items", AccessItem.objects.select_related("checked_by")),
        Prefetch("recommendations", _recommendations()),
    )


def _recommendations() -> Any:
    rows = RecommendedProvider.objects.select_related("provider")
    return rows.order_by("recommended_on", "pk")


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return what the section shows to a person: `{"handover": Section}`.

    Args:
        case: read with `prefetches()` and JOINED_TO_THE_CASE, or the section reads them now.
        user: whose buttons are shown.
    """
    rights = Rights(Actor.person(user), case)
    return {
        "handover": Section(
            successor=getattr(case, "successor", None),
            recommended=list(case.recommendations.all()),
            items=list(case.handover_items.all()),
            accesses=list(case.access_items.all()),
            page_url=reverse("desk:handover", args=[case.reference]),
            may_change=rights.may_change(),
        )
    }


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the hand-over on a page of its own, to plan it early and to look it up later."""
    case = case_or_404(request, reference)
    case = (
        TerminationCase.objects.select_related(
            "client__office", "team", "owner", "ground", *JOINED_TO_THE_CASE
        )
        .prefetch_related(*prefetches())
        .get(pk=case.pk)
    )
    context = {"case": case, **section(case, person_of(request))}
    with timezone.override(case.time_zone):
        return render(request, "desk/case/handover/page.html", context)


class HandoverVerb(SectionVerb):
    """A verb of the hand-over as a whole."""

    section = "handover"
    shown_in = SHOWN_IN
    page = "handover"


class HandoverRowVerb(RowVerb):
    """A verb of one row of it."""

    section = "handover"
    shown_in = SHOWN_IN
    page = "handover"


# -- who comes next --------------------------------------------------------------------------------


class _Successor(forms.Form):
    provider = forms.ModelChoiceField(
        label=_("From our directory"),
        queryset=Provider.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("Their name and e-mail are taken over where you leave them empty."),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("The firm or person who looks after the client next."),
    )
    contact = forms.CharField(label=_("Contact person"), required=False, max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    consented_on = DayField(
        label=_("The client consented on"),
        required=False,
        help_text=_("Without consent we hand over to the client only."),
    )
    consent_scope = ProseField(
        label=_("What may be handed over"),
        required=False,
        rows=3,
        help_text=_("Such as “all ledgers since 2024; no payroll files”."),
    )
    consent_how = forms.CharField(
        label=_("How the consent was given"),
        required=False,
        max_length=200,
        help_text=_("Such as “by e-mail from Ms Adams”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        provider.queryset = Provider.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """Take name and e-mail from the directory; ask how a consent was given."""
        said = super().clean() or {}
        provider = said.get("provider")
        if provider is not None:
            said["name"] = said.get("name") or provider.name
            said["email"] = said.get("email") or provider.email
        elif not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("Name who looks after the client next, or choose from above."))
        if said.get("consented_on") and not said.get("consent_how"):
            self.add_error("consent_how", _("Say how the client gave the consent."))
        return said


class NameSuccessor(HandoverVerb):
    """Record who looks after the client next, and what the client lets us give them."""

    form_class = _Successor
    template_name = "desk/case/handover/successor.html"
    title = _("Successor and consent")
    button = _("Save")
    done = _("The successor is on record.")
    edits = (
        "provider",
        "name",
        "contact",
        "email",
        "consented_on",
        "consent_scope",
        "consent_how",
    )
    recorded_as = ("successor.named", "successor.changed")

    def initial(self) -> dict[str, Any]:
        """Show who is named now."""
        named = Successor.objects.filter(case=self.case).first()
        fields = _Successor.base_fields
        return {name: getattr(named, name) for name in fields} if named else {}

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        handover.name_successor(
            self.case,
            by=self.actor,
            **{name: form.cleaned_data[name] for name in _Successor.base_fields},
        )


class _Recommendation(forms.Form):
    provider = forms.ModelChoiceField(
        label=_("Provider"), queryset=Provider.objects.none(), empty_label=_("Choose")
    )
    services = forms.MultipleChoiceField(
        label=_("For which services"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As the directory lists them."),
        error_messages={"required": _("Choose for which services you recommend them.")},
    )
    note = forms.CharField(
        label=_("Why they fit"),
        required=False,
        max_length=300,
        help_text=_("One sentence for your colleagues, such as “same software, free from May”."),
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        named = case.recommendations.values("provider")
        provider.queryset = Provider.objects.filter(is_active=True).exclude(pk__in=named)
        self.fits = list(
            ServiceFit.objects.filter(provider__in=provider.queryset).select_related("provider")
        )
        known = {fit.service.casefold(): fit.service for fit in self.fits}
        services = self.fields["services"]
        assert isinstance(services, forms.MultipleChoiceField)
        services.choices = [(one, one) for one in sorted(known.values(), key=str.casefold)]


class Recommend(HandoverVerb):
    """Record that we named a provider of the directory to the client."""

    form_class = _Recommendation
    template_name = "desk/case/handover/recommend.html"
    title = _("Recommend a provider")
    intro = _("The client chooses. We name who could do this well, and note that we did.")
    button = _("Record the recommendation")
    done = _("The recommendation is on record.")
    is_irreversible = True

    def form_options(self) -> dict[str, Any]:
        """Leave out who was named already."""
        return {"case": self.case}

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        said = form.cleaned_data
        handover.recommend_provider(
            self.case,
            said["provider"],
            by=self.actor,
            services=said["services"],
            note=said["note"],
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the directory beside the choice, and what the client has from us today."""
        assert isinstance(form, _Recommendation)
        return super().context(form) | {"fits": form.fits}


# -- what they get ---------------------------------------------------------------------------------


class _Item(forms.Form):
    title = forms.CharField(
        label=_("What is handed over"),
        max_length=200,
        help_text=_("Such as “Ledgers 2024 to 2026” or “The office keys”."),
    )
    format = forms.CharField(
        label=_("Format"),
        required=False,
        max_length=100,
        help_text=_("Such as “CSV, UTF-8” or “3 binders”; a file's own kind is known."),
    )
    held_by = forms.CharField(label=_("Where it is now"), required=False, max_length=200)
    goes_to = forms.ChoiceField(
        label=_("Who gets it"),
        choices=Receiver.choices,
        initial=Receiver.CLIENT,
        required=False,
        help_text=_("The successor gets nothing before the client's consent is recorded."),
    )
    exceptions = ProseField(
        label=_("Exceptions"),
        required=False,
        rows=2,
        max_length=1000,
        help_text=_("What is missing or left out, and why. The client reads it in the list."),
    )
    file = LargeUploadField(required=False)


class ListItem(HandoverVerb):
    """List something that the client or their new provider gets from us."""

    form_class = _Item
    title = _("Add a hand-over item")
    button = _("Add it")
    done = _("The item is listed.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """List it, with its file."""
        said = form.cleaned_data
        with kept(self.case, said["file"], by=self.actor, is_for_handover=True) as case_file:
            handover.list_item(
                self.case,
                by=self.actor,
                title=said["title"],
                held_by=said["held_by"],
                format=said["format"],
                goes_to=said["goes_to"] or Receiver.CLIENT,
                exceptions=said["exceptions"],
                file=case_file,
            )


class ItemVerb(HandoverRowVerb):
    """A verb of one hand-over item."""

    rows = "handover_items"
    joined = ("file", "settled_by")
    template_name = "desk/case/handover/item.html"

    row: HandoverItem

    def refusals(self) -> Iterator[Reason]:
        """A settled one has nothing left to do."""
        yield from super().refusals()
        if not self.row.is_waiting:
            yield handover.already_settled(self.row)


class _File(forms.Form):
    file = LargeUploadField()


class AttachFile(ItemVerb):
    """Put the file itself beside an item that was listed without one."""

    form_class = _File
    title = _("Add the file")
    button = _("Keep the file")
    done = _("The file is kept with the item.")

    def refusals(self) -> Iterator[Reason]:
        """One file for each item, so that the list stays what it says."""
        yield from super().refusals()
        if self.row.file_id is not None:
            yield handover.has_its_file(self.row)

    def perform(self, form: forms.Form) -> None:
        """Keep it."""
        upload = form.cleaned_data["file"]
        with kept(self.case, upload, by=self.actor, is_for_handover=True) as case_file:
            handover.attach_file(self.row, case_file, by=self.actor)


class _Delivered(forms.Form):
    delivered_on = DayField(label=_("Delivered on"))
    delivered_how = forms.CharField(
        label=_("How"),
        max_length=200,
        help_text=_("Such as “encrypted archive by courier” or “in person at their office”."),
    )
    accepted_by = forms.CharField(
        label=_("Accepted by"),
        required=False,
        max_length=200,
        help_text=_("Who took it. A name settles questions later."),
    )


class DeliverItem(ItemVerb):
    """Record that an item left us, how, and who took it; with consent, where it needs one."""

    form_class = _Delivered
    title = _("Mark as delivered")
    button = _("Mark as delivered")
    done = _("The delivery is on record.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Nothing goes to a successor without the client's consent."""
        yield from super().refusals()
        if self.row.is_waiting and self.row.is_for_the_successor:
            yield from handover.why_not_to_the_successor(self.case)

    def initial(self) -> dict[str, Any]:
        """Start from today."""
        return {"delivered_on": clock.today(self.case.time_zone)}

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        handover.deliver_item(
            self.row,
            by=self.actor,
            delivered_on=form.cleaned_data["delivered_on"],
            delivered_how=form.cleaned_data["delivered_how"],
            accepted_by=form.cleaned_data["accepted_by"],
        )


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class ItemNotApplicable(ItemVerb):
    """Record that an item need not be handed over."""

    form_class = _Reason
    title = _("This is not handed over")
    button = _("Record the reason")
    done = _("It is on record as not applicable.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        handover.item_not_applicable(self.row, by=self.actor, reason=form.cleaned_data["reason"])


class NothingToHandOver(HandoverVerb):
    """Declare that there is nothing to hand over at all."""

    form_class = _Reason
    title = _("Nothing to hand over")
    intro = _(
        "Such as advice that was only ever spoken. Access to systems is taken back all the same."
    )
    button = _("Record the reason")
    done = _("It is on record that there is nothing to hand over.")
    is_irreversible = True
    edits = ("reason",)
    recorded_as = ("handover.waived",)

    def initial(self) -> dict[str, Any]:
        """Show what was said before."""
        return {"reason": self.case.transition_waived_reason}

    def refusals(self) -> Iterator[Reason]:
        """Not while something is listed that waits."""
        yield from super().refusals()
        yield from handover.why_not_without_handover(self.case)

    def perform(self, form: forms.Form) -> None:
        """Declare it."""
        handover.waive_transition(self.case, by=self.actor, reason=form.cleaned_data["reason"])


# -- whose access ends -----------------------------------------------------------------------------


class _Access(forms.Form):
    system = forms.CharField(
        label=_("System"), max_length=200, help_text=_("Ours or theirs, such as “Payroll portal”.")
    )
    held_by = forms.CharField(label=_("Who has access"), max_length=200)


class ListAccess(HandoverVerb):
    """List an access that has to be taken back."""

    form_class = _Access
    title = _("Add an access")
    button = _("Add it")
    done = _("The access is listed.")
    section = "access"
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """List it."""
        handover.list_access(
            self.case,
            by=self.actor,
            system=form.cleaned_data["system"],
            held_by=form.cleaned_data["held_by"],
        )


class _Revoked(forms.Form):
    revoked_on = DayField(label=_("Revoked on"))
    checked = forms.BooleanField(
        label=_("I checked in the system itself that the access no longer works"),
        error_messages={"required": _("Try the access in the system itself, then tick this.")},
    )


class RevokeAccess(HandoverRowVerb):
    """Record that an access was taken back, and checked in the real system."""

    form_class = _Revoked
    template_name = "desk/case/handover/access.html"
    title = _("Access revoked")
    button = _("Record it")
    done = _("The access is on record as revoked.")
    section = "access"
    rows = "access_items"
    joined = ("checked_by",)
    is_irreversible = True

    row: AccessItem

    def initial(self) -> dict[str, Any]:
        """Start from today."""
        return {"revoked_on": clock.today(self.case.time_zone)}

    def refusals(self) -> Iterator[Reason]:
        """One that is revoked stays revoked."""
        yield from super().refusals()
        if not self.row.is_open:
            yield Reason(
                "already_settled",
                _text("“%(access)s” is revoked already.") % {"access": self.row},
                "access",
            )

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        handover.revoke_access(self.row, by=self.actor, revoked_on=form.cleaned_data["revoked_on"])


_CASE = "cases/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{_CASE}handover/", page, name="handover"),
    path(f"{_CASE}handover/new/", ListItem.as_view(), name="handover-new"),
    path(f"{_CASE}handover/none/", NothingToHandOver.as_view(), name="handover-none"),
    path(f"{_CASE}handover/<int:pk>/file/", AttachFile.as_view(), name="handover-file"),
    path(f"{_CASE}handover/<int:pk>/delivery/", DeliverItem.as_view(), name="handover-delivered"),
    path(
        f"{_CASE}handover/<int:pk>/not-applicable/",
        ItemNotApplicable.as_view(),
        name="handover-void",
    ),
    path(f"{_CASE}successor/", NameSuccessor.as_view(), name="successor"),
    path(f"{_CASE}recommendations/", Recommend.as_view(), name="recommendations"),
    path(f"{_CASE}access/", ListAccess.as_view(), name="access"),
    path(f"{_CASE}access/<int:pk>/revocation/", RevokeAccess.as_view(), name="access-revoked"),
]
