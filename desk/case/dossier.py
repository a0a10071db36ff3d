"""Everything the page of a case shows, read in few queries whatever the case holds.

The case comes with its short lists in one query. Longer lists are read only in the stages whose
gates and sections need them, and guards find them read already.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import (
    Count,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise

from audit import clock
from clients.models import Contact, Engagement, Holiday, Invoice
from clients.models.engagement import NoticeForm, NoticeMethod
from desk.case.deadline_rows import take_deadlines, with_deadlines
from desk.case.standing import ShownSign, signs_of, with_standing
from desk.case.tag_rows import with_tags
from desk.follow_up import page as follow_up
from desk.frame import scoping
from desk.frame.json_rows import instant, rows_of
from desk.frame.places import place_of_task
from desk.frame.rights import Rights
from desk.handover import page as handover
from desk.notice.deemed_receipt import Deemed, deemed_receipt_of, preset_rows
from desk.obligations import section as obligations
from desk.templatetags.words import prose_date
from offboarding import deemed, selectors, terms
from offboarding.lifecycle import State
from offboarding.models import (
    AccessItem,
    CaseFile,
    Feedback,
    ServiceChannel,
    Task,
    TerminationCase,
    Watcher,
)
from offboarding.selectors import EarliestEnd

FILES_SHOWN = 8
_ANY_LENGTH = 100

LISTS = {
    State.EVALUATION: ("evidence", "remedies", "decisions"),
    State.NOTICE: ("obligations", "proofs"),
    State.ACKNOWLEDGED: ("obligations", "proofs"),
    State.OBLIGATIONS_FULFILLED: ("obligations", "proofs"),
    State.TRANSITION: ("obligations", "handover_items", "access_items", "recommendations"),
    State.FOLLOW_UP: ("obligations", "follow_ups", "questions", "lessons"),
    State.CLOSED: ("obligations", "follow_ups", "questions", "lessons"),
    State.RETAINED: ("evidence", "remedies", "decisions"),
    State.WITHDRAWN: ("obligations", "proofs"),
}
"""The lists of a case that the gates and sections of a stage read; each costs one query."""


@dataclass(frozen=True)
class Recipient:
    """The contact who receives the client's notices."""

    name: str
    position: str
    email: str
    phone: str


@dataclass(frozen=True)
class Money:
    """What the client has not paid, in one currency."""

    currency: str
    open_cents: int
    overdue_cents: int
    invoice_count: int


@dataclass(frozen=True)
class FileLine:
    """One file as a list shows it."""

    id: uuid.UUID
    name: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True)
class TaskLine:
    """A task, and everybody who was given the same."""

    task: Task
    people: str
    place: str = ""
    """Where it is done, if that is another page."""


@dataclass(frozen=True)
class Clause:
    """An agreement and what its notice clause asks for, in words."""

    engagement: Engagement
    period: str
    method: str | Promise
    form: str | Promise


class Dossier:
    """A case with what its page shows, and what its reader may do."""

    def __init__(self, case: TerminationCase, rights: Rights) -> None:
        self.case = case
        self.rights = rights

    @property
    def recipient(self) -> Recipient | None:
        """Who receives notices, if one is chosen."""
        found = getattr(self.case, "recipient_row", None)
        return Recipient(**found) if found else None

    @cached_property
    def money(self) -> list[Money]:
        """What the client owes by their open invoices, one entry a currency."""
        today = clock.today(self.case.time_zone).isoformat()
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in getattr(self.case, "invoice_rows", None) or []:
            sum_ = sums[row["currency"]]
            sum_[0] += row["cents"]
            sum_[1] += row["cents"] if row["due_on"] < today else 0
            sum_[2] += 1
        return [Money(currency, *sum_) for currency, sum_ in sorted(sums.items())]

    @cached_property
    def signs(self) -> list[ShownSign]:
        """What the record shows of how the relationship stands."""
        return signs_of(self.case)

    @cached_property
    def readers(self) -> list[str]:
        """The named people of a restricted file besides its owner and the leads."""
        return sorted(reader.name for reader in self.case.readers.all())

    @cached_property
    def watchers(self) -> list[str]:
        """Who watches the case, by name."""
        return sorted(row["name"] for row in self._watcher_rows)

    @property
    def is_watched(self) -> bool:
        """The reader is one of them."""
        return any(row["id"] == self.rights.user_id for row in self._watcher_rows)

    @property
    def _watcher_rows(self) -> list[dict[str, Any]]:
        return getattr(self.case, "watcher_rows", None) or []

    @cached_property
    def files(self) -> list[FileLine]:
        """The newest files."""
        rows = getattr(self.case, "file_rows", None) or []
        lines = [
            FileLine(
                id=uuid.UUID(row["id"]),
                name=row["name"],
                size_bytes=row["size"],
                uploaded_at=instant(row["at"]),
            )
            for row in rows
        ]
        return sorted(lines, key=lambda line: line.uploaded_at, reverse=True)

    @property
    def shown_files(self) -> list[FileLine]:
        """As many files as the page has room for."""
        return self.files[:FILES_SHOWN]

    @property
    def has_more_files(self) -> bool:
        """There are more files than shown."""
        return len(self.files) > FILES_SHOWN

    @cached_property
    def clauses(self) -> list[Clause]:
        """The agreements that end, with their notice clauses in words."""
        return [clause_of(engagement) for engagement in self.case.engagements.all()]

    @cached_property
    def earliest(self) -> EarliestEnd | None:
        """The earliest lawful effective date, were the notice sent now."""
        rows = getattr(self.case, "holiday_rows", None) or []
        own = frozenset(date.fromisoformat(str(row["on"])) for row in rows)
        return selectors.earliest_end(self.case, days_off=selectors.days_off_of(self.case, own))

    @property
    def earliest_in_words(self) -> str:
        """How the earliest date came about, step by step."""
        return explain(self.earliest) if self.earliest else ""

    @cached_property
    def deemed_receipt(self) -> Deemed | None:
        """When the notice counts as received if nothing else proves it."""
        return deemed_receipt_of(self.case)

    @cached_property
    def tasks(self) -> list[TaskLine]:
        """What is still to be done, the most urgent first; one line for all who may do it."""
        same: dict[tuple[object, ...], list[Task]] = defaultdict(list)
        for task in self.case.tasks.all():
            same[task.kind, task.title, task.details, task.due_on].append(task)
        return [self._line_of(tasks) for tasks in same.values()]

    def _line_of(self, tasks: list[Task]) -> TaskLine:
        # Ticking a line ticks the reader's own task where they have one.
        own = next((task for task in tasks if task.assignee_id == self.rights.user_id), tasks[0])
        people = ", ".join(task.assignee.name for task in tasks)
        return TaskLine(own, people, place_of_task(own.origin, self.case.reference))

    @property
    def address_lines(self) -> list[str]:
        """The client's address as on paper, without the name and the limit of an envelope."""
        client = self.case.client
        country = str(client.office.country)
        return client.paper_lines(from_country=country, max_lines=_ANY_LENGTH)[1:]


def read(request: HttpRequest, reference: str, lists_of: State | None = None) -> Dossier:
    """Read a case for its page.

    Args:
        request: of who reads.
        reference: of the case.
        lists_of: a stage whose lists are read, where the page is about another than the case's.

    Raises:
        Http404: there is none, or it is not this person's to read.
    """
    cases = with_standing(with_deadlines(with_tags(_with_short_lists(scoping.cases_of(request)))))
    case = scoping.case_or_404(request, reference, cases)
    take_deadlines(case)
    lists: list[Any] = [
        "engagements",
        Prefetch(
            "tasks",
            Task.objects.filter(done_at=None).select_related("assignee").order_by("due_on", "pk"),
        ),
        *(_LIST_QUERIES.get(name, name) for name in LISTS[lists_of or State(case.state)]),
    ]
    if case.is_restricted:
        lists.append("readers")
    prefetch_related_objects([case], *lists)
    return Dossier(case, Rights(scoping.actor_of(request), case))


def _with_short_lists(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    contact = Contact.objects.filter(client=OuterRef("client"), receives_notices=True)
    unpaid = Invoice.objects.filter(client=OuterRef("client"), paid_on=None)
    newest_files = (
        CaseFile.objects.filter(case=OuterRef(OuterRef("pk")))
        .order_by("-uploaded_at")
        .values("pk")[: FILES_SHOWN + 1]
    )
    return cases.select_related(
        "terms_read_by", "chase", "closing", *handover.JOINED_TO_THE_CASE
    ).annotate(
        recipient_row=Subquery(
            contact.values(
                row=JSONObject(name="name", position="position", email="email", phone="phone")
            )[:1]
        ),
        unchecked_access_count=Coalesce(
            Subquery(
                AccessItem.objects.filter(
                    Q(revoked_on=None) | Q(checked_by=None), case=OuterRef("pk")
                )
                .order_by()
                .values("case")
                .annotate(count=Count("pk"))
                .values("count")
            ),
            0,
        ),
        invoice_rows=rows_of(
            unpaid, "client", cents="amount_cents", currency="currency", due_on="due_on"
        ),
        holiday_rows=rows_of(
            Holiday.objects.filter(office=OuterRef("client__office")), "office", on="on"
        ),
        service_rule_rows=preset_rows(),
        watcher_rows=rows_of(
            Watcher.objects.filter(case=OuterRef("pk"), user__is_active=True),
            "case",
            id="user_id",
            name="user__name",
        ),
        feedback_rows=rows_of(
            Feedback.objects.filter(case=OuterRef("pk")),
            "case",
            has="has_everything",
            open="still_open",
            differently="differently",
            at="changed_at",
        ),
        file_rows=rows_of(
            CaseFile.objects.filter(case=OuterRef("pk"), pk__in=newest_files),
            "case",
            id="id",
            name="name",
            size="size_bytes",
            at="uploaded_at",
        ),
    )


def _list(related: str, *joined: str) -> Prefetch[Any, Any, Any]:
    model = TerminationCase._meta.get_field(related).related_model
    return Prefetch(related, model._default_manager.select_related(*joined))


_LIST_QUERIES = {
    "evidence": _list("evidence", "file", "added_by"),
    "remedies": _list("remedies", "file"),
    "decisions": _list("decisions", "requested_by", "decided_by"),
    "proofs": _list("proofs", "recorded_by", "accepted_by"),
    **{
        one.prefetch_to: one
        for module in (obligations, handover, follow_up)
        for one in module.prefetches()
    },
}
"""What the rows of a list bring with them."""


def clause_of(engagement: Engagement) -> Clause:
    """Say what an agreement's notice clause asks for."""
    period = selectors.notice_period_of(engagement)
    rule = (
        terms.Rule(period.code, period.count, str(period.unit), period.to_end_of_month)
        if period
        else terms.Rule("no_notice_period")
    )
    return Clause(
        engagement=engagement,
        period=terms.describe(rule, translation),
        method=NoticeMethod(engagement.notice_method).label,
        form=NoticeForm(engagement.notice_form).label,
    )


@dataclass(frozen=True)
class Way:
    """One way of sending, and when the agreements may end by it."""

    way: str | Promise
    received_on: date
    on: date
    agreement: str
    is_named: bool
    """The agreements name it, or leave the choice."""
    rule: str
    source: str
    steps: str


def ways_of(case: TerminationCase, sent_on: date) -> list[Way]:
    """Say for each way of sending when the agreements may end, and by which rules."""
    named = {str(engagement.notice_method) for engagement in case.engagements.all()}
    return [
        Way(
            way=ServiceChannel(found.channel).label,
            received_on=found.received_on,
            on=found.on,
            agreement=found.agreement,
            is_named=named <= {NoticeMethod.ANY, found.channel},
            rule=deemed.in_words(found.rule),
            source=found.rule.source,
            steps=terms.explain(found.earliest, translation, prose_date),
        )
        for found in selectors.earliest_by_way(case, sent_on)
    ]


def explain(earliest: EarliestEnd) -> str:
    """Say step by step how an earliest lawful date came about."""
    return terms.explain(earliest.terms, translation, prose_date)
