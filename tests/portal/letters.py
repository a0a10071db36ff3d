"""A notice that a client holds, and its page as a browser without script uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.actor import Actor
from audit import clock
from notices.models import Channel, Delivery, DeliveryState, Notice
from offboarding.models import ClientLink, TerminationCase
from offboarding.services import links, proofs
from tests.builders import House, fresh
from tests.notices import walks
from tests.retracing import retraced

SECONDS_TO_READ = 5


@dataclass
class Held:
    """A letter in the client's hands, with its link."""

    house: House
    notice: Notice
    delivery: Delivery
    link: ClientLink

    @property
    def token(self) -> str:
        return links.token_of(self.link)

    @property
    def url(self) -> str:
        return f"/r/{self.token}/"

    @property
    def case(self) -> TerminationCase:
        return fresh(self.notice.case)

    def read_again(self) -> ClientLink:
        return ClientLink.objects.select_related("case").get(pk=self.link.pk)


@retraced
def by_email(house: House, *, minutes_ago: int = 30, notice: Notice | None = None) -> Held:
    """A notice whose mail the client's server accepted a while ago."""
    notice = notice or walks.sent(house)
    delivery = walks.delivery_of(notice, Channel.EMAIL)
    delivery = walks.became(delivery, DeliveryState.ACCEPTED)
    proofs.record_service(
        fresh(notice.case),
        by=Actor.machine("notices.dispatch"),
        served_on=clock.today(notice.case.time_zone),
        channel="email",
        delivery_id=delivery.pk,
    )
    return _held(house, notice, delivery, minutes_ago)


@retraced
def by_post(house: House, *, minutes_ago: int = 30, notice: Notice | None = None) -> Held:
    """A notice whose letter was handed to the carrier."""
    delivery = walks.posted(house, notice)
    assert delivery.notice is not None
    return _held(house, delivery.notice, delivery, minutes_ago)


def _held(house: House, notice: Notice, delivery: Delivery, minutes_ago: int) -> Held:
    link = ClientLink.objects.select_related("case").get(delivery_id=delivery.pk)
    minutes_later(minutes_ago)
    return Held(house, walks.again(notice), delivery, link)


def minutes_later(minutes: int) -> None:
    clock.move(clock.offset() + timedelta(minutes=minutes))


def seconds_later(seconds: float) -> None:
    """Let somebody read."""
    clock.move(clock.offset() + timedelta(seconds=seconds))


def nonce_on(page: HttpResponse) -> str:
    """The nonce that the page's forms carry."""
    found = re.search(r'name="nonce" value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return unescape(found[1])


def text_of(page: HttpResponse) -> str:
    """What the page says, without its markup."""
    bare = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", unescape(bare))


def confirm(
    held: Held, *, client: Client | None = None, name: str = "Jane Adams", **changes: Any
) -> HttpResponse:
    """Open the page and confirm, as a person would."""
    client = client or Client()
    fields = {
        "nonce": nonce_on(client.get(held.url)),
        "name": name,
        "is_authorised": "on",
    }
    seconds_later(SECONDS_TO_READ)
    return client.post(held.url, fields | changes)


def post_words(held: Held, where: str, text: str, *, name: str = "Jane Adams") -> HttpResponse:
    """Open the page and send a few words."""
    client = Client()
    fields = {"nonce": nonce_on(client.get(held.url)), "text": text, "name": name}
    seconds_later(SECONDS_TO_READ)
    return client.post(f"{held.url}{where}/", fields)
