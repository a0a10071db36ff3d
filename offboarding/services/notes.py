"""What colleagues tell each other on a case, and whom they mean."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.actor import Actor
from offboarding import mentioning, policies
from offboarding.errors import InvalidInput
from offboarding.models import CaseNote, Mention, TerminationCase
from offboarding.secret_words import refuse_secrets
from offboarding.services.locking import acting_on, remember


def write_note(
    case: TerminationCase, *, by: Actor, text: str, people: Collection[int] = ()
) -> CaseNote:
    """Write a note for colleagues; those it mentions are told.

    Args:
        case: that it is about.
        by: who writes.
        text: its words; a name behind an @ mentions that colleague.
        people: keys of others whom it is meant for.

    Raises:
        InvalidInput: it is empty, or means somebody who may not read the case.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not text.strip():
            raise InvalidInput("text", _("Write the note."))
        refuse_secrets(text=text)
        names = {person.pk: str(person) for person in policies.people_who_work_on(now)}
        if not set(people) <= set(names):
            raise InvalidInput("people", _("Somebody you chose may not read this case any more."))
        meant = mentioning.meant_in(text, names)
        if meant.unknown:
            raise InvalidInput(
                "text",
                _(
                    "Nobody who may read this case is called “%(name)s”. Choose from the list "
                    "below, or leave the @ out."
                )
                % {"name": meant.unknown[0]},
            )
        chosen = set(people)
        doubtful = [
            name for name in meant.shared if not _is_one_of(name, chosen | meant.people, names)
        ]
        if doubtful:
            raise InvalidInput(
                "text",
                _(
                    "More than one colleague is called “%(name)s”. Write the whole name, or "
                    "choose from the list below."
                )
                % {"name": doubtful[0]},
            )
        told = sorted(chosen | meant.people)
        note = CaseNote.objects.create(case=now, text=text, written_by=by.colleague)
        Mention.objects.bulk_create([Mention(note=note, person_id=key) for key in told])
        remember(
            now,
            "note.written",
            by=by,
            subject=note,
            details={"mentioned": told},
            after={"text": text, "mentioned": ", ".join(names[key] for key in told)},
        )
    return note


def _is_one_of(name: str, chosen: Collection[int], names: dict[int, str]) -> bool:
    """Tell whether a name that several people bear means one who was chosen in the list."""
    return any(names[key].casefold().startswith(name.casefold()) for key in chosen)
