import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import anchors
from audit.chain import Verdict
from audit.models import AuditAnchor
from audit.tasks import anchor_streams
from audit.verification import verify
from tests.audit.trail import tampering


@pytest.fixture(autouse=True)
def anchors_stay_in_the_test(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def key(settings, tmp_path):
    """A key as it is made by `openssl genpkey -algorithm ed25519`."""
    made = Ed25519PrivateKey.generate()
    settings.AUDIT_ANCHOR_KEY_FILE = tmp_path / "key.pem"
    settings.AUDIT_ANCHOR_KEY_FILE.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = tmp_path / "public.pem"
    public.write_bytes(
        made.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return public


def test_an_anchor_is_written_to_a_file_of_its_own_once_it_is_kept(
    remember, django_capture_on_commit_callbacks
):
    remember()
    with django_capture_on_commit_callbacks() as waiting:
        anchor = anchors.make_anchor()
    assert not anchors.folder().exists()
    for callback in waiting:
        callback()

    [file] = anchors.folder().iterdir()
    assert file.name == "000001.json"
    assert json.loads(file.read_text()) == json.loads(json.dumps(anchors.as_json(anchor)))


def test_the_task_anchors_what_changed_and_nothing_twice(remember):
    remember()
    anchor_streams()
    anchor_streams()
    assert AuditAnchor.objects.count() == 1


def test_a_signed_anchor_is_checked_with_the_public_key_alone(remember, key, settings):
    remember()
    anchor = anchors.make_anchor()
    settings.AUDIT_ANCHOR_KEY_FILE = None
    settings.AUDIT_ANCHOR_PUBLIC_KEY_FILE = key
    assert len(anchor.signature) == 128
    assert verify().is_whole


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        (f"signature = '{'0' * 128}'", "Anchor 1: its signature is not genuine"),
        ("signature = 'xx'", "Anchor 1: its signature is not genuine"),
        ("key_id = 'other'", "Anchor 1: it is signed with another key"),
    ],
)
def test_a_signature_that_is_not_genuine_is_found(remember, key, assignment, words):
    remember()
    anchors.make_anchor()
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditanchor SET {assignment}")
    report = verify()
    assert report.exit_code == Verdict.ALTERED
    assert words in report.problems[0].words


def test_anchors_from_before_there_was_a_key_stay_good(remember, request):
    remember()
    anchors.make_anchor()
    request.getfixturevalue("key")
    remember()
    anchors.make_anchor()
    assert verify().is_whole


def test_a_signature_that_was_taken_off_is_found(remember, key):
    for _ in range(2):
        remember()
        anchors.make_anchor()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditanchor SET signature = '' WHERE number = 2")
    assert "Anchor 2 is not signed" in verify().problems[0].words
