"""Clients' mail: what is to be read, what belongs to no case yet, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.frame.inputs import ProseField
from desk.frame.keyset import page_of
from desk.frame.places import case_url
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from notices import policies as mail_policies
from notices.inbound import mailbox_state
from notices.models import Delivery, InboundKind, InboundMail
from notices.services import inbox as service
from offboarding import policies
from offboarding.errors import InvalidInput, NotAllowed
from offboarding.models import TerminationCase

Words = str | Promise

MACHINES = (
    InboundKind.AUTOMATIC,
    InboundKind.DELAYED,
    InboundKind.DELIVERED,
    InboundKind.READ_RECEIPT,
)

SHOWN: dict[str, tuple[Words, Q]] = {
    "replies": (
        _("To read"),
        Q(kind__in=[InboundKind.REPLY, InboundKind.COLLEAGUE, InboundKind.TOO_LARGE])
        & Q(case__isnull=False, handled_at=None),
    ),
    "unmatched": (_("Belongs to no case"), Q(case=None, handled_at=None)),
    "bounces": (
        _("Came back"),
        Q(kind=InboundKind.BOUNCED, case__isnull=False, handled_at=None)
        & (Q(delivery=None) | Q(delivery__resolved_at=None)),
    ),
    "machines": (_("Automatic"), Q(kind__in=MACHINES, case__isnull=False)),
    "all": (_("All"), Q()),
}
"""The saved views of the page, by their name in its address."""

COUNTED = ("replies", "unmatched", "bounces")
"""Views whose number tells somebody to act."""

BADGES = {
    InboundKind.REPLY: "info",
    InboundKind.COLLEAGUE: "neutral",
    InboundKind.AUTOMATIC: "neutral",
    InboundKind.BOUNCED: "failed",
    InboundKind.DELAYED: "waiting",
    InboundKind.DELIVERED: "delivered",
    InboundKind.READ_RECEIPT: "neutral",
    InboundKind.TOO_LARGE: "warn",
}

SIGNS = {
    "auto_submitted": _("its head says that it was sent automatically"),
    "null_sender": _("it wants no answer, not even about a failure"),
    "report": _("it is a report of a mail server or a mail program"),
    "precedence": _("its head marks it as bulk mail"),
    "suppress": _("its head asks that no machine answers it"),
    "autoresponder": _("its head names an automatic answerer"),
    "list": _("it came through a mailing list"),
    "failed_recipients": _("its head names recipients that could not be reached"),
    "subject": _("its subject reads like an automatic answer"),
    "sender": _("its sender's address is one that machines use"),
}
"""What spoke for a kind, in words."""


@dataclass(frozen=True)
class Chip:
    """One saved view."""

    words: Words
    url: str
    is_current: bool
    count: int | None


def waiting() -> Q:
    """Return what makes a mail count at the top of every page: somebody has to act."""
    condition = Q(pk__in=[])
    for name in COUNTED:
        condition |= SHOWN[name][1]
    return condition


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """List the mails that the signed-in person may read, the newest first."""
    among = mail_policies.mails_visible_to(person_of(request)).defer("raw", "full_text")
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "replies"
    rows = among.filter(SHOWN[shown][1]).select_related("case__client__office", "delivery")
    page = page_of(request, rows, order=("-received_at", "-pk"), among=among)
    counts = among.order_by().aggregate(
        **{name: Count("pk", filter=SHOWN[name][1]) for name in COUNTED}
    )
    sorts = bool(mail_policies.teams_sorted_by(person_of(request)))
    context = {
        "lines": [(mail, BADGES[InboundKind(mail.kind)]) for mail in page.rows],
        "page": page,
        "chips": [
            Chip(words, f"?show={name}", name == shown, counts.get(name))
            for name, (words, _rows) in SHOWN.items()
            if sorts or name != "unmatched"
        ],
        "shown": shown,
        "trouble": mailbox_state.trouble(),
    }
    return render(request, "desk/inbox/list.html", context)


def mail_or_404(request: HttpRequest, pk: int) -> InboundMail:
    """Return a mail that the person may read.

    Raises:
        Http404: there is none, or it is not theirs to read.
    """
    found = (
        mail_policies.mails_visible_to(person_of(request))
        .select_related("case__client__office", "case__team", "case__owner", "delivery__notice")
        .select_related("old_address_of")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404(_text("There is no such mail."))
    return found


@require_safe
@never_cache
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a mail as text, what was made of it, and what can be."""
    mail = mail_or_404(request, pk)
    return render(request, "desk/inbox/mail.html", _shown(request, mail))


def _shown(request: HttpRequest, mail: InboundMail) -> dict[str, Any]:
    user = person_of(request)
    case = mail.case
    works = False
    if case is not None:
        works = policies.PEOPLE_MAY["offboarding.work_on_case"].test(user, case)
    is_reply = mail.kind == InboundKind.REPLY
    return {
        "mail": mail,
        "case": case,
        "badge_kind": BADGES[InboundKind(mail.kind)],
        "signs": [SIGNS[sign] for sign in mail.signs if sign in SIGNS],
        "files": list(mail.files.all()),
        "may_sort": mail.erased_at is None and mail_policies.may_sort(user, mail),
        "may_open_original": mail.erased_at is None and mail_policies.may_open_original(user, mail),
        "may_tick": works and mail.handled_at is None,
        "may_be_a_persons": works and mail.kind == InboundKind.AUTOMATIC,
        "may_take": works and is_reply and case is not None and not case.is_ended,
        "may_record": is_reply and case is not None and not service.receipts_of(mail).exists(),
        "is_stranger": is_reply and case is not None and not _is_a_contact(case, mail),
        "has_more": mail.full_text.strip() != mail.words.strip(),
    }


def _is_a_contact(case: TerminationCase, mail: InboundMail) -> bool:
    return case.client.contacts.filter(email__iexact=mail.sender_email).exists()


@require_safe
@never_cache
@csp({"default-src": [NONE], "sandbox": [True]})
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the mail out as it came, never shown, always saved.

    Raises:
        NotAllowed: it may quote the client's own link, and this is no team lead.
        Http404: its time was over, and its bytes are no more.
    """
    mail = mail_or_404(request, pk)
    if not mail_policies.may_open_original(person_of(request), mail):
        raise NotAllowed(_text("The original is for team leads: it may hold the client's link."))
    if mail.erased_at is not None:
        raise Http404(_text("Its content was erased."))
    raw = InboundMail.objects.values_list("raw", flat=True).get(pk=mail.pk)
    response = HttpResponse(bytes(raw), content_type="message/rfc822")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"mail-{mail.pk}.eml")
        or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


class MailVerb(Verb):
    """A verb of one mail."""

    template_name = "desk/inbox/verb.html"
    mail: InboundMail

    def find(self) -> None:
        """Read the mail, through the scope of the person."""
        self.mail = mail_or_404(self.request, self.kwargs["pk"])

    def next_url(self) -> str:
        """Return to the mail."""
        return reverse("desk:inbox-mail", args=[self.mail.pk])

    def time_zone(self) -> str | None:
        """Mean times as at the office of its case."""
        return self.mail.case.time_zone if self.mail.case else None

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the mail above the form."""
        return _shown(self.request, self.mail)


class CaseMailVerb(MailVerb):
    """A verb of a mail that belongs to a case."""

    permission = "offboarding.work_on_case"

    def find(self) -> None:
        """Read the mail; one that belongs to no case has no such verb.

        Raises:
            Http404: it belongs to none.
        """
        super().find()
        if self.mail.case is None:
            raise Http404(_text("There is no such mail."))

    def allow(self) -> None:
        """Ask the policies; services ask them again inside the case's lock."""
        assert self.mail.case is not None
        policies.require(self.actor, self.permission, self.mail.case)


class MarkRead(CaseMailVerb):
    """Tick a mail as read."""

    title = _("Mark as read")
    intro = _("It leaves the list of mails to read, and its task is done.")
    button = _("Mark as read")
    done = _("Marked as read.")

    def perform(self, form: forms.Form) -> None:
        """Tick it."""
        service.mark_read(self.mail, by=self.actor)

    def next_url(self) -> str:
        """Go on with the list."""
        return reverse("desk:inbox")


class SayAPersonWrote(CaseMailVerb):
    """Take a mail for a person's that came with a machine's marks."""

    title = _("A person wrote this")
    intro = _(
        "It joins the replies to read, with its files, and can be taken for a receipt, a dispute "
        "or a question. By itself it proves nothing."
    )
    button = _("A person wrote this")
    done = _("It counts as a person's reply now.")

    def perform(self, form: forms.Form) -> None:
        """Say it."""
        service.say_a_person_wrote(self.mail, by=self.actor)


class _Shows(forms.Form):
    note = ProseField(
        label=_("What in the reply shows it"),
        rows=3,
        help_text=_("Its own words, such as “I received your letter”."),
    )
    letter = forms.ChoiceField(
        label=_("Which letter they have"),
        choices=[("notice", _("The notice")), ("warning", _("The cure warning that they answer"))],
        initial="notice",
        help_text=_("They answer the mail of a cure warning, and a notice was written since."),
    )

    def __init__(self, *args: Any, asks_which: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_which:
            del self.fields["letter"]


class TakeAsReceipt(CaseMailVerb):
    """Take a reply as proof that they have the notice."""

    permission = "offboarding.acknowledge"
    form_class = _Shows
    title = _("This reply shows that they have the letter")
    intro = _(
        "The reply is kept with the case as a receipt of grade D. Another team lead has to accept "
        "it before the case moves; received is not agreed."
    )
    button = _("Record the receipt")
    done = _("Recorded. A team lead is asked to accept it.")
    is_irreversible = True

    def form_options(self) -> dict[str, Any]:
        """Ask which letter is meant where it could be either."""
        return {"asks_which": service.may_be_of_a_warning(self.mail)}

    def perform(self, form: forms.Form) -> str:
        """Record it, and go to the letter that it is a receipt of."""
        assert self.mail.case is not None
        said = form.cleaned_data
        proof = service.take_as_receipt(
            self.mail, by=self.actor, note=said["note"], of_warning=said.get("letter") == "warning"
        )
        place = "desk:cure-letter" if proof.is_of_warning else "desk:notice"
        return f"{reverse(place, args=[self.mail.case.reference])}#receipt"


class _Disputes(forms.Form):
    reason = ProseField(label=_("What they dispute"), help_text=_("In their words."))


class TakeAsDispute(CaseMailVerb):
    """Take a reply as a dispute."""

    form_class = _Disputes
    title = _("This reply disputes the letter")
    intro = _("Reminders and every forward step stop until a team lead clears the dispute.")
    button = _("Mark the case as disputed")
    done = _("The case is disputed; nothing presses the client now.")

    def perform(self, form: forms.Form) -> str:
        """Flag the case."""
        assert self.mail.case is not None
        service.take_as_dispute(self.mail, by=self.actor, reason=form.cleaned_data["reason"])
        return case_url(self.mail.case.reference)


class _Asks(forms.Form):
    question = ProseField(
        label=_("What they ask"), rows=6, max_length=4000, help_text=_("In their words.")
    )


class TakeAsQuestion(CaseMailVerb):
    """Take a reply as a question that waits for its answer."""

    form_class = _Asks
    title = _("This reply asks something")
    intro = _(
        "It joins the client's questions, with a task to answer it; the answer goes back as a "
        "reply to this mail. A case does not close before its questions are answered."
    )
    button = _("Keep the question")
    done = _("The question is on record, with a task to answer it.")
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Start from their own words."""
        return {"question": self.mail.words.strip()[:4000]}

    def perform(self, form: forms.Form) -> str:
        """Keep it, and go on to answering."""
        assert self.mail.case is not None
        kept = service.take_as_question(
            self.mail, by=self.actor, question=form.cleaned_data["question"]
        )
        return reverse("desk:question-answer", args=[self.mail.case.reference, kept.pk])


class SortingVerb(MailVerb):
    """A verb of a mail that belongs to no case yet."""

    def find(self) -> None:
        """Read the mail; one that is filed has no such verb any more.

        Raises:
            Http404: it belongs to a case, or is not this person's to sort.
        """
        super().find()
        if not mail_policies.may_sort(person_of(self.request), self.mail):
            raise Http404(_text("There is no such mail."))


class _DeliveryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        what = obj.notice or obj.message
        on = date_format(timezone.localtime(obj.state_changed_at), "j F Y, H:i T")
        return f"{what} · {obj.recipient_email} · {on}"


class _Reference(forms.Form):
    reference = forms.CharField(
        label=_("Reference of the case"),
        max_length=40,
        help_text=_("Such as OFB-2027-00042. The cases of your teams can be named."),
    )
    delivery = _DeliveryField(
        label=_("Which mail came back"),
        queryset=Delivery.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("It turns red, and its owner is asked to find another way."),
    )

    def __init__(self, *args: Any, among: list[Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not among:
            del self.fields["delivery"]
            return
        field = self.fields["delivery"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Delivery.objects.defer("mime").filter(pk__in=[one.pk for one in among])


class FileOnCase(SortingVerb):
    """File a mail on a case by hand."""

    form_class = _Reference
    title = _("File on a case")
    intro = _(
        "Look at who wrote and what about: a sender's address can be forged. The mail goes onto "
        "the timeline of the case, and its owner is asked to read it."
    )
    button = _("File on this case")
    done = _("Filed on the case.")

    def form_options(self) -> dict[str, Any]:
        """Let them say which mail came back, once the case is named and more than one can have."""
        case = self._case(self.request.POST.get("reference", ""))
        return {"among": service.may_have_come_back(self.mail, case) if case else []}

    def initial(self) -> dict[str, Any]:
        """Propose the case whose former address it came to."""
        old = self.mail.old_address_of
        return {"reference": old.reference} if old else {}

    def _case(self, reference: str) -> TerminationCase | None:
        return cases_of(self.request).filter(reference=reference.strip().upper()).first()

    def perform(self, form: forms.Form) -> None:
        """File it on a case of the person's own scope.

        Raises:
            InvalidInput: there is no such case for them.
        """
        case = self._case(form.cleaned_data["reference"])
        if case is None:
            raise InvalidInput("reference", _text("None of your cases has this reference."))
        delivery = form.cleaned_data.get("delivery")
        service.file_by_hand(self.mail, case, by=self.actor, delivery=delivery)


class NotOurs(SortingVerb):
    """Put a mail aside."""

    title = _("Not ours")
    intro = _("It belongs to no case. It stays on record under “All” and can still be filed.")
    button = _("Put it aside")
    done = _("Put aside.")

    def perform(self, form: forms.Form) -> None:
        """Put it aside."""
        service.put_aside(self.mail, by=self.actor)

    def next_url(self) -> str:
        """Go on with the list."""
        return f"{reverse('desk:inbox')}?show=unmatched"


urlpatterns: list[URLPattern] = [
    path("inbox/", inbox, name="inbox"),
    path("inbox/<int:pk>/", one, name="inbox-mail"),
    path("inbox/<int:pk>/original.eml", original, name="inbox-original"),
    path("inbox/<int:pk>/read/", MarkRead.as_view(), name="inbox-read"),
    path("inbox/<int:pk>/person/", SayAPersonWrote.as_view(), name="inbox-person"),
    path("inbox/<int:pk>/receipt/", TakeAsReceipt.as_view(), name="inbox-receipt"),
    path("inbox/<int:pk>/dispute/", TakeAsDispute.as_view(), name="inbox-dispute"),
    path("inbox/<int:pk>/question/", TakeAsQuestion.as_view(), name="inbox-question"),
    path("inbox/<int:pk>/file/", FileOnCase.as_view(), name="inbox-file"),
    path("inbox/<int:pk>/not-ours/", NotOurs.as_view(), name="inbox-not-ours"),
]
