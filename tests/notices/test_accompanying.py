"""Enclosures and copies: sealed with the letter, sent with it, and refused when a byte differs."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default as modern

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from notices import rendering
from notices.errors import BytesDiffer, ChangedMeanwhile
from notices.inbound import filing
from notices.letters import composing
from notices.mailing.smtp import Kind, Outcome, Stage
from notices.models import (
    Channel,
    CopyReader,
    Delivery,
    DeliveryState,
    Notice,
    NoticeEnclosure,
    NoticeKind,
    NoticeState,
)
from notices.outbox import dispatch, handing_over, settling
from notices.pages import enclosed
from notices.services import accompanying, approval, correcting, registered, sending
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.models import CaseFile
from offboarding.services import stages
from offboarding.services.files import keep_file
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import actions
from tests.notices import incoming, walks
from tests.notices.flipping import flip
from tests.notices.test_corrections import accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def a_pdf(pages: int = 1) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def a_file(house: House, notice: Notice, content: bytes, name: str = "list.pdf") -> CaseFile:
    upload = SimpleUploadedFile(name, content)
    return keep_file(fresh(notice.case), upload, by=house.by_manager)


def enclosing(house: House, notice: Notice, content: bytes | None = None) -> Notice:
    """The notice with one enclosure."""
    accompanying.add_enclosure(
        walks.again(notice),
        by=house.by_manager,
        case_file=a_file(house, notice, content or a_pdf(2)),
        title="List of open invoices",
        expected_version=walks.again(notice).version,
    )
    return walks.again(notice)


def copied(house: House, notice: Notice, **changes) -> Notice:
    """The notice with one copy for counsel."""
    given = {"reader": CopyReader.COUNSEL, "name": "Clara Counsel", "email": "clara@law.example"}
    now = walks.again(notice)
    accompanying.add_copy(
        now, by=house.by_manager, expected_version=now.version, **(given | changes)
    )
    return walks.again(notice)


def attachments(delivery: Delivery) -> dict[str, bytes]:
    mail = message_from_bytes(bytes(delivery.mime), policy=modern)
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


# -- enclosures ------------------------------------------------------------------------------------


def test_an_enclosure_is_named_on_the_letter_and_attached_byte_for_byte(house: House) -> None:
    content = a_pdf(2)
    notice = enclosing(house, walks.a_draft(house), content)
    assert composing.letter_content(notice).enclosures == ("List of open invoices", "Receipt slip")

    notice = walks.sent(house, notice)

    files = attachments(walks.delivery_of(notice, Channel.EMAIL))
    assert list(files.values())[1] == content
    assert list(files)[1].endswith("-1-enclosure-1.pdf")
    assert notice.enclosures.get().page_count == 2
    assert "notice.enclosure_added" in actions(notice.case)


def test_enclosing_after_approval_voids_it_and_says_so(house: House) -> None:
    notice = enclosing(house, walks.approved(house))

    assert notice.state == NoticeState.DRAFT
    told = notice.case.tasks.get(origin__startswith="approval-void:")
    assert told.assignee == house.lead
    assert told.details == "Enclosures: (nothing) → List of open invoices"


def test_the_database_freezes_what_goes_with_a_sealed_letter(house: House) -> None:
    notice = walks.approved(house, copied(house, enclosing(house, walks.a_draft(house))))

    for change in (
        lambda: notice.enclosures.update(pdf=b"%PDF-"),
        lambda: notice.enclosures.all().delete(),
        lambda: notice.copies.update(email="other@example.com"),
        lambda: notice.copies.all().delete(),
        lambda: NoticeEnclosure.objects.create(
            notice=notice,
            position=9,
            title="More",
            pdf=b"x",
            sha256="0",
            size_bytes=1,
            page_count=1,
        ),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()
    with pytest.raises(TransitionRefused, match="frozen"):
        sent = walks.sent(house)
        accompanying.add_copy(
            sent,
            by=house.by_manager,
            reader="counsel",
            name="C",
            email="c@example.com",
            expected_version=sent.version,
        )


@pytest.mark.parametrize(
    ("what", "differs"),
    [("mail", "mail"), ("letter", "letter"), ("enclosure", "enclosure")],
)
def test_one_flipped_byte_is_refused_with_an_alarm(house: House, what: str, differs: str) -> None:
    notice = walks.sent(house, enclosing(house, walks.a_draft(house)))
    email = walks.delivery_of(notice, Channel.EMAIL)
    row, column = {
        "mail": (email, "mime"),
        "letter": (notice.letter, "pdf"),
        "enclosure": (notice.enclosures.get(), "pdf"),
    }[what]
    flip(row, column)

    assert handing_over.difference(walks.the_same(email)) == differs
    dispatch.drain()

    assert walks.the_same(email).state == DeliveryState.REFUSED
    assert "delivery.alarm" in actions(notice.case)
    assert notice.case.tasks.filter(origin__startswith=f"delivery:{email.pk}:alarm").count() == 2
    letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    if what != "mail":
        with pytest.raises(BytesDiffer):
            registered.record_print(letter, by=house.by_manager)
        assert walks.the_same(letter).print_count == 0


def test_a_flipped_enclosure_is_not_approved(house: House) -> None:
    notice = walks.asked(house, enclosing(house, walks.a_draft(house)))
    flip(notice.enclosures.get())
    pages = approval.pages_for_approval(notice)

    with pytest.raises(BytesDiffer):
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)
    with pytest.raises(BytesDiffer):
        enclosed.enclosures_of(notice)


def test_what_cannot_be_enclosed_is_said_and_nothing_is_kept(house: House) -> None:
    notice = walks.a_draft(house)
    another = a_case(house)
    good = a_pdf()
    cases = {
        "Only a PDF": a_file(house, notice, b"plain words\n", "words.txt"),
        "does not open": a_file(house, notice, walks.PDF),
        "a file of this case": keep_file(
            another, SimpleUploadedFile("x.pdf", good), by=house.by_manager
        ),
    }
    for sentence, file in cases.items():
        with pytest.raises(InvalidInput, match=sentence):
            accompanying.add_enclosure(
                notice, by=house.by_manager, case_file=file, title="List", expected_version=1
            )
    notice = enclosing(house, notice, good)
    with pytest.raises(InvalidInput, match="enclosed already"):
        enclosing(house, notice, good)
    with pytest.raises(ChangedMeanwhile):
        accompanying.remove_enclosure(
            notice.enclosures.get(), by=house.by_manager, expected_version=1
        )
    accompanying.remove_enclosure(
        notice.enclosures.get(), by=house.by_manager, expected_version=notice.version
    )
    assert not notice.enclosures.exists()


# -- copies ----------------------------------------------------------------------------------------


def test_a_copy_carries_the_same_bytes_no_link_and_serves_nobody(house: House) -> None:
    notice = walks.sent(house, copied(house, walks.a_draft(house)))
    copy = notice.deliveries.get(copy_for__isnull=False)
    letter = walks.delivery_of(notice, Channel.EMAIL)
    assert composing.letter_content(notice).copies == ("Clara Counsel",)

    mime = bytes(copy.mime).decode().replace("=\r\n", "")
    assert "Subject: Copy for Clara Counsel: our notice of" in mime
    assert "Only the addressee can confirm" in mime
    assert "/r/" not in mime
    assert list(attachments(copy).values()) == [bytes(notice.letter.pdf)]
    assert not notice.case.links.filter(delivery_id=copy.pk).exists()

    # It waits for the letter itself.
    stop = handing_over.stop_of(fresh(notice.case), walks.the_same(copy))
    assert stop is not None
    assert stop.waits
    accepted(notice)
    assert handing_over.stop_of(fresh(notice.case), walks.the_same(copy)) is None
    served_on = fresh(notice.case).served_on
    _accepted_copy(copy)
    assert actions(notice.case).count("notice.served") == 1
    assert fresh(notice.case).served_on == served_on
    assert letter.copy_number == 1


def _accepted_copy(copy: Delivery) -> None:
    delivery = walks.became(copy, DeliveryState.HANDING_OVER)
    outcome = Outcome(Kind.ACCEPTED, 250, "Ok", Stage.FINAL_REPLY, 0.1)
    settling.settle(settling.Result(delivery, delivery.fence, outcome))


def test_what_is_privileged_is_not_named_and_stays_out_of_the_pack(house: House) -> None:
    notice = walks.sent(house, copied(house, walks.a_draft(house), is_privileged=True))
    copy = notice.deliveries.get(copy_for__isnull=False)

    assert composing.letter_content(notice).copies == ()
    assert "Privileged and confidential" in bytes(copy.mime).decode()
    accepted(notice)
    _accepted_copy(copy)
    assert notice.case.communications.get(counterpart__contains="Clara").is_privileged


def test_a_letter_taken_back_takes_its_copies_back(house: House, settings) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    notice = walks.sent(house, copied(house, walks.a_draft(house)))
    for delivery in notice.deliveries.filter(copy_for=None):
        sending.take_back(delivery, by=house.by_manager)

    assert set(notice.deliveries.values_list("state", flat=True)) == {DeliveryState.TAKEN_BACK}
    assert walks.again(notice).state == NoticeState.APPROVED
    sending.send_notice(walks.again(notice), by=house.by_manager)
    assert notice.deliveries.filter(copy_for__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": "jane.adams@example.com"}, "email", "itself goes to this address"),
        ({"email": "a@x.example, b@x.example"}, "email", "."),
        ({"name": "  "}, "name", "Write the name"),
        ({"reader": "the press"}, "reader", "who gets the copy"),
        ({"reader": "contact", "is_privileged": True}, "is_privileged", "Only mail with counsel"),
    ],
)
def test_what_is_wrong_with_a_copy_is_said(
    house: House, changes: dict, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refused:
        copied(house, walks.a_draft(house), **changes)
    assert refused.value.field == field


def test_a_correction_takes_enclosures_and_copies_over(house: House) -> None:
    old = walks.sent(house, copied(house, enclosing(house, walks.a_draft(house))))
    accepted(old)

    new = correcting.draft_correction(
        fresh(old.case), by=house.by_manager, reason="words", note="A slip."
    )

    assert new.enclosures.get().sha256 == old.enclosures.get().sha256
    assert new.copies.get().email == "clara@law.example"
    assert old.enclosures.count() == 1


@pytest.mark.parametrize("is_privileged", [False, True])
def test_a_withdrawal_goes_to_whoever_got_a_copy_of_the_notice(
    house: House, is_privileged: bool
) -> None:
    notice = copied(house, walks.a_draft(house), is_privileged=is_privileged)
    notice = walks.sent(
        house, copied(house, notice, reader="contact", name="Carl", email="carl@late.example")
    )
    accepted(notice)
    _accepted_copy(notice.deliveries.get(recipient_email="clara@law.example"))
    stages.withdraw(fresh(notice.case), by=house.by_lead, reason="The invoices were paid.")
    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)

    rendering.set_pages_due()

    [copy] = withdrawal.deliveries.filter(copy_for__isnull=False)
    assert copy.recipient_email == "clara@law.example"
    assert list(attachments(copy).values()) == [bytes(walks.again(withdrawal).letter.pdf)]
    mime = bytes(copy.mime).decode().replace("=\r\n", "")
    assert "Subject: Copy for Clara Counsel: we withdraw our notice" in mime
    assert ("Privileged and confidential" in mime) == is_privileged
    named = composing.letter_content(walks.again(withdrawal)).copies
    assert named == (() if is_privileged else ("Clara Counsel",))
    assert actions(notice.case).count("notice.copy_added") == 3
    stop = handing_over.stop_of(fresh(notice.case), walks.the_same(copy))
    assert stop is not None
    assert stop.waits
    # Whoever was to get a copy that has not left is told nothing: they know of nothing.
    assert notice.deliveries.get(recipient_email="carl@late.example").state == "taken_back"


def test_the_worker_sets_enclosures_and_copies_on_the_page(house: House) -> None:
    notice = copied(house, enclosing(house, walks.a_draft(house)))
    notice = approval.request_approval(notice, by=house.by_manager)
    rendering.set_pages_due()
    pages = approval.pages_for_approval(notice)
    assert pages is not None
    assert pages.is_good, pages.problems
    with pypdfium2.PdfDocument(bytes(pages.pdf)) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "List of open invoices" in text
    assert "Clara Counsel" in text


def test_a_copy_whose_doubt_a_report_ends_serves_nobody_and_stays_privileged(
    house: House, settings
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    notice = walks.sent(house, copied(house, walks.a_draft(house), is_privileged=True))
    copy = walks.became(notice.deliveries.get(copy_for__isnull=False), DeliveryState.UNCERTAIN)

    filing.take_in(incoming.postfix(copy, "delivered"), road="imap")

    assert walks.the_same(copy).state == DeliveryState.DELIVERED
    assert fresh(notice.case).served_on is None
    assert "notice.served" not in actions(notice.case)
    assert notice.case.communications.get(counterpart__contains="Clara").is_privileged


def test_a_copy_that_comes_back_leaves_the_service_alone(house: House) -> None:
    notice = walks.sent(house, copied(house, walks.a_draft(house)))
    accepted(notice)
    copy = notice.deliveries.get(copy_for__isnull=False)
    _accepted_copy(copy)

    filing.take_in(incoming.postfix(walks.the_same(copy)), road="imap")

    assert walks.the_same(copy).state == DeliveryState.BOUNCED
    assert "notice.service_corrected" not in actions(notice.case)


def test_an_undone_posting_does_not_fall_back_on_a_copy(house: House) -> None:
    notice = walks.sent(house, copied(house, walks.a_draft(house)))
    letter = walks.posted(house, notice)
    sending.take_back(walks.delivery_of(notice, Channel.EMAIL), by=house.by_manager)
    _accepted_copy(notice.deliveries.get(copy_for__isnull=False))

    registered.undo_posting(letter, by=house.by_manager)

    assert fresh(notice.case).served_on is None
