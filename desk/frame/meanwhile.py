"""Two people, one form: what somebody changed since it was opened, beside what was written.

A form that edits what is stored carries a fingerprint of each value it was opened with. When it is
sent, the values are read again under the case's lock. Where one is not what it was, nothing is
saved: the person sees both versions, and what only the other one changed is in the form already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desk.templatetags.words import prose_date, prose_time

SEEN = "seen"
_LENGTH = 16


@dataclass(frozen=True)
class Difference:
    """One field that somebody else changed."""

    name: str
    label: str | Promise
    theirs: str
    yours: str
    is_only_theirs: bool
    """Whoever sent the form had left it as it was."""
    now: Any = None


class BothVersions(Exception):
    """What a form would overwrite was changed after the form was opened."""

    def __init__(self, differences: list[Difference], *, who: str = "", when: Any = None) -> None:
        super().__init__(", ".join(one.name for one in differences))
        self.differences = differences
        self.who = who
        self.when = when


def seen_of(values: Mapping[str, Any], names: Collection[str]) -> str:
    """Write down what a form is opened with, too short to be read back."""
    return json.dumps({name: _fingerprint(values.get(name)) for name in names})


def differences(
    form: forms.BaseForm, now: Mapping[str, Any], names: Collection[str]
) -> list[Difference]:
    """List the fields whose stored value is neither what the form saw nor what it says.

    Args:
        form: a valid form; without word of what it saw nothing can differ.
        now: the stored values.
        names: the fields that overwrite them.
    """
    seen = _read(form.cleaned_data.get(SEEN) or "")
    found = []
    for name in names:
        if name not in form.fields or name not in seen:
            continue
        stored, said = _fingerprint(now.get(name)), _fingerprint(form.cleaned_data.get(name))
        if stored in (seen[name], said):
            continue
        field = form.fields[name]
        found.append(
            Difference(
                name=name,
                label=field.label or name,
                theirs=_in_words(field, now.get(name)),
                yours=_in_words(field, form.cleaned_data.get(name)),
                is_only_theirs=said == seen[name],
                now=now.get(name),
            )
        )
    return found


def take_theirs(form: forms.BaseForm, found: BothVersions, now: Mapping[str, Any]) -> None:
    """Put what only the other one changed into a form, and let it know what stands now."""
    form.data = form.data.copy()
    for one in found.differences:
        if one.is_only_theirs:
            form.data.setlist(one.name, _as_sent(one.now))
    seen = _read(form.data.get(SEEN, ""))
    form.data[SEEN] = seen_of(now, list(seen))


def _plain(value: Any) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set | QuerySet):
        return json.dumps(sorted(_plain(one) for one in value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else ""
    return "\n".join(str("" if value is None else value).split("\r\n")).strip()


def _fingerprint(value: Any) -> str:
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:_LENGTH]


def _as_sent(value: Any) -> list[str]:
    if isinstance(value, list | tuple | set | QuerySet):
        return [_plain(one) for one in value]
    plain = _plain(value)
    return [plain] if plain or not isinstance(value, bool) else []


def _read(text: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) and value is not None:
        many = value if isinstance(value, list | tuple | set | QuerySet) else [value]
        keys = [one.pk if isinstance(one, Model) else one for one in many]
        rows = field.queryset.filter(pk__in=keys) if field.queryset is not None else []
        return ", ".join(str(field.label_from_instance(row)) for row in rows)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value) or "")  # type: ignore[arg-type]
    if isinstance(value, datetime):
        return prose_time(value)
    if isinstance(value, date):
        return prose_date(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _plain(value)
