"""What comes back by post: read by machine, accepted by a person, never another's."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFilter

from accounts.actor import Actor
from audit import clock
from notices.letters import composing
from notices.mailing import urls_for_clients
from notices.models import Delivery, ScanState, SlipScan
from notices.pages import pdf
from notices.post import slip_codes, slip_reading
from notices.services import registered, slips
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Grade, ProofKind
from offboarding.services import links
from tests.builders import House, fresh
from tests.desk.pages import actions
from tests.notices import walks
from tests.notices.sheets import a_pdf, an_upload, as_pdf, slip_picture, some_letters

pytestmark = pytest.mark.django_db

NUMBERS = ("RR123456785DE", "RR473124829DE")


def _posted(house: House, count: int = 1) -> list[Delivery]:
    found = []
    for letter, number in zip(some_letters(house, count), NUMBERS, strict=False):
        registered.record_print(letter, by=house.by_manager)
        registered.record_posting(
            walks.the_same(letter),
            by=house.by_manager,
            carrier="Deutsche Post",
            carrier_number=number,
            posted_on=clock.today(house.office.time_zone),
        )
        found.append(walks.the_same(letter))
    return found


def _read(house: House, name: str, content: bytes, *, by: Actor | None = None) -> SlipScan:
    done = slips.upload([an_upload(name, content)], by=by or house.by_manager)
    assert done.refused == []
    slip_reading.read_due()
    return SlipScan.objects.get(pk=done.kept[0].pk)


def _accept(scan: SlipScan, by: Actor, **changes):
    said = {"kind": slips.SLIP, "signed_by": "J. Adams", "signed_on": clock.today("UTC")}
    return slips.accept(scan, by=by, **(said | changes))


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "turned", "form"), [("a.png", 0, "PNG"), ("b.jpg", 90, "JPEG"), ("c.png", 183, "PNG")]
)
def test_a_slip_finds_its_letter_however_it_lay_in_the_scanner(
    house: House, name: str, turned: int, form: str
) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, name, slip_picture(delivery, turned_degrees=turned, form=form))
    assert (scan.state, scan.delivery) == (ScanState.MATCHED, delivery)
    assert bytes(scan.picture).startswith(b"\x89PNG")
    assert actions(delivery.case)[-1] == "slip.matched"
    # Sorted, and nothing more: a machine proves nothing.
    assert not fresh(delivery.case).proofs.exists()


def test_the_real_slip_is_read_signed_crooked_and_grey(house: House) -> None:
    delivery = _posted(house)[0]
    link = delivery.case.links.get(delivery_id=delivery.pk)
    content = composing.slip_content(
        delivery.notice, code=links.code_of(link), url=urls_for_clients.receipt_url(link)
    )
    with slip_codes._opened(pdf.render_slip(content).pdf) as pages:
        sheet = slip_codes._drawn(pages[0], 150)
    ImageDraw.Draw(sheet).line([(300, 1500), (500, 1420), (620, 1540), (900, 1400)], 40, 5)
    sheet = sheet.rotate(3, expand=True, fillcolor=200).filter(ImageFilter.GaussianBlur(0.8))
    sheet = Image.blend(sheet, Image.effect_noise(sheet.size, 60), 0.25)
    out = io.BytesIO()
    sheet.save(out, format="JPEG", quality=60)

    scan = _read(house, "scan.jpg", out.getvalue())

    assert (scan.state, scan.delivery) == (ScanState.MATCHED, delivery)


def test_a_stack_in_one_file_is_taken_apart(house: House) -> None:
    first, second = _posted(house, 2)
    blank = io.BytesIO()
    Image.new("L", (1240, 1754), 250).save(blank, format="PNG")
    stack = as_pdf(slip_picture(first), blank.getvalue(), slip_picture(second))

    scan = _read(house, "stack.pdf", stack)

    assert scan.state == ScanState.SPLIT
    parts = list(scan.parts.all())
    assert [part.state for part in parts] == [ScanState.MATCHED] * 2
    assert {part.delivery_id for part in parts} == {first.pk, second.pk}
    _accept(parts[0], house.by_manager)
    assert parts[0].delivery.case.proofs.get().file.name in {"stack (1).pdf", "stack (2).pdf"}


def test_a_sheet_without_a_code_waits_for_a_person(house: House) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, "card.pdf", a_pdf())
    assert scan.state == ScanState.UNMATCHED
    assert "by hand" in scan.problem

    slips.match_by_hand(scan, delivery, by=house.by_manager)

    scan.refresh_from_db()
    assert scan.state == ScanState.MATCHED
    with pytest.raises(NotAllowed):
        slips.match_by_hand(scan, delivery, by=Actor.person(house.outsider))


def test_another_teams_slip_is_refused_without_a_word_about_it(house: House) -> None:
    delivery = _posted(house)[0]
    stranger = Actor.person(house.outsider)
    scan = _read(house, "theirs.png", slip_picture(delivery), by=stranger)
    assert (scan.state, scan.delivery) == (ScanState.REFUSED, None)
    assert delivery.case.reference not in scan.problem
    assert "slip.matched" not in actions(delivery.case)


def test_a_slip_of_another_letter_is_filed_with_no_other(house: House) -> None:
    first, second = _posted(house, 2)
    scan = _read(house, "slip.png", slip_picture(first))
    with pytest.raises(TransitionRefused, match="names another letter"):
        slips.match_by_hand(scan, second, by=house.by_manager)
    upload = an_upload("slip.png", slip_picture(first))
    with pytest.raises(InvalidInput, match=first.case.reference):
        slips.refuse_anothers(second, upload, by=house.by_manager)
    slips.refuse_anothers(first, upload, by=house.by_manager)


# -- what is no slip -------------------------------------------------------------------------------


def test_each_bad_file_is_refused_by_itself_and_the_good_one_is_kept(
    house: House, settings
) -> None:
    settings.EVIDENCE_UPLOAD_LIMIT_BYTES = 400_000
    delivery = _posted(house)[0]
    good = slip_picture(delivery)
    done = slips.upload(
        [
            an_upload("big.png", good + b"\0" * 400_000),
            an_upload("empty.png", b""),
            an_upload("text.pdf", b"This is no PDF at all."),
            an_upload("page.html", b"<p>Signed</p>"),
            an_upload("list.csv", b"a,b\n1,2\n"),
            an_upload("good.png", good),
            an_upload("again.png", good),
        ],
        by=house.by_manager,
    )
    assert [scan.name for scan in done.kept] == ["good.png"]
    said = dict(done.refused)
    assert "up to 0 MB" in said["big.png"]
    assert "empty" in said["empty.png"]
    assert "not what its name says" in said["text.pdf"]
    assert "not kept here" in said["page.html"]
    assert "PDF, PNG or JPEG" in said["list.csv"]
    assert "same file before, as good.png" in said["again.png"]
    with pytest.raises(InvalidInput, match="at least one file"):
        slips.upload([], by=house.by_manager)


def test_a_pdf_with_a_password_and_a_broken_one_say_so(house: House) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    scan = _read(house, "locked.pdf", locked.getvalue())
    assert scan.state == ScanState.REFUSED
    assert "password" in scan.problem
    scan = _read(house, "broken.pdf", b"%PDF-1.7\n" + b"\0" * 500)
    assert scan.state == ScanState.REFUSED
    assert "damaged" in scan.problem


def test_a_scan_that_no_worker_survives_is_left_to_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = _posted(house)[0]
    [scan] = slips.upload([an_upload("slip.png", slip_picture(delivery))], by=house.by_manager).kept

    def dies(scan_id: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as deadly:
        deadly.setattr(slip_reading, "read", dies)
        for _time in range(3):
            with pytest.raises(SystemExit):
                slip_reading.read_due()
            # Whoever has it in hand is left alone until the lease has run out.
            assert slip_reading.read_due() == 0
            scan.refresh_from_db()
            assert scan.state == ScanState.WAITING
            SlipScan.objects.update(leased_until=clock.now() - timedelta(hours=1))
    slip_reading.read_due()

    scan.refresh_from_db()
    assert scan.state == ScanState.UNMATCHED
    assert "by hand" in scan.problem
    slips.match_by_hand(scan, delivery, by=house.by_manager)
    _accept(SlipScan.objects.get(pk=scan.pk), house.by_manager)
    assert fresh(delivery.case).proofs.get().kind == ProofKind.SIGNED_SLIP


# -- accepting -------------------------------------------------------------------------------------


def test_an_accepted_slip_proves_receipt_and_its_file_goes_to_the_case(house: House) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, "slip.png", slip_picture(delivery))

    _accept(scan, house.by_manager)
    _accept(SlipScan.objects.get(pk=scan.pk), house.by_manager)

    case = fresh(delivery.case)
    assert case.state == State.ACKNOWLEDGED
    proof = case.proofs.get()
    assert (proof.kind, proof.grade) == (ProofKind.SIGNED_SLIP, Grade.A)
    assert proof.file.sha256 == scan.sha256
    assert "slip.accepted" in actions(case)


def test_an_accepted_return_card_is_the_carriers_record(house: House) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, "card.png", slip_picture(delivery))

    _accept(scan, house.by_manager, kind=slips.RETURN_CARD)

    assert walks.the_same(delivery).state == "delivered"
    assert fresh(delivery.case).proofs.get().kind == ProofKind.CARRIER_RECORD


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signed_by": " "}, "name that stands"),
        ({"signed_on": clock.today("UTC") + timedelta(days=2)}, "not come yet"),
        ({"signed_on": clock.today("UTC") - timedelta(days=2)}, "before the letter was posted"),
    ],
)
def test_what_is_wrong_keeps_the_sheet_and_proves_nothing(
    house: House, changes: dict, sentence: str
) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, "slip.png", slip_picture(delivery))
    with pytest.raises(InvalidInput, match=sentence):
        _accept(scan, house.by_manager, **changes)
    assert SlipScan.objects.get(pk=scan.pk).state == ScanState.MATCHED
    case = fresh(delivery.case)
    assert not case.proofs.exists() and not case.files.exists()


def test_a_discarded_sheet_is_remembered_and_not_accepted(house: House) -> None:
    delivery = _posted(house)[0]
    scan = _read(house, "slip.png", slip_picture(delivery))
    slips.discard(scan, by=house.by_manager)
    assert actions(delivery.case)[-1] == "slip.discarded"
    with pytest.raises(TransitionRefused, match="Discarded"):
        _accept(SlipScan.objects.get(pk=scan.pk), house.by_manager)
