"""What speaks for or against a person behind a confirmation: never more than its grade."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from audit import clock
from notices.language import names
from notices.models import (
    MAY_HAVE_LEFT,
    Channel,
    Confirmation,
    Delivery,
    DeliveryState,
)
from notices.receipts import robots
from offboarding.models import ClientLink, Grade, ProofKind
from offboarding.models.proof import LONGEST_REASON

MANY_LINKS = 5
MANY_WITHIN = timedelta(minutes=10)
"""So many different links confirmed from one place look like a machine."""

QUICKEST_READER_SECONDS = 2.0
"""Nobody reads a page, types a name and ticks a box in less."""

REMEMBERED_FOR = timedelta(days=1)
"""So long a place from which a machine seems to have confirmed is looked at more closely."""

NOT_SENT = "not_sent"
EARLY_SIGN = "early"
OTHER_NAME = "other_name"
NEVER_OPENED = "never_opened"
MANY_FROM_ONE_ADDRESS = "many_from_one_address"
TOO_QUICK = "too_quick"
HIDDEN_FIELD = "hidden_field"
CALLS_ITSELF_A_ROBOT = "robot"
PLACE_OF_A_MACHINE = "place_of_a_machine"

_OF_MACHINES = frozenset(
    {EARLY_SIGN, MANY_FROM_ONE_ADDRESS, TOO_QUICK, HIDDEN_FIELD, CALLS_ITSELF_A_ROBOT}
)
"""Signs that speak of a program; another name or an unopened page speak of another person."""


@dataclass(frozen=True)
class Act:
    """What is known of how somebody used the page.

    Attributes:
        name: as typed.
        by_code: the code from the paper was typed, which nobody has who did not hold the letter.
        address_hash: of the network address, see `hash_of_address`.
        user_agent: what the browser calls itself.
        seconds_on_page: from loading the page to pressing its button; None where nobody measured.
        filled_hidden: a field was filled in that people do not see.
    """

    name: str = ""
    by_code: bool = False
    address_hash: str = ""
    user_agent: str = ""
    seconds_on_page: float | None = None
    filled_hidden: bool = False

    @property
    def is_a_machines(self) -> bool:
        """The act itself looks like that of a program, whatever else is known."""
        return bool(self.signs)

    @property
    def signs(self) -> list[str]:
        """The signs of a program in the act itself."""
        return [
            sign
            for sign, is_seen in (
                (
                    TOO_QUICK,
                    self.seconds_on_page is not None
                    and self.seconds_on_page < QUICKEST_READER_SECONDS,
                ),
                (HIDDEN_FIELD, self.filled_hidden),
                (CALLS_ITSELF_A_ROBOT, robots.calls_itself_a_robot(self.user_agent)),
            )
            if is_seen
        ]


@dataclass(frozen=True)
class Judgement:
    """How strong a confirmation is, and why."""

    kind: ProofKind
    grade: Grade
    reason: str
    signs: tuple[str, ...]


def judge(link: ClientLink, delivery: Delivery, act: Act) -> Judgement:
    """Grade a confirmation that is being made now.

    Args:
        link: read before this confirmation is kept.
        delivery: what the link came with.
        act: how the page was used.
    """
    signs = [
        sign
        for sign, is_seen in (
            (NOT_SENT, not _has_left(delivery)),
            (EARLY_SIGN, _is_early(delivery)),
            (OTHER_NAME, not names.are_the_same_person(act.name, link.recipient_name)),
            (NEVER_OPENED, link.first_opened_at is None),
            (MANY_FROM_ONE_ADDRESS, _is_one_of_many(link, act.address_hash)),
            (PLACE_OF_A_MACHINE, _is_the_place_of_a_machine(act.address_hash)),
        )
        if is_seen
    ] + act.signs
    if act.by_code:
        # Whoever may receive the letter may type its code; but not before it was posted.
        grade = Grade.C if NOT_SENT in signs else Grade.A
        return Judgement(ProofKind.PAPER_CODE, grade, _reason(signs, by_code=True), tuple(signs))
    grade = Grade.C if signs else Grade.B
    return Judgement(ProofKind.CONFIRMATION, grade, _reason(signs), tuple(signs))


def hash_of_address(remote_address: str) -> str:
    """Return a keyed hash of a network address; the address itself is not kept."""
    if not remote_address:
        return ""
    message = b"address\0" + remote_address.encode()
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest()


def _has_left(delivery: Delivery) -> bool:
    if delivery.channel == Channel.REGISTERED_MAIL:
        return delivery.posted_on is not None
    return delivery.state in MAY_HAVE_LEFT


def _is_early(delivery: Delivery) -> bool:
    # A posting is recorded by hand, often later than the letter travels: only its day is known.
    if delivery.channel == Channel.REGISTERED_MAIL or not _has_left(delivery):
        return False
    # A mail filter presses buttons within seconds; people read first.
    early = timedelta(seconds=settings.EARLY_CONFIRMATION_SECONDS)
    return clock.now() - left_at(delivery) < early


def left_at(delivery: Delivery) -> datetime:
    """Return when a mail was handed over, as far as we know."""
    accepted = delivery.events.filter(state=DeliveryState.ACCEPTED).first()
    return accepted.at if accepted else delivery.state_changed_at


def _is_one_of_many(link: ClientLink, address_hash: str) -> bool:
    if not address_hash:
        return False
    since = clock.now() - MANY_WITHIN
    others = (
        Confirmation.objects.filter(address_hash=address_hash, confirmed_at__gte=since)
        .exclude(link=link)
        .order_by()
        .values("link")
        .distinct()
    )
    return others.count() + 1 >= MANY_LINKS


def _is_the_place_of_a_machine(address_hash: str) -> bool:
    if not address_hash:
        return False
    lately = Confirmation.objects.filter(
        address_hash=address_hash, confirmed_at__gte=clock.now() - REMEMBERED_FOR
    ).values_list("signs", flat=True)
    return any(not _OF_MACHINES.isdisjoint(signs) for signs in lately[:_MOST_LOOKED_AT])


_MOST_LOOKED_AT = 50


def _reason(signs: list[str], *, by_code: bool = False) -> str:
    sentences = {
        NOT_SENT: _("Confirmed before the letter had left us."),
        EARLY_SIGN: _("Confirmed within seconds of sending."),
        OTHER_NAME: _("The typed name is not the addressee's."),
        NEVER_OPENED: _("Confirmed without opening the page first."),
        MANY_FROM_ONE_ADDRESS: _("Many letters were confirmed from one place."),
        PLACE_OF_A_MACHINE: _("A program seems to have confirmed from the same place."),
        TOO_QUICK: _("The button was pressed as soon as the page had loaded."),
        HIDDEN_FIELD: _("A field was filled in that people do not see."),
        CALLS_ITSELF_A_ROBOT: _("The program called itself a robot."),
    }
    if by_code:
        # A code is typed without a link, so that no page was opened before says nothing.
        said = [_("Code from the paper letter.")]
        said += [sentences[sign] for sign in signs if sign in (NOT_SENT, OTHER_NAME)]
    elif signs:
        said = [sentences[sign] for sign in signs]
    else:
        said = [_("The name fits, and nothing was odd.")]
    return " ".join(said)[:LONGEST_REASON]
