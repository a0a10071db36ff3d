"""The form in which a notice is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.inputs import DayField, ProseField
from notices import composing
from notices.models import Notice
from offboarding import selectors

Words = str | Promise
FEWEST_ADDRESS_LINES = 3


class AddressField(forms.CharField):
    """A postal address, one line on paper a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show the lines below one another."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the lines that hold something."""
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class PartField(ProseField):
    """One part of the letter; browsers send their own line ends, letters have one kind."""

    def clean(self, value: Any) -> str:
        """Return the text with plain line ends."""
        return str(super().clean(value)).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Difference:
    """One field of which two people wrote different things."""

    label: Words
    theirs: str
    yours: str


class NoticeForm(forms.Form):
    """Everything of a notice that people write."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    effective_on = DayField(label=_("Effective date"), required=False)
    notice_date = DayField(label=_("Date of the letter"))
    settlement_due_on = DayField(label=_("Settlement date"), required=False)
    signatory = forms.ModelChoiceField(
        label=_("Signed by"),
        queryset=None,
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("People who sign for the sending office."),
    )
    contact_person = forms.CharField(label=_("Contact person"), max_length=200, required=False)
    contact_phone = forms.CharField(label=_("Contact phone"), max_length=40, required=False)
    contact_email = forms.CharField(label=_("Contact e-mail"), max_length=254, required=False)
    recipient_name = forms.CharField(
        label=_("Addressee"),
        max_length=120,
        error_messages={"required": _("Name the person or office that the notice is for.")},
    )
    sends_email = forms.BooleanField(
        label=_("By e-mail, the sealed letter attached"), required=False
    )
    recipient_email = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    sends_registered_mail = forms.BooleanField(
        label=_("By registered mail, the printed letter with a receipt slip"), required=False
    )
    recipient_lines = AddressField(
        label=_("Postal address"),
        required=False,
        help_text=_("As it stands in the window of the envelope, line by line."),
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        for part in composing.PARTS:
            self.fields[part.key] = PartField(
                label=part.label,
                help_text=part.help,
                required=False,
                max_length=None,
                rows=3,
            )
        signatories = self.fields["signatory"]
        assert isinstance(signatories, forms.ModelChoiceField)
        signatories.queryset = notice.office.signatories.all()
        signatories.label_from_instance = _name_and_position
        self.fields["recipient_name"].required = True

    @classmethod
    def initial_of(cls, notice: Notice) -> dict[str, Any]:
        """Return what the form shows of a notice."""
        fields = {name: getattr(notice, name) for name in cls.base_fields if name != "signatory"}
        parts = {part.key: notice.parts.get(part.key, "") for part in composing.PARTS}
        return fields | parts | {"signatory": notice.signatory_id, "version": notice.version}

    # -- groups, in the order of the page ----------------------------------------------------------

    @property
    def text_fields(self) -> list[BoundField]:
        """The letter's own words."""
        return [self["subject"], *(self[part.key] for part in composing.PARTS)]

    @property
    def hidden(self) -> Sequence[BoundField]:
        """What the form carries unseen."""
        return self.hidden_fields()

    # -- what a colleague can see before anybody asks the law --------------------------------------

    def clean(self) -> dict[str, Any]:
        """Say beside the field what would stop the notice later anyway."""
        said = super().clean() or {}
        if said.get("sends_email") and not said.get("recipient_email", "x"):
            self.add_error("recipient_email", _text("Write the address that the e-mail goes to."))
        lines = said.get("recipient_lines")
        is_short = lines is not None and len(lines) < FEWEST_ADDRESS_LINES
        if said.get("sends_registered_mail") and is_short:
            self.add_error(
                "recipient_lines", _text("A letter needs at least a name, a street and a place.")
            )
        self._refuse_too_early(said)
        return said

    def _refuse_too_early(self, said: dict[str, Any]) -> None:
        effective_on, notice_date = said.get("effective_on"), said.get("notice_date")
        if effective_on is None or notice_date is None:
            return
        case = self.notice.case
        today = clock.today(case.time_zone)
        if effective_on < today:
            return
        earliest = selectors.earliest_end(case, sent_on=max(notice_date, today))
        if earliest is not None and effective_on < earliest.on:
            self.add_error(
                "effective_on",
                _text("The agreement “%(agreement)s” allows %(date)s at the earliest.")
                % {
                    "agreement": earliest.engagement_title,
                    "date": date_format(earliest.on, "j F Y"),
                },
            )

    # -- comparing ---------------------------------------------------------------------------------

    def written(self) -> dict[str, Any]:
        """Return the fields of the notice as they were written, without its parts."""
        return {name: self.cleaned_data[name] for name in self.base_fields}

    def parts(self) -> dict[str, str]:
        """Return the parts as they were written."""
        return {part.key: self.cleaned_data[part.key] for part in composing.PARTS}

    def says_the_same_as(self, notice: Notice) -> bool:
        """Nothing was changed."""
        if any(getattr(notice, name) != value for name, value in self.written().items()):
            return False
        return all(notice.parts.get(key, "") == text for key, text in self.parts().items())

    def differences_from(self, notice: Notice) -> list[Difference]:
        """Return every field of which the notice now says something else than this form."""
        found = []
        for name, mine in (self.written() | self.parts()).items():
            is_part = name not in self.base_fields
            theirs = notice.parts.get(name, "") if is_part else getattr(notice, name)
            if theirs != mine:
                label = self.fields[name].label or name
                found.append(Difference(label, _in_words(theirs), _in_words(mine)))
        return found


def _name_and_position(signatory: Any) -> str:
    return f"{signatory.name}, {signatory.position}" if signatory.position else signatory.name


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _text("yes") if value else _text("no")
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return "" if value is None else str(value)
