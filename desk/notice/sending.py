"""Sending a notice, taking it back, and what is done when it did not arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.inputs import ProseField
from desk.notice import reading
from desk.notice.verbs import DeliveryVerb, NoticeVerb
from notices.services import sending


class Send(NoticeVerb):
    """Put an approved notice into the outbox, after one more look at where it goes."""

    permission = "offboarding.send_notice"
    template_name = "desk/notice/send.html"
    title = _("Send the notice")
    button = _("Send the notice")
    done = _("The notice is in the outbox.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Queue one delivery a channel."""
        self.refuse_another_version(form)
        sending.send_notice(self.notice, by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name who receives it, where, by what and when."""
        wait = timedelta(minutes=settings.OUTBOX_DELAY_MINUTES)
        return super().context(form) | {
            "letter": reading.letter_of(self.notice),
            "reasons": sending.reasons_not_to_send(self.notice),
            "departs_at": clock.now() + wait,
            "wait_minutes": settings.OUTBOX_DELAY_MINUTES,
        }


class ByRegisteredMail(NoticeVerb):
    """Prepare the letter for a notice that did not arrive by e-mail."""

    permission = "offboarding.send_notice"
    carries_version = False
    template_name = "desk/notice/delivery_verb.html"
    title = _("Prepare registered mail")
    intro = _("The sealed letter is put on the list to print, with a receipt slip of its own.")
    button = _("Prepare registered mail")
    done = _("The letter is ready to print; you find it here and under Post.")

    def perform(self, form: forms.Form) -> None:
        """Prepare the other channel."""
        sending.switch_to_registered_mail(self.notice, by=self.actor)


class TakeBack(DeliveryVerb):
    """Take a delivery back before it leaves."""

    template_name = "desk/notice/delivery_verb.html"
    title = _("Take it back")
    intro = _("It has not left yet. It stays on record as taken back, and its link ends.")
    button = _("Take it back")
    done = _("Taken back. Nothing of it left.")

    def perform(self, form: forms.Form) -> None:
        """Take it back."""
        sending.take_back(self.delivery, by=self.actor)


class _Address(forms.Form):
    email = forms.CharField(
        label=_("Right e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class CorrectAddress(DeliveryVerb):
    """Send what failed to the right address."""

    template_name = "desk/notice/delivery_verb.html"
    form_class = _Address
    title = _("Correct the address and resend")
    intro = _(
        "The same sealed letter goes to the right address at once. The link in the mail that "
        "failed ends."
    )
    button = _("Resend to this address")
    done = _("It is on its way to the corrected address.")
    asks_who_it_is = True
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Start from the address that failed; most errors are one letter."""
        return {"email": self.delivery.recipient_email}

    def perform(self, form: forms.Form) -> None:
        """Resend it."""
        sending.correct_address_and_resend(
            self.delivery, by=self.actor, email=form.cleaned_data["email"]
        )


class _Reason(forms.Form):
    reason = ProseField(label=_("Why"), help_text=_("It stays on the record of the case."))


class _Doubt(DeliveryVerb):
    """What a lead decides where nobody knows whether it arrived."""

    permission = "offboarding.resolve_delivery"
    template_name = "desk/notice/delivery_verb.html"
    form_class = _Reason
    asks_who_it_is = True
    is_irreversible = True

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Tell whether the client's link was opened: a hint, which proves nothing."""
        openings = reading.first_openings([self.delivery.pk])
        return super().context(form) | {"opened_at": openings.get(self.delivery.pk)}


class SendAgain(_Doubt):
    """Decide, as a lead, that the same goes out once more."""

    title = _("Send again")
    intro = _("The client may read it twice; the new one says that it is a second copy.")
    button = _("Send again")
    done = _("A second copy is on its way.")

    def perform(self, form: forms.Form) -> None:
        """Send it again."""
        sending.send_again(self.delivery, by=self.actor, reason=form.cleaned_data["reason"])


class TreatAsSent(_Doubt):
    """Decide, as a lead, that an uncertain mail did leave."""

    title = _("Treat as sent")
    intro = _(
        "Nothing is sent again. The notice counts as handed to the mail server today; receipt is "
        "still to be proven."
    )
    button = _("Treat as sent")
    done = _("Treated as sent.")

    def perform(self, form: forms.Form) -> None:
        """Decide it."""
        sending.treat_as_sent(self.delivery, by=self.actor, reason=form.cleaned_data["reason"])


_ONE = "cases/<str:reference>/deliveries/<int:pk>"
urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/notice/send/", Send.as_view(), name="notice-send"),
    path(
        "cases/<str:reference>/notice/by-registered-mail/",
        ByRegisteredMail.as_view(),
        name="notice-by-registered-mail",
    ),
    path(f"{_ONE}/take-back/", TakeBack.as_view(), name="delivery-take-back"),
    path(f"{_ONE}/correct-address/", CorrectAddress.as_view(), name="delivery-correct-address"),
    path(f"{_ONE}/send-again/", SendAgain.as_view(), name="delivery-send-again"),
    path(f"{_ONE}/treat-as-sent/", TreatAsSent.as_view(), name="delivery-treat-as-sent"),
]
