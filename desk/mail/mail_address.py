"""The mail address of a case: which one it has, a new one, or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from desk.frame.inputs import ProseField
from desk.frame.verbs import CaseVerb
from notices.mailing import mail
from notices.services import mail_addresses

RENEW, REVOKE = "renew", "revoke"


class MailAddressForm(forms.Form):
    """What becomes of the address, and why."""

    what = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            (RENEW, _("Give the case a new address; the old one ends")),
            (REVOKE, _("End the address; the case has none for now")),
        ],
        widget=forms.RadioSelect,
    )
    reason = ProseField(label=_("Why"), rows=3, help_text=_("For the record."))


class ChangeMailAddress(CaseVerb):
    """Renew or end the mail address of a case."""

    permission = mail_addresses.PERMISSION
    form_class = MailAddressForm
    template_name = "desk/case/mail_address.html"
    title = _("Mail address of this case")
    intro = _(
        "Mails to it are filed on this case by themselves. What comes to an address that has ended "
        "waits in the inbox for a team lead, with the reason, also when it answers one of our "
        "earlier mails."
    )
    button = _("Change the address")
    done = _("The address is changed.")
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Begin with what keeps the case reachable."""
        return {"what": RENEW}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the address that the case has."""
        return super().context(form) | {"address": mail.case_address(self.case)}

    def perform(self, form: forms.Form) -> None:
        """Change it."""
        said = form.cleaned_data
        change = mail_addresses.renew if said["what"] == RENEW else mail_addresses.revoke
        change(self.case, by=self.actor, reason=said["reason"])


urlpatterns: list[URLPattern] = [
    path(
        "cases/<str:reference>/mail-address/",
        ChangeMailAddress.as_view(),
        name="mail-address",
    ),
]
