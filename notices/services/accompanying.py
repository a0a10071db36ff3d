"""Choosing what goes with a letter and who gets a copy, before it is approved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from django.core.exceptions import ValidationError
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients import validators
from notices import approval_requests
from notices.errors import BytesDiffer, ChangedMeanwhile
from notices.letters import differences, versions
from notices.models import (
    CopyReader,
    Notice,
    NoticeCopy,
    NoticeEditor,
    NoticeEnclosure,
    NoticeState,
    RenderingPurpose,
)
from notices.pages import letter_fit
from notices.pages import orders as page_orders
from notices.services.drafting import locked_notice
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import CaseFile, TerminationCase
from offboarding.services.locking import acting_on, remember

MOST_ENCLOSURES = 10
MOST_ENCLOSED_BYTES = 10 * 1024 * 1024
"""All enclosures together: what most mail servers still take, with the letter and as text."""

MOST_COPIES = 5

CHANGEABLE = (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL, NoticeState.APPROVED)


def add_enclosure(
    notice: Notice, *, by: Actor, case_file: CaseFile, title: str, expected_version: int
) -> NoticeEnclosure:
    """Enclose a PDF of the case; an approval that was asked for or given falls.

    Raises:
        ChangedMeanwhile: somebody changed the notice since the page was opened.
        InvalidInput: no PDF, one that does not open, too large, or enclosed already.
        TransitionRefused: the notice was sent.
    """
    title = " ".join(title.split())
    if not title:
        raise InvalidInput("title", _("Name the enclosure as the letter shall name it."))
    problem = letter_fit.glyph_problem("title", title)
    if problem is not None:
        raise InvalidInput("title", problem.sentence)
    with _changing(notice, by=by, expected_version=expected_version) as (case, now):
        if case_file.case_id != case.pk:
            raise InvalidInput("case_file", _("Choose a file of this case."))
        content = _pdf_of(case_file)
        page_count = _pages_of(content)
        sha256 = hashlib.sha256(content).hexdigest()
        there = now.enclosures.aggregate(last=Max("position"), size=Sum("size_bytes"))
        if now.enclosures.filter(sha256=sha256).exists():
            raise InvalidInput("case_file", _("This file is enclosed already."))
        if now.enclosures.count() >= MOST_ENCLOSURES:
            raise InvalidInput(
                "case_file", _("A letter has at most %(most)d enclosures.") % {"most": 10}
            )
        if (there["size"] or 0) + len(content) > MOST_ENCLOSED_BYTES:
            raise InvalidInput(
                "case_file", _("All enclosures together may have 10 MB; this one is too much.")
            )
        enclosure = NoticeEnclosure(
            notice=now,
            position=(there["last"] or 0) + 1,
            title=title[:100],
            case_file=case_file,
            pdf=content,
            sha256=sha256,
            size_bytes=len(content),
            page_count=page_count,
            added_by=by.user,
        )
        lines = [*differences.enclosures_of(now), enclosure.title]
        _void_and_go_on(case, now, by=by, enclosures="\n".join(lines))
        enclosure.save(force_insert=True)
        remember(
            case,
            "notice.enclosure_added",
            by=by,
            subject=enclosure,
            details={"notice": now.number, "sha256": sha256, "file": str(case_file.pk)},
            after={"title": enclosure.title},
        )
        _set_anew(now)
    return enclosure


def remove_enclosure(enclosure: NoticeEnclosure, *, by: Actor, expected_version: int) -> None:
    """Take an enclosure out again before the letter is sent."""
    with _changing(enclosure.notice, by=by, expected_version=expected_version) as (case, now):
        gone = now.enclosures.get(pk=enclosure.pk)
        lines = [title for title in differences.enclosures_of(now) if title != gone.title]
        _void_and_go_on(case, now, by=by, enclosures="\n".join(lines))
        remember(
            case,
            "notice.enclosure_removed",
            by=by,
            subject=now,
            details={"notice": now.number, "sha256": gone.sha256},
            before={"title": gone.title},
        )
        gone.delete()
        _set_anew(now)


def add_copy(
    notice: Notice,
    *,
    by: Actor,
    reader: str,
    name: str,
    email: str,
    is_privileged: bool = False,
    expected_version: int,
) -> NoticeCopy:
    """Let somebody else have the letter for information; they are named on it unless privileged.

    Raises:
        ChangedMeanwhile: somebody changed the notice since the page was opened.
        InvalidInput: no name, no plain address, or one that gets the letter already.
        TransitionRefused: the notice was sent.
    """
    name = " ".join(name.split())
    if reader not in CopyReader.values:
        raise InvalidInput("reader", _("Say who gets the copy."))
    if not name:
        raise InvalidInput("name", _("Write the name of who gets the copy."))
    if is_privileged and reader != CopyReader.COUNSEL:
        raise InvalidInput("is_privileged", _("Only mail with counsel is privileged."))
    try:
        validators.one_email(email)
    except ValidationError as error:
        raise InvalidInput("email", " ".join(error.messages)) from error
    problem = letter_fit.glyph_problem("name", name)
    if problem is not None:
        raise InvalidInput("name", problem.sentence)
    with _changing(notice, by=by, expected_version=expected_version) as (case, now):
        if email.casefold() == now.recipient_email.casefold():
            raise InvalidInput("email", _("The letter itself goes to this address."))
        if now.copies.filter(email__iexact=email).exists():
            raise InvalidInput("email", _("A copy goes to this address already."))
        if now.copies.count() >= MOST_COPIES:
            raise InvalidInput(
                "email", _("A letter has at most %(most)d copies.") % {"most": MOST_COPIES}
            )
        copy = NoticeCopy(
            notice=now,
            reader=reader,
            name=name[:120],
            email=email,
            is_privileged=is_privileged,
            added_by=by.user,
        )
        lines = [*differences.copies_of(now), differences.copy_line(copy)]
        _void_and_go_on(case, now, by=by, copies="\n".join(lines))
        copy.save(force_insert=True)
        remember(
            case,
            "notice.copy_added",
            by=by,
            subject=copy,
            details={"notice": now.number, "reader": reader, "privileged": is_privileged},
            after={"name": copy.name, "email": copy.email},
        )
        _set_anew(now)
    return copy


def remove_copy(copy: NoticeCopy, *, by: Actor, expected_version: int) -> None:
    """Let somebody not have a copy after all, before the letter is sent."""
    with _changing(copy.notice, by=by, expected_version=expected_version) as (case, now):
        gone = now.copies.get(pk=copy.pk)
        line = differences.copy_line(gone)
        lines = [one for one in differences.copies_of(now) if one != line]
        _void_and_go_on(case, now, by=by, copies="\n".join(lines))
        remember(
            case,
            "notice.copy_removed",
            by=by,
            subject=now,
            details={"notice": now.number, "reader": gone.reader},
            before={"name": gone.name, "email": gone.email},
        )
        gone.delete()
        _set_anew(now)


def take_over(old: Notice, new: Notice, *, by: Actor) -> None:
    """Let what went with a letter go with its correction as well; call with the case locked."""
    for enclosure in old.enclosures.all():
        enclosure.pk, enclosure.notice, enclosure.added_by = None, new, by.user
        enclosure._state.adding = True
        enclosure.save(force_insert=True)
    for copy in old.copies.all():
        copy.pk, copy.notice, copy.added_by = None, new, by.user
        copy._state.adding = True
        copy.save(force_insert=True)


@contextmanager
def _changing(
    notice: Notice, *, by: Actor, expected_version: int
) -> Iterator[tuple[TerminationCase, Notice]]:
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as case:
        now = locked_notice(case, notice)
        if now.state not in CHANGEABLE or now.author_id is None:
            raise TransitionRefused(
                [
                    Reason(
                        "sealed", _("This notice was sent; what goes with it is frozen."), "notice"
                    )
                ]
            )
        if now.version != expected_version:
            raise ChangedMeanwhile(who=now.changed_by, when=now.changed_at)
        yield case, now


def _void_and_go_on(case: TerminationCase, notice: Notice, *, by: Actor, **lines: Any) -> None:
    """Begin the notice's next version; an approval of the present one falls."""
    before = differences.said(notice)
    versions.close_open(case, notice)
    if notice.state != NoticeState.DRAFT:
        approval_requests.void(case, notice, before, by=by, after=before | lines)
    notice.version += 1
    notice.changed_at = clock.now()
    notice.changed_by = by.name
    notice.save()
    NoticeEditor.objects.get_or_create(notice=notice, person=by.user)


def _set_anew(notice: Notice) -> None:
    page_orders.order(notice, RenderingPurpose.PREVIEW)


def _pdf_of(case_file: CaseFile) -> bytes:
    if case_file.content_type != "application/pdf":
        raise InvalidInput("case_file", _("Only a PDF can be enclosed."))
    if case_file.size_bytes > MOST_ENCLOSED_BYTES:
        raise InvalidInput(
            "case_file", _("All enclosures together may have 10 MB; this one is too much.")
        )
    try:
        with case_file.content.open("rb") as stored:
            content: bytes = stored.read()
    except FileNotFoundError:
        raise InvalidInput("case_file", _("The stored file is missing.")) from None
    if hashlib.sha256(content).hexdigest() != case_file.sha256:
        raise BytesDiffer(
            _("The stored file differs from what was uploaded. Tell an admin."),
            case_file=case_file,
        )
    return content


def _pages_of(content: bytes) -> int:
    try:
        with pypdfium2.PdfDocument(content) as pages:
            count = len(pages)
    except pypdfium2.PdfiumError:
        count = 0
    if not count:
        raise InvalidInput(
            "case_file", _("This PDF does not open; it may be damaged or have a password.")
        )
    return count
