"""The form in which a notice is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
from clients.models import Signatory
from desk.frame.inputs import DayField, ProseField
from notices.letters import composing, lawful, scope
from notices.models import Notice
from offboarding.models import ClientDeadline, Disclosure, Obligation

Words = str | Promise
FEWEST_ADDRESS_LINES = 3
_WRITTEN_OTHERWISE = (
    "ended_engagements",
    "scope",
    "signatory",
    "named_ours",
    "named_theirs",
    "named_deadlines",
)
"""Fields of which the notice keeps something else than their form shows."""


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


class KeysField(forms.TypedMultipleChoiceField):
    """Rows of the case to tick, such as obligations that the notice names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


@dataclass(frozen=True)
class Difference:
    """One field of which two people wrote different things.

    Attributes:
        only_theirs: you did not change it, so theirs can be taken over without loss.
        only_yours: they did not.
    """

    name: str
    label: Words
    theirs: str
    yours: str
    only_theirs: bool = False
    only_yours: bool = False

    @property
    def is_contested(self) -> bool:
        """Both changed it, so a person has to look."""
        return not self.only_theirs and not self.only_yours


class NoticeForm(forms.Form):
    """Everything of a notice that people write."""

    ended_engagements = KeysField(
        label=_("Agreements that end"),
        help_text=_("Of those that the decision was about. Another one needs a case of its own."),
    )
    scope = forms.CharField(
        label=_("Scope"),
        max_length=200,
        required=False,
        help_text=_("Only if a part of the services goes on; left empty, all of them end."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=150)
    disclosure = forms.ChoiceField(
        label=_("What is said of it"),
        choices=Disclosure.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    disclosure_reason = forms.CharField(
        label=_("Why this notice says more than the policy"),
        max_length=300,
        required=False,
        help_text=_("Needed only then; whoever approves reads it, and it is on the record."),
    )
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

    named_ours = KeysField(label=_("Which of ours the notice names"))
    named_theirs = KeysField(label=_("Which of theirs the notice names"))
    named_deadlines = KeysField(label=_("Which of the client's own deadlines the notice names"))

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        self._offer_engagements()
        self._offer_obligations()
        policy = Disclosure(notice.policy).label
        self.fields["disclosure"].help_text = _text("The ground's policy: %(policy)s.") % {
            "policy": str(policy).lower()
        }
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
        self._offer_signatories(signatories)
        self.fields["recipient_name"].required = True

    def _offer_signatories(self, field: forms.ModelChoiceField) -> None:
        """Offer those who were read with the notice, if they were."""
        rows = getattr(self.notice, "signatory_rows", None)
        if rows is None:
            return
        people = sorted((Signatory(**row) for row in rows), key=lambda one: (one.name, one.pk))
        nobody = ("", str(field.empty_label))
        field.choices = [nobody, *((one.pk, _name_and_position(one)) for one in people)]

    def _offer_engagements(self) -> None:
        """Offer what was decided on; one agreement alone leaves nothing to choose."""
        self.decided = scope.decided_on(self.notice)
        field = self.fields["ended_engagements"]
        assert isinstance(field, KeysField)
        field.choices = [(one.pk, one.title) for one in self.decided]
        if len(self.decided) < 2:
            field.widget = forms.MultipleHiddenInput()

    def _offer_obligations(self) -> None:
        """Offer what the case still has open, each side under its own heading."""
        self.offered = composing.nameable_obligations(self.notice.case)
        for name, is_ours in (("named_ours", True), ("named_theirs", False)):
            field = self.fields[name]
            assert isinstance(field, KeysField)
            side = [one for one in self.offered if one.is_ours == is_ours]
            field.choices = [(one.pk, _obligation_in_words(one)) for one in side]
            if not side:
                field.widget = forms.MultipleHiddenInput()
        self.offered_deadlines = composing.nameable_deadlines(self.notice.case)
        field = self.fields["named_deadlines"]
        assert isinstance(field, KeysField)
        field.choices = [(one.pk, _obligation_in_words(one)) for one in self.offered_deadlines]
        if not self.offered_deadlines:
            field.widget = forms.MultipleHiddenInput()
        # Whoever opened the page before an obligation was added has not seen its box.
        self.fields["offered"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["deadlines_offered"] = forms.CharField(required=False, widget=forms.HiddenInput)
        # What they were shown; with it, two people's changes can be told apart.
        self.fields["base"] = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, notice: Notice) -> dict[str, Any]:
        """Return what the form shows of a notice."""
        fields = {
            name: getattr(notice, name)
            for name in cls.base_fields
            if name not in _WRITTEN_OTHERWISE
        }
        parts = {part.key: notice.parts.get(part.key, "") for part in composing.PARTS}
        offered = composing.nameable_obligations(notice.case)
        named = notice.named_obligations
        ticked = [one for one in offered if named is None or one.pk in named]
        return (
            fields
            | parts
            | {
                "ended_engagements": [one.pk for one in scope.engagements_that_end(notice)],
                "scope": scope.scope_of(notice),
                "signatory": notice.signatory_id,
                "version": notice.version,
                "disclosure": notice.says_of_the_reason,
                "named_ours": [one.pk for one in ticked if one.is_ours],
                "named_theirs": [one.pk for one in ticked if not one.is_ours],
                "named_deadlines": [one.pk for one in cls._ticked_deadlines(notice)],
                "offered": ",".join(str(one.pk) for one in offered),
                "deadlines_offered": ",".join(
                    str(one.pk) for one in composing.nameable_deadlines(notice.case)
                ),
                "base": json.dumps(cls.as_sent(notice), ensure_ascii=False),
            }
        )

    # -- what a browser sends ----------------------------------------------------------------------

    @classmethod
    def as_sent(cls, notice: Notice) -> dict[str, str | list[str]]:
        """Return what a browser would send if the form were sent as the notice stands."""
        offered = composing.nameable_obligations(notice.case)
        named = notice.named_obligations
        ticked = [one for one in offered if named is None or one.pk in named]
        sent: dict[str, str | list[str]] = {
            name: _as_sent(getattr(notice, name))
            for name in cls.base_fields
            if name not in _WRITTEN_OTHERWISE
        }
        return (
            sent
            | {part.key: str(notice.parts.get(part.key, "")) for part in composing.PARTS}
            | {
                "ended_engagements": [str(one.pk) for one in scope.engagements_that_end(notice)],
                "scope": scope.scope_of(notice),
                "signatory": str(notice.signatory_id or ""),
                "disclosure": notice.says_of_the_reason,
                "named_ours": [str(one.pk) for one in ticked if one.is_ours],
                "named_theirs": [str(one.pk) for one in ticked if not one.is_ours],
                "named_deadlines": [str(one.pk) for one in cls._ticked_deadlines(notice)],
            }
        )

    @staticmethod
    def _ticked_deadlines(notice: Notice) -> list[ClientDeadline]:
        named = notice.named_deadlines
        offered = composing.nameable_deadlines(notice.case)
        return [one for one in offered if named is None or one.pk in named]

    @property
    def base(self) -> dict[str, str | list[str]]:
        """What the person was shown when they began to write, as their form carries it."""
        try:
            said = json.loads(self.data.get("base", ""))
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    # -- groups, in the order of the page ----------------------------------------------------------

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
        if "scope" in self.data and said.get("ended_engagements") == []:
            self.add_error("ended_engagements", _text("Choose at least one agreement to end."))
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
        earliest = lawful.earliest_end(
            self.notice,
            sent_on=max(notice_date, today),
            ended=said.get("ended_engagements") or None,
        )
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
        said = {name: self.cleaned_data[name] for name in self.base_fields}
        ticked = {*said.pop("named_ours"), *said.pop("named_theirs")}
        return said | {
            "ended_engagements": self._ended(said["ended_engagements"]),
            "scope": self._scope(said["scope"]),
            "disclosure": self._disclosure(said["disclosure"]),
            "named_obligations": _named(
                self.notice.named_obligations, ticked, self.cleaned_data["offered"], self.offered
            ),
            "named_deadlines": _named(
                self.notice.named_deadlines,
                set(said["named_deadlines"]),
                self.cleaned_data["deadlines_offered"],
                self.offered_deadlines,
            ),
        }

    def _ended(self, ticked: list[int]) -> list[int] | None:
        """Keep which agreements end; what a page without the boxes does not say stays as it is."""
        now = [one.pk for one in scope.engagements_that_end(self.notice)]
        is_the_same = not ticked or sorted(ticked) == sorted(now)
        return self.notice.ended_engagements if is_the_same else sorted(ticked)

    def _scope(self, written: str) -> str | None:
        """Keep the scope in words, where the form has it and it is another one."""
        is_the_same = "scope" not in self.data or written == scope.scope_of(self.notice)
        return self.notice.scope if is_the_same else written

    def _disclosure(self, chosen: str) -> str:
        """Keep no choice where the policy's own was chosen, or none was offered."""
        if not chosen:
            return self.notice.disclosure
        return "" if chosen == self.notice.policy else chosen

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
        base, now = self.base, self.as_sent(notice)
        mine = sent_by(self.data, now)
        found = []
        for name in now:
            if _same(mine[name], now[name]):
                continue
            label = self.fields[name].label or name
            found.append(
                Difference(
                    name,
                    label,
                    self._in_words(name, now[name]),
                    self._in_words(name, mine[name]),
                    only_theirs=name in base and _same(mine[name], base[name]),
                    only_yours=name in base and _same(now[name], base[name]),
                )
            )
        return found

    def _in_words(self, name: str, value: str | list[str]) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _text("yes") if value else _text("no")
        if isinstance(field, DayField) and value:
            return date_format(date.fromisoformat(str(value)), "j F Y") if _is_day(value) else value
        if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
            words = {str(key): str(label) for key, label in field.choices}
            values = value if isinstance(value, list) else [value]
            return "\n".join(words.get(one, one) for one in values)
        return str(value)


def _named(
    named: list[int] | None, ticked: set[int], shown: str, rows: Sequence[Any]
) -> list[int] | None:
    """Keep which rows are named; None while every one that was offered is.

    Args:
        named: what the notice names so far.
        ticked: keys of the boxes that were ticked.
        shown: keys of the boxes that the page had.
        rows: what can be named now; one that the page did not show yet stays as it was.
    """
    offered = {int(key) for key in shown.split(",") if key.strip().isdigit()}
    if not offered:
        return named
    if ticked >= offered & {one.pk for one in rows}:
        return None
    unseen = [one.pk for one in rows if one.pk not in offered]
    kept = [pk for pk in unseen if named is None or pk in named]
    return sorted({*ticked, *kept})


def sent_by(data: Any, names: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Return what a browser sent for these fields, lists where the field is one."""
    return {
        name: [str(one) for one in data.getlist(name)]
        if isinstance(like, list)
        else str(data.get(name, "")).replace("\r\n", "\n")
        for name, like in names.items()
    }


def merged(form: NoticeForm, notice: Notice) -> dict[str, str | list[str]]:
    """Return what both people wrote: for each field the hand that changed it, yours if both did."""
    base, now = form.base, form.as_sent(notice)
    mine = sent_by(form.data, now)
    return {
        name: now[name] if name in base and _same(mine[name], base[name]) else mine[name]
        for name in now
    }


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one).strip() == str(other).strip()


def _as_sent(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return "\n".join(str(line) for line in value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _obligation_in_words(obligation: Obligation | ClientDeadline) -> str:
    if obligation.due_on is None:
        return str(obligation.title)
    return _text("%(title)s, by %(date)s") % {
        "title": obligation.title,
        "date": date_format(obligation.due_on, "j F Y"),
    }


def _name_and_position(signatory: Any) -> str:
    return f"{signatory.name}, {signatory.position}" if signatory.position else signatory.name
