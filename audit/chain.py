"""The rules of the chain, as the application uses them.

They are written in the file that ships to the other side, so that an auditor without Django runs
the same lines that wrote the trail.
"""

from __future__ import annotations

from datetime import UTC, datetime

from audit.standalone_verifier import (
    GENESIS,
    HEAD_PREFIX_LENGTH,
    Detail,
    Entry,
    Leaf,
    Problem,
    Verdict,
    Walk,
    anchor_digest,
    anchor_fault,
    canonical,
    commitment,
    compare_with_leaf,
    encode,
    merkle_root,
)

__all__ = [
    "GENESIS",
    "HEAD_PREFIX_LENGTH",
    "Detail",
    "Entry",
    "Leaf",
    "Problem",
    "Verdict",
    "Walk",
    "anchor_digest",
    "anchor_fault",
    "canonical",
    "commitment",
    "compare_with_leaf",
    "encode",
    "instant",
    "merkle_root",
]


def instant(at: datetime) -> str:
    """Write an instant in the one spelling that is hashed: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
