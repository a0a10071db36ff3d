"""Machines act here: letters go to the print service, and what became of them is asked for.

    queued → submitting → submitted
                 ↘ queued (later) · refused · uncertain

`submitting` is committed before the first byte leaves, and the letter is then being handed over: it
cannot be taken back here, and no machine sends it again. A broken line, a failing provider or a
worker that ended in between makes it uncertain, and a team lead decides. The stored pages are
compared with their hash first, as for every other way out.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices import alarms
from notices.errors import BytesDiffer
from notices.models import (
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    NoticeState,
    ReceiptSlip,
    ServiceOrder,
    ServiceState,
)
from notices.outbox import arming, cure_standing, superseding
from notices.outbox.leases import DatabaseClock
from notices.pages import enclosed
from notices.print_and_post import (
    Address,
    InDoubt,
    NotReached,
    Order,
    PrintAndPost,
    Refused,
    Stage,
    Standing,
    Taken,
)
from notices.print_and_post.lob import Lob
from notices.receipts import chasing
from offboarding.models import TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.post_orders")
LEASE_SECONDS = 300
RETRY_MINUTES = (1, 5, 15, 60, 240)
ASK_EVERY = timedelta(minutes=30)

_CITY = re.compile(r"(?P<city>.+?),?\s+(?P<region>[A-Z]{2})\s+(?P<code>\d{5}(?:-\d{4})?)")


class PagesChanged(Exception):
    """Stored pages differ from what was sealed; says which. They never leave."""


def service() -> PrintAndPost | None:
    """Return the print service of this installation; None when there is none."""
    if settings.PRINT_AND_POST == "lob":
        return Lob(key=settings.LOB_API_KEY, url=settings.LOB_API_URL)
    return None


def drain(limit: int = 20) -> int:
    """Hand over what was ordered and ask for what is under way; safe to run in several places.

    Returns:
        How many orders were worked on.
    """
    provider = service()
    if provider is None or arming.is_disarmed():
        return 0
    _settle_what_a_dead_worker_left()
    due = ServiceOrder.objects.filter(state=ServiceState.QUEUED, departs_at__lte=clock.now())
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        done += _each(hand_over, pk, provider)
    asked = ServiceOrder.objects.filter(
        Q(asked_at=None) | Q(asked_at__lte=clock.now() - ASK_EVERY), state=ServiceState.SUBMITTED
    )
    for pk in list(asked.values_list("pk", flat=True)[:limit]):
        done += _each(ask, pk, provider)
    return done


def _each(work: Callable[[int, PrintAndPost], bool], order_id: int, provider: PrintAndPost) -> bool:
    try:
        return work(order_id, provider)
    except Exception:
        # It keeps its lease, if it had begun; then it is in doubt. The others go on.
        log.exception("service.interrupted", order=order_id)
        return True


# -- handing over ----------------------------------------------------------------------------------


def hand_over(order_id: int, provider: PrintAndPost) -> bool:
    """Hand one order to the provider, at most once."""
    row = _loaded(order_id)
    try:
        problem, order = _prepared(row, provider)
    except PagesChanged as changed:
        _refuse(row, ServiceState.QUEUED, raise_alarm(row.delivery, changed), asks_owner=False)
        return True
    if order is None:
        _refuse(row, ServiceState.QUEUED, problem)
        return True
    if not _begin(row):
        return False
    try:
        taken = provider.submit(order)
    except Refused as refused:
        _refuse(row, ServiceState.SUBMITTING, str(refused))
    except NotReached as silence:
        _try_later(row, str(silence))
    except InDoubt as doubt:
        _doubt(row, str(doubt))
    else:
        _accept(row, taken)
    return True


def problem_with(row: ServiceOrder, provider: PrintAndPost) -> str:
    """Say why a letter cannot go to a provider at all; nothing when it can.

    Raises:
        PagesChanged: the stored pages differ from their hash.
    """
    return _prepared(row, provider)[0]


def raise_alarm(delivery: Delivery, changed: PagesChanged) -> str:
    """Tell the leads that changed pages were to leave, and return what whoever asked is told."""
    assert delivery.notice is not None
    alarms.bytes_differ(
        delivery.notice,
        differs=str(changed),
        told=_(
            "The letter was not handed to the print service: the stored pages differ from those "
            "that were sealed. Nothing left. Please tell an admin, and do not print it here."
        ),
    )
    return _("Not sent: the stored pages differ from those that were approved.")


def order_of(row: ServiceOrder) -> Order:
    """Return what the provider is given: address in parts, sealed pages and slip as they are.

    Raises:
        PagesChanged: the stored pages differ from their hash.
    """
    delivery = row.delivery
    notice = delivery.notice
    assert notice is not None
    letter = notice.letter
    if letter is None or hashlib.sha256(bytes(letter.pdf)).hexdigest() != letter.sha256:
        raise PagesChanged("letter")
    try:
        parts = [bytes(letter.pdf), *(bytes(one.pdf) for one in enclosed.enclosures_of(notice))]
    except BytesDiffer as differs:
        raise PagesChanged("enclosure") from differs
    slip = ReceiptSlip.objects.filter(delivery=delivery).first()
    if slip is not None:
        if hashlib.sha256(bytes(slip.pdf)).hexdigest() != slip.sha256:
            raise PagesChanged("slip")
        parts.append(bytes(slip.pdf))
    office = notice.office
    return Order(
        key=str(row.key),
        reference=f"{delivery.case.reference}-{notice.number}",
        recipient=address_in_parts(
            [str(line) for line in delivery.recipient_lines], str(delivery.case.client.country)
        ),
        sender=Address(
            name="",
            company=office.legal_name[:40],
            street=tuple(office.street.splitlines()),
            city=office.city,
            region=office.region,
            postal_code=office.postal_code,
            country=str(office.country),
        ),
        pdf=_in_one(parts),
        both_sides=office.prints_both_sides,
    )


def address_in_parts(lines: list[str], country: str) -> Address:
    """Take a printed address of the United States apart; what cannot be read stays empty."""
    found = _CITY.fullmatch(lines[-1].strip()) if lines and country == "US" else None
    if found is None:
        return Address("", lines[0] if lines else "", (), "", "", "", country)
    above = lines[:-1]
    person = ""
    if len(above) > 2 and above[1].startswith("Attn: "):
        person = above.pop(1).removeprefix("Attn: ")
    return Address(
        name=person,
        company=above[0] if above else "",
        street=tuple(above[1:]),
        city=found["city"],
        region=found["region"],
        postal_code=found["code"],
        country=country,
    )


def _prepared(row: ServiceOrder, provider: PrintAndPost) -> tuple[str, Order | None]:
    notice = row.delivery.notice
    letter = notice.letter if notice else None
    if letter is not None and letter.profile != "us10":
        return _("Only letters on US stationery can go there."), None
    order = order_of(row)
    problem = provider.problem_with(order)
    return problem, None if problem else order


def _in_one(parts: list[bytes]) -> bytes:
    whole = pypdfium2.PdfDocument.new()
    try:
        for part in parts:
            with pypdfium2.PdfDocument(part) as pages:
                whole.import_pages(pages)
        buffer = io.BytesIO()
        whole.save(buffer)
    finally:
        whole.close()
    return buffer.getvalue()


def _loaded(order_id: int) -> ServiceOrder:
    return (
        ServiceOrder.objects.select_related(
            "delivery__case__client__office", "delivery__case__team", "delivery__notice__office"
        )
        .defer("delivery__mime")
        .get(pk=order_id)
    )


def _begin(row: ServiceOrder) -> bool:
    """Commit that the letter is about to leave; tell whether it may."""
    with transaction.atomic(durable=True):
        case = locked(row.delivery.case)
        delivery = _locked(row.delivery)
        stands = (
            delivery.state == DeliveryState.QUEUED
            and not delivery.is_paused
            and not case.is_disputed
            and not case.is_on_hold
            and not case.is_sending_held
            and delivery.notice is not None
            and delivery.notice.state == NoticeState.SENT
        )
        if not stands:
            if delivery.state != DeliveryState.QUEUED:
                _write(row, ServiceState.QUEUED, ServiceState.CANCELLED, _("It was taken back."))
            return False
        if late := cure_standing.why_too_late(case, delivery):
            _leave_out(case, delivery, row, late)
            return False
        if not _write(
            row,
            ServiceState.QUEUED,
            ServiceState.SUBMITTING,
            "",
            attempts=row.attempts + 1,
            leased_until=DatabaseClock(LEASE_SECONDS),
        ):
            return False
        row.attempts += 1
        _move(case, delivery, DeliveryState.HANDING_OVER, "", "delivery.handing_over", row)
    return True


def _leave_out(case: TerminationCase, delivery: Delivery, row: ServiceOrder, why: str) -> None:
    """Do not hand over what would come too late, and ask the owner; call with the case locked."""
    if not _write(row, ServiceState.QUEUED, ServiceState.CANCELLED, why):
        return
    remember(case, "delivery.put_off", by=MACHINE, subject=delivery, details={"order": row.pk})
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The cure warning did not go to the print service"),
        details=why,
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"delivery:{delivery.pk}:too-late",
    )


def _accept(row: ServiceOrder, taken: Taken) -> None:
    with transaction.atomic():
        case = locked(row.delivery.case)
        if not _write(
            row,
            ServiceState.SUBMITTING,
            ServiceState.SUBMITTED,
            "",
            reference=taken.reference[:100],
            submitted_at=clock.now(),
        ):
            return
        delivery = _locked(row.delivery)
        delivery.print_count += 1
        delivery.printed_at = clock.now()
        delivery.carrier = taken.carrier
        note = _("Taken by %(name)s as %(reference)s") % {
            "name": row.provider,
            "reference": taken.reference,
        }
        _move(case, delivery, DeliveryState.PRINTED, note, "delivery.printed", row)


def _refuse(row: ServiceOrder, held: ServiceState, why: str, *, asks_owner: bool = True) -> None:
    with transaction.atomic():
        case = locked(row.delivery.case)
        if not _write(row, held, ServiceState.REFUSED, why):
            return
        delivery = _locked(row.delivery)
        note = _("The print service did not take it: %(why)s") % {"why": why}
        if delivery.state == DeliveryState.HANDING_OVER:
            _move(case, delivery, DeliveryState.QUEUED, note, "delivery.put_off", row)
        else:
            remember(
                case, "delivery.put_off", by=MACHINE, subject=delivery, details={"order": row.pk}
            )
        if not asks_owner:
            return
        keep_task(
            case,
            kind=TaskKind.POST,
            title=_("The print service did not take the letter; print it here"),
            details=note,
            assignee=case.owner,
            due_on=clock.today(case.time_zone),
            by=MACHINE,
            origin=f"delivery:{delivery.pk}:service:{row.pk}",
        )


def _try_later(row: ServiceOrder, why: str) -> None:
    if row.attempts > len(RETRY_MINUTES):
        _refuse(row, ServiceState.SUBMITTING, why)
        return
    wait = timedelta(minutes=RETRY_MINUTES[row.attempts - 1])
    with transaction.atomic():
        case = locked(row.delivery.case)
        if _write(
            row,
            ServiceState.SUBMITTING,
            ServiceState.QUEUED,
            why,
            departs_at=clock.now() + wait,
        ):
            delivery = _locked(row.delivery)
            _move(case, delivery, DeliveryState.QUEUED, why, "delivery.put_off", row)


def _doubt(row: ServiceOrder, why: str) -> None:
    with transaction.atomic():
        case = locked(row.delivery.case)
        if not _write(row, ServiceState.SUBMITTING, ServiceState.UNCERTAIN, why):
            return
        delivery = _locked(row.delivery)
        note = _("Nobody knows whether the print service has it: %(why)s") % {"why": why}
        _move(case, delivery, DeliveryState.UNCERTAIN, note, "delivery.uncertain", row)
        raise_for_each(
            case,
            list(accounts.leads_of(case.team)) or [case.owner],
            kind=TaskKind.LOOK_AT,
            title=_("A letter at the print service is uncertain"),
            details=_("Look into the account of %(name)s for the order %(key)s, then decide.")
            % {"name": row.provider, "key": row.key},
            origin=f"delivery:{delivery.pk}:uncertain",
        )


def _settle_what_a_dead_worker_left() -> None:
    late = ServiceOrder.objects.filter(
        state=ServiceState.SUBMITTING, leased_until__lt=DatabaseClock()
    )
    for pk in list(late.values_list("pk", flat=True)):
        _doubt(_loaded(pk), _("the worker ended while it handed the letter over"))


# -- asking ----------------------------------------------------------------------------------------


def ask(order_id: int, provider: PrintAndPost) -> bool:
    """Ask the provider how far one letter has come, and write what is new."""
    row = _loaded(order_id)
    ServiceOrder.objects.filter(pk=row.pk).update(asked_at=clock.now())
    try:
        standing = provider.status(row.reference)
    except (NotReached, Refused) as silence:
        log.warning("service.silent", order=row.pk, said=str(silence))
        return True
    with transaction.atomic():
        case = locked(row.delivery.case)
        delivery = _locked(row.delivery)
        _FOLLOWS[standing.stage](case, delivery, row, standing)
    return True


def _nothing_new(
    case: TerminationCase, delivery: Delivery, row: ServiceOrder, standing: Standing
) -> None:
    """The letter is still being made."""


def _posted(
    case: TerminationCase, delivery: Delivery, row: ServiceOrder, standing: Standing
) -> None:
    """Record that the carrier has it: from here on the notice is served."""
    if delivery.state != DeliveryState.PRINTED:
        return
    posted_on = _day(standing.posted_at, case)
    if row.submitted_at is not None:
        posted_on = max(posted_on, _day(row.submitted_at, case))
    number = standing.carrier_number
    taken = Delivery.objects.filter(carrier_number=number).exclude(pk=delivery.pk).exists()
    delivery.carrier_number = "" if taken else number[:40]
    delivery.posted_on = posted_on
    _move(case, delivery, DeliveryState.POSTED, "", "delivery.posted", row, number=number)
    notice = delivery.notice
    superseding.take_effect(case, notice)
    cure_standing.follow(case, notice, by=MACHINE)
    if notice is None or not notice.ends_the_relationship or notice.state != NoticeState.SENT:
        return
    proofs.record_service(
        case,
        by=MACHINE,
        served_on=posted_on,
        channel=Channel.REGISTERED_MAIL,
        delivery_id=delivery.pk,
    )
    chasing.begin(locked(case), from_day=posted_on, notice=notice)


def _delivered(
    case: TerminationCase, delivery: Delivery, row: ServiceOrder, standing: Standing
) -> None:
    """Record the carrier's word; it proves nothing until a person accepts it."""
    _posted(case, delivery, row, standing)
    _write(row, ServiceState.SUBMITTED, ServiceState.ENDED, standing.note)
    if delivery.state != DeliveryState.POSTED:
        # A person has recorded its outcome already.
        return
    delivery.outcome_on = _on(standing, delivery, case)
    delivery.outcome_note = standing.note
    _move(case, delivery, DeliveryState.DELIVERED, standing.note, "delivery.delivered", row)
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The carrier reports the letter as delivered; accept it as proof"),
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"delivery:{delivery.pk}:carrier-record",
    )


def _returned(
    case: TerminationCase, delivery: Delivery, row: ServiceOrder, standing: Standing
) -> None:
    """Ask a person why it came back: a machine cannot tell refused from unclaimed or moved."""
    _posted(case, delivery, row, standing)
    _write(row, ServiceState.SUBMITTED, ServiceState.ENDED, standing.note)
    _tell(case, delivery, _("The letter comes back; record why"), standing.note, "returned")


def _failed(
    case: TerminationCase, delivery: Delivery, row: ServiceOrder, standing: Standing
) -> None:
    """The provider could not make the letter: it waits for our own printer again."""
    if not _write(row, ServiceState.SUBMITTED, ServiceState.REFUSED, standing.note):
        return
    if delivery.state == DeliveryState.PRINTED:
        delivery.print_count -= 1
        delivery.printed_at = None
        _move(case, delivery, DeliveryState.QUEUED, standing.note, "delivery.put_off", row)
    title = _("The print service could not make the letter; print it here")
    _tell(case, delivery, title, standing.note, f"service:{row.pk}")


_FOLLOWS: dict[Stage, Callable[[TerminationCase, Delivery, ServiceOrder, Standing], None]] = {
    Stage.IN_PRODUCTION: _nothing_new,
    Stage.POSTED: _posted,
    Stage.DELIVERED: _delivered,
    Stage.RETURNED: _returned,
    Stage.FAILED: _failed,
}


def _day(moment: datetime | None, case: TerminationCase) -> date:
    """Return the day of a moment at the office; today when it is not known or still to come."""
    today = clock.today(case.time_zone)
    return min(moment.astimezone(ZoneInfo(case.time_zone)).date(), today) if moment else today


def _on(standing: Standing, delivery: Delivery, case: TerminationCase) -> date:
    on = _day(standing.at, case)
    return max(on, delivery.posted_on) if delivery.posted_on else on


def _tell(case: TerminationCase, delivery: Delivery, title: str, details: str, origin: str) -> None:
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=title,
        details=details,
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"delivery:{delivery.pk}:{origin}",
    )


# -- rows ------------------------------------------------------------------------------------------


def _locked(delivery: Delivery) -> Delivery:
    return (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("notice")
        .defer("mime")
        .get(pk=delivery.pk)
    )


def _write(
    row: ServiceOrder, held: ServiceState, state: ServiceState, reply: str, **fields: Any
) -> bool:
    """Write an order's new state if it is still in the one we hold; tell whether it was."""
    values: dict[str, Any] = {"state": state, "reply": reply[:2000], "leased_until": None}
    return bool(ServiceOrder.objects.filter(pk=row.pk, state=held).update(**(values | fields)))


def _move(
    case: TerminationCase,
    delivery: Delivery,
    state: DeliveryState,
    note: str,
    action: str,
    row: ServiceOrder,
    **details: object,
) -> None:
    before = delivery.state
    delivery.state = state
    delivery.state_changed_at = clock.now()
    delivery.last_reply = note
    delivery.fence += 1
    delivery.save()
    DeliveryEvent.objects.create(delivery=delivery, state=state, note=note, by=MACHINE.name)
    remember(
        case,
        action,
        by=MACHINE,
        subject=delivery,
        details={
            "channel": delivery.channel,
            "from": before,
            "to": state.value,
            "order": row.pk,
            "key": str(row.key),
        }
        | details,
        after={"note": note} if note else None,
    )
