"""The composer's left side: the fields in the order of the letter, and what stands beside each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from desk.notice.form import NoticeForm
from notices.checking.findings import Finding
from notices.language.phrases import say_money
from notices.letters import composing
from notices.models import Notice
from notices.services import overriding

Words = str | Promise


@dataclass(frozen=True)
class Shown:
    """A finding beside the field it is about.

    Attributes:
        mark: names it in the form that acts on it.
        number: among all of the page, for the ids of its inputs.
        may_stand: the reader may let it stand with a reason.
        label: of the field, where the finding stands away from it.
    """

    finding: Finding
    mark: str
    number: int
    may_stand: bool = False
    label: Words = ""


@dataclass(frozen=True)
class Row:
    """One field, or two short ones side by side, with what stands beside them.

    Attributes:
        key: the field that findings and words anew are about.
        anew: what the case would say here now, where the text says something else.
    """

    key: str
    fields: Sequence[BoundField]
    findings: Sequence[Shown] = ()
    anew: str | None = None

    @property
    def is_pair(self) -> bool:
        """Two short fields side by side."""
        return len(self.fields) > 1


@dataclass(frozen=True)
class Section:
    """A part of the form under its own heading."""

    title: Words
    rows: list[Row]
    about: str = ""
    amounts: list[str] = field(default_factory=list)


_LAYOUT: tuple[tuple[Words, str, tuple[tuple[str, ...], ...]], ...] = (
    (
        _("Scope and dates"),
        "scope",
        (
            ("ended_engagements",),
            ("scope",),
            ("effective_on", "notice_date"),
            ("subject",),
            ("opening",),
        ),
    ),
    (_("Reason"), "", (("disclosure",), ("disclosure_reason",), ("reason",))),
    (
        _("What is still to do"),
        "obligations",
        (("named_ours",), ("ours",), ("named_theirs",), ("theirs",)),
    ),
    (
        _("Dates that the client has to keep"),
        "deadlines",
        (("named_deadlines",), ("deadlines",)),
    ),
    (_("Money"), "amounts", (("settlement_due_on",), ("settlement",))),
    (_("Help for the next provider"), "", (("handover",),)),
    (
        _("Contact and signature"),
        "",
        (
            ("contact_person",),
            ("contact_phone", "contact_email"),
            ("contact",),
            ("signatory",),
        ),
    ),
    (_("Confirming receipt"), "", (("receipt",),)),
    (
        _("To whom, and how"),
        "",
        (
            ("recipient_name",),
            ("sends_email",),
            ("recipient_email",),
            ("sends_registered_mail",),
            ("recipient_lines",),
        ),
    ),
)
_SHOWN_ELSEWHERE = {"named_obligations": "named_ours"}


def sections_of(
    form: NoticeForm, notice: Notice, findings: Iterable[Finding], *, by: Actor
) -> list[Section]:
    """Return the form in the order of the letter, each field with what stands beside it."""
    marked = [
        replace(one, may_stand=overriding.may_override(one.finding, notice, by=by))
        for one in marks_of(findings)
    ]
    anew = words_anew(notice)
    return [
        Section(
            title=title,
            about=about,
            rows=[_row(form, names, marked, anew) for names in rows],
            amounts=_amounts(notice) if about == "amounts" else [],
        )
        for title, about, rows in _LAYOUT
    ]


def _row(
    form: NoticeForm, names: Sequence[str], marked: Iterable[Shown], anew: dict[str, str]
) -> Row:
    return Row(
        key=names[0],
        fields=[form[name] for name in names if not form[name].is_hidden],
        findings=[
            one
            for one in marked
            if _SHOWN_ELSEWHERE.get(one.finding.part, one.finding.part) in names
        ],
        anew=anew.get(names[0]),
    )


def marks_of(findings: Iterable[Finding]) -> list[Shown]:
    """Name each finding so that a button can say which one it is about."""
    count: Counter[tuple[str, str, str]] = Counter()
    shown = []
    for number, one in enumerate(findings):
        key = (one.code, one.part, one.found)
        shown.append(Shown(one, "|".join((one.code, one.part, str(count[key]), one.found)), number))
        count[key] += 1
    return shown


def read_mark(mark: str) -> tuple[str, str, int, str]:
    """Return code, part, which occurrence, and the words that a mark names.

    Raises:
        ValueError: it is none of ours.
    """
    code, part, nth, found = mark.split("|", 3)
    return code, part, int(nth), found


def words_anew(notice: Notice) -> dict[str, str]:
    """Return what the case would write now, for every text that says something else."""
    found = {}
    for key, words in composing.words_from_case(notice).items():
        said = notice.subject if key == "subject" else str(notice.parts.get(key, ""))
        if said.strip() != words.strip():
            found[key] = words
    return found


def _amounts(notice: Notice) -> list[str]:
    amounts = composing.open_amounts(notice.case)
    return [say_money(cents, currency, "en") for currency, cents in sorted(amounts.items())]
