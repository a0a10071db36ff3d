"""Reading a case's notices for a page: in scope, in few queries, without the heavy bytes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    prefetch_related_objects,
)
from django.http import Http404
from django.utils.translation import gettext as _

from clients.models import Signatory
from desk.frame.json_rows import rows_of
from notices.models import (
    CLOSED_ORDERS,
    ApprovalRequest,
    CheckOverride,
    Delivery,
    Letter,
    Notice,
    NoticeCopy,
    NoticeEditor,
    NoticeEnclosure,
    NoticeKind,
    Rendering,
    RenderingPurpose,
    ServiceOrder,
)
from notices.services.drafting import NO_LONGER_COUNTS
from notices.services.writers import writing_now
from offboarding.models import (
    ClientLink,
    LinkPurpose,
    ProofOfReceipt,
    TerminationCase,
)

_HEAVY = ("mime",)

MOST_PREVIEWS = 20
"""Older ones are forgotten once a newer one is set; more wait only while no worker runs."""


def notices_of(case: TerminationCase, *, reader_id: int | None = None) -> list[Notice]:
    """Return a case's notices, the newest first, each with its people and office.

    Args:
        case: whose notices.
        reader_id: whose page it is; each notice then knows as `reader_changed_it` whether they
            changed a line of it, and as `others_write` whether somebody else has it open.
    """
    others = writing_now().filter(notice=OuterRef("pk")).exclude(user=reader_id)
    notices = list(
        Notice.objects.filter(case=case)
        .annotate(
            reader_changed_it=Exists(
                NoticeEditor.objects.filter(notice=OuterRef("pk"), person_id=reader_id)
            ),
            others_write=Exists(others),
            has_enclosures=Exists(NoticeEnclosure.objects.filter(notice=OuterRef("pk"))),
            has_copies=Exists(NoticeCopy.objects.filter(notice=OuterRef("pk"))),
            was_asked_for=Exists(ApprovalRequest.objects.filter(notice=OuterRef("pk"))),
            override_rows=rows_of(
                CheckOverride.objects.filter(notice=OuterRef("pk")),
                "notice",
                id="id",
                at="overridden_at",
                code="code",
                found="found",
                basis="basis",
                reason="reason",
            ),
            signatory_rows=rows_of(
                Signatory.objects.filter(office=OuterRef("office")),
                "office",
                id="id",
                name="name",
                position="position",
            ),
        )
        .select_related(
            "office__firm",
            "signatory",
            "author",
            "approved_by",
            "approval_requested_by",
            "correction",
        )
        .order_by("-number")
    )
    by_pk = {notice.pk: notice for notice in notices}
    for notice in notices:
        notice.case = case
        if notice.corrects_id in by_pk:
            notice.corrects = by_pk[notice.corrects_id]
        _ask_nothing_of_what_is_not_there(notice)
    return notices


def _ask_nothing_of_what_is_not_there(notice: Notice) -> None:
    """Most letters go alone; a page then asks neither for enclosures nor for copies."""
    known = {}
    if not getattr(notice, "has_enclosures", True):
        known["enclosures"] = NoticeEnclosure.objects.none()
    if not getattr(notice, "has_copies", True):
        known["copies"] = NoticeCopy.objects.none()
    notice._prefetched_objects_cache = known  # type: ignore[attr-defined]


def current_of(notices: Sequence[Notice]) -> Notice | None:
    """Return the notice that counts now, as `drafting.current_notice` would."""
    return next(
        (
            notice
            for notice in notices
            if notice.kind in (NoticeKind.TERMINATION, NoticeKind.CORRECTION)
            and notice.state not in NO_LONGER_COUNTS
        ),
        None,
    )


def notice_or_404(case: TerminationCase, number: int | None = None) -> Notice:
    """Return a case's notice by its number, or the one that counts now.

    Raises:
        Http404: there is none.
    """
    notices = notices_of(case)
    found = (
        current_of(notices)
        if number is None
        else next((notice for notice in notices if notice.number == number), None)
    )
    if found is None:
        raise Http404(_("There is no such notice."))
    return found


def deliveries() -> QuerySet[Delivery]:
    """Start a query for deliveries without the bytes of their mails."""
    return Delivery.objects.defer(*_HEAVY)


def is_at_service() -> Exists:
    """Whether a print service has a letter, or gets it."""
    orders = ServiceOrder.objects.filter(delivery=OuterRef("pk"))
    return Exists(orders.exclude(state__in=CLOSED_ORDERS))


def deliveries_of(notice: Notice) -> list[Delivery]:
    """Return a notice's deliveries in the order in which they were made."""
    proofs = ProofOfReceipt.everything.filter(delivery_id=OuterRef("pk"), voided_at=None)
    found = list(
        deliveries()
        .filter(notice=notice)
        .select_related("resolved_by")
        .annotate(has_proof=Exists(proofs), is_at_service=is_at_service())
    )
    for delivery in found:
        delivery.notice = notice
        delivery.case = notice.case
    return found


def delivery_or_404(case: TerminationCase, pk: int) -> Delivery:
    """Return one delivery of a case.

    Raises:
        Http404: the case has none of this number.
    """
    found = deliveries().filter(case=case, pk=pk).select_related("notice", "message").first()
    if found is None:
        raise Http404(_("There is no such delivery."))
    found.case = case
    return found


def first_openings(delivery_ids: Collection[int]) -> dict[int, datetime]:
    """Return when the client's link of each delivery was first opened, where it was."""
    opened = ClientLink.objects.filter(
        delivery_id__in=delivery_ids, purpose=LinkPurpose.RECEIPT, first_opened_at__isnull=False
    )
    return {
        link.delivery_id: link.first_opened_at
        for link in opened
        if link.delivery_id is not None and link.first_opened_at is not None
    }


def letter_of(notice: Notice) -> Letter | None:
    """Return the sealed letter of a notice's present version, without its bytes."""
    return (
        Letter.objects.filter(notice=notice, notice_version=notice.version)
        .defer("pdf", "text")
        .first()
    )


def pages_of(notice: Notice, purpose: RenderingPurpose) -> Rendering | None:
    """Return the order for a notice's pages, without their bytes."""
    return (
        Rendering.objects.filter(
            notice=notice, notice_version=notice.version, purpose=purpose, delivery=None
        )
        .defer("pdf")
        .first()
    )


def previews_of(notice: Notice) -> tuple[Rendering | None, Rendering | None]:
    """Return the order for the present text's preview, and the last one that can be shown."""
    newest = list(
        Rendering.objects.filter(notice=notice, purpose=RenderingPurpose.PREVIEW, delivery=None)
        .defer("pdf")
        .order_by("-notice_version")[:MOST_PREVIEWS]
    )
    order = next((one for one in newest if one.notice_version == notice.version), None)
    if order is not None and order.done_at is not None:
        return order, order
    return order, next((one for one in newest if one.is_good), None)


def receipts_of(case: TerminationCase) -> list[ProofOfReceipt]:
    """Return every proof of receipt of a case, also those that fell."""
    proofs = ProofOfReceipt.objects.select_related("file", "recorded_by", "accepted_by")
    # Kept with the case, so that whatever asks about its receipts finds them read.
    prefetch_related_objects([case], Prefetch("proofs", proofs))
    found = list(case.proofs.all())
    for proof in found:
        proof.case = case
    return found
