"""Anchors: what all heads were at one instant, chained, signed, and kept elsewhere too."""

from __future__ import annotations

import hashlib
import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from audit import chain, clock
from audit.models import AuditAnchor
from audit.triggers import ANCHOR, STREAM

log = structlog.get_logger(__name__)


def make_anchor() -> AuditAnchor | None:
    """Anchor every stream that has changed since the last time; nothing when none has.

    The anchor is also written to a file of its own, to be carried to where this installation
    cannot reach. While there are files that this database knows nothing of, no anchor is made: it
    would take the place of theirs.
    """
    if ahead_of_database():
        log.critical("audit.anchors_ahead", folder=str(folder()))
        return None
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"LOCK TABLE {ANCHOR} IN EXCLUSIVE MODE")
            leaves: Any = _take_changed_heads(cursor)
        if not leaves:
            return None
        last = AuditAnchor.objects.order_by("-number").first()
        anchor = AuditAnchor(
            number=last.number + 1 if last else 1,
            at=clock.now(),
            leaves=leaves,
            root=chain.merkle_root(leaves),
            prev_hash=last.hash if last else chain.GENESIS,
        )
        anchor.hash = chain.anchor_digest(
            anchor.number, chain.instant(anchor.at), anchor.root, len(leaves), anchor.prev_hash
        )
        if key := _private_key():
            anchor.key_id = key_id(key.public_key())
            anchor.signature = key.sign(bytes.fromhex(anchor.hash)).hex()
        anchor.save(force_insert=True)
        transaction.on_commit(partial(write_file, anchor), robust=True)
    return anchor


def as_json(anchor: AuditAnchor) -> dict[str, Any]:
    """Return an anchor as it is written to its file."""
    return {
        "number": anchor.number,
        "at": chain.instant(anchor.at),
        "root": anchor.root,
        "leaves": [list(leaf) for leaf in anchor.leaves],
        "prev_hash": anchor.prev_hash,
        "hash": anchor.hash,
        "key_id": anchor.key_id,
        "signature": anchor.signature,
    }


def folder() -> Path:
    """Return where anchor files are written."""
    return Path(settings.DATA_DIR) / "anchors"


def write_file(anchor: AuditAnchor) -> Path:
    """Write an anchor to its file, whole or not at all."""
    path = _file(anchor.number)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(as_json(anchor), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def ahead_of_database() -> list[Path]:
    """Return the anchor files that this database knows nothing of; empty as long as all is well.

    There are some when the database was restored from a backup that is older than they are.
    """
    # A file is written just after its row: one that came between two looks is no sign.
    return _unknown_files() and _unknown_files()


def _unknown_files() -> list[Path]:
    last = AuditAnchor.objects.order_by("-number").values_list("number", "hash").first()
    number, digest = last or (0, chain.GENESIS)
    # They are numbered without gaps, so that two looks tell whether it is worth listing them all.
    own = _file(number)
    is_other = own.exists() and json.loads(own.read_text(encoding="utf-8"))["hash"] != digest
    if not is_other and not _file(number + 1).exists():
        return []
    first = number if is_other else number + 1
    return sorted(file for file in folder().glob("[0-9]*.json") if int(file.stem) >= first)


def set_aside(files: list[Path]) -> Path:
    """Move anchor files out of the way of those that this database will make; return where to."""
    place = folder() / f"before-restore-{clock.now():%Y%m%dT%H%M%S}"
    place.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.rename(place / file.name)
    return place


def _file(number: int) -> Path:
    return folder() / f"{number:06}.json"


def signature_fault(anchor: dict[str, Any]) -> str:
    """Return what is wrong with an anchor's signature, in words; empty when nothing can be said.

    Without a key in the settings nothing is checked. An anchor from before there was a key is not
    signed; the signed ones that follow name its hash.
    """
    key = _public_key()
    if key is None or not anchor["signature"]:
        return ""
    if anchor["key_id"] != key_id(key):
        return f"it is signed with another key ({anchor['key_id']})"
    try:
        key.verify(bytes.fromhex(anchor["signature"]), bytes.fromhex(anchor["hash"]))
    except (InvalidSignature, ValueError):
        return "its signature is not genuine"
    return ""


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a key: the first digits of its hash."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def _take_changed_heads(cursor: Any) -> list[chain.Leaf]:
    """Mark the streams that have changed as anchored and return their heads, sorted by name.

    A stream that somebody is writing to is left for the next anchor: waiting for it could end in
    a deadlock with a writer of two streams.
    """
    free = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    cursor.execute(
        f"""UPDATE {STREAM} SET anchored_seq = head_seq
            WHERE name IN (SELECT name FROM {STREAM} WHERE head_seq > anchored_seq{free})
            RETURNING name, head_seq, head_hash"""
    )
    return sorted(cursor.fetchall())


def _private_key() -> Ed25519PrivateKey | None:
    path = getattr(settings, "AUDIT_ANCHOR_KEY_FILE", None)
    if not path:
        return None
    key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured("AUDIT_ANCHOR_KEY_FILE must hold an Ed25519 key in PEM.")
    return key


def _public_key() -> Ed25519PublicKey | None:
    path = getattr(settings, "AUDIT_ANCHOR_PUBLIC_KEY_FILE", None)
    if path:
        key = serialization.load_pem_public_key(Path(path).read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise ImproperlyConfigured("AUDIT_ANCHOR_PUBLIC_KEY_FILE must hold an Ed25519 key.")
        return key
    private = _private_key()
    return private.public_key() if private else None
