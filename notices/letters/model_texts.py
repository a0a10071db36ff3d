"""Which texts a new notice is written from: its ground's, and for the rest those of any ground."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from notices.models import ModelNotice, Notice
from offboarding.models import TerminationCase


@dataclass(frozen=True)
class ModelTexts:
    """Texts with gaps, by name, and where they came from.

    Attributes:
        texts: one for each name of `ModelNotice`.
        source: for people and the record, such as "Unpaid invoices · English, version 3".
    """

    texts: dict[str, str]
    source: str


def texts_for(case: TerminationCase, language: str) -> ModelTexts:
    """Return the texts for a case's ground and a language that we write, in one query.

    Every installation starts with a row for any ground in each language, and nobody can delete or
    close it.
    """
    rows = list(
        ModelNotice.objects.filter(
            Q(ground=None) | Q(ground=case.ground_id), language=language, is_active=True
        ).select_related("ground")
    )
    rows.sort(key=lambda row: row.ground_id is not None)
    texts: dict[str, str] = {}
    for row in rows:
        texts |= row.texts
    return ModelTexts(texts, "; ".join(f"{row}, version {row.version}" for row in reversed(rows)))


def texts_of(notice: Notice) -> dict[str, str]:
    """Return the texts that a notice was written from; a correction's are those of its letter."""
    if notice.model_texts:
        return dict(notice.model_texts)
    if notice.corrects is not None and notice.corrects.model_texts:
        return dict(notice.corrects.model_texts)
    return texts_for(notice.case, notice.language).texts
