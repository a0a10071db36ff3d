"""The team's words: added, changed with their versions, taken over from the house, laid aside."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import Team, User
from audit import clock
from audit.services import record
from clients.models import Client
from notices.checking import wording
from notices.checking.findings import Finding
from notices.errors import ChangedMeanwhile
from notices.language.phrases import PHRASES
from notices.models import TextBlock, TextBlockKind, TextBlockVersion
from offboarding.errors import InvalidInput, NotAllowed

STREAM = "settings"
MOST_CHARACTERS = 4_000


def blocks_of(team: Team, *, language: str = "", kind: str = "") -> QuerySet[TextBlock]:
    """Return what a team can insert: its own blocks, and ours that it has not taken over."""
    own = TextBlock.objects.filter(team=team)
    blocks = TextBlock.objects.filter(
        Q(team=team) | (Q(team=None) & ~Q(pk__in=own.exclude(taken_from=None).values("taken_from")))
    ).filter(is_active=True)
    if language:
        blocks = blocks.filter(language=language)
    if kind:
        blocks = blocks.filter(kind=kind)
    return blocks


def blocks_seen_by(user: User) -> QuerySet[TextBlock]:
    """Return the blocks of a person's teams, and ours."""
    return TextBlock.objects.filter(Q(team=None) | Q(team__in=accounts.teams_of(user)))


def calm_reply(team: Team, kind: str, language: str) -> TextBlock | None:
    """Return the words to start from after a reaction: the team's own before ours."""
    blocks = blocks_of(team, language=language, kind=kind)
    return blocks.order_by(F("team").desc(nulls_last=True), "-pk").first()


def add_block(
    team: Team, *, by: Actor, language: str, kind: str, title: str, text: str
) -> TextBlock:
    """Keep words for a team.

    Raises:
        NotAllowed: the actor does not work in the team.
        InvalidInput: a title or text is missing, or too long.
    """
    _require_team(team, by)
    _check(title, text)
    if language not in PHRASES:
        raise InvalidInput("language", _("We do not write this language."))
    if kind not in TextBlockKind.values:
        raise InvalidInput("kind", _("Choose what the words are for."))
    with transaction.atomic():
        block = TextBlock.objects.create(
            team=team,
            language=language,
            kind=kind,
            title=title.strip(),
            text=text.strip(),
            changed_by=by.name,
        )
        _keep(block, by=by, action="text_block.added")
    return block


def edit_block(
    block: TextBlock, *, by: Actor, expected_version: int, title: str, text: str
) -> TextBlock:
    """Change a team's words; what they said before stays in their versions.

    Raises:
        NotAllowed: they are another team's, or ours.
        ChangedMeanwhile: somebody saved another version since this one was read.
        InvalidInput: a title or text is missing, or too long.
    """
    with transaction.atomic():
        block = TextBlock.objects.select_for_update().get(pk=block.pk)
        _require_own(block, by)
        _check(title, text)
        if block.version != expected_version:
            raise ChangedMeanwhile(who=block.changed_by, when=block.changed_at)
        if (block.title, block.text) == (title.strip(), text.strip()):
            return block
        before = {"title": block.title, "text": block.text}
        block.title, block.text = title.strip(), text.strip()
        block.version += 1
        block.changed_at = clock.now()
        block.changed_by = by.name
        block.save()
        _keep(block, by=by, action="text_block.changed", before=before)
    return block


def take_over(block: TextBlock, team: Team, *, by: Actor) -> TextBlock:
    """Give a team its own copy of one of our blocks; a second time gives the same copy."""
    _require_team(team, by)
    if block.team_id is not None:
        raise NotAllowed(_("Only the house's own blocks are taken over."))
    with transaction.atomic():
        copy, is_new = TextBlock.objects.get_or_create(
            team=team,
            taken_from=block,
            defaults={
                "language": block.language,
                "kind": block.kind,
                "title": block.title,
                "text": block.text,
                "changed_by": by.name,
            },
        )
        if is_new:
            _keep(copy, by=by, action="text_block.taken_over")
    return copy


def lay_aside(block: TextBlock, *, by: Actor) -> None:
    """Offer a block no longer; it stays on record, and where it was inserted."""
    with transaction.atomic():
        block = TextBlock.objects.select_for_update().get(pk=block.pk)
        _require_own(block, by)
        if block.is_active:
            block.is_active = False
            block.save(update_fields=["is_active"])
            record(stream=STREAM, action="text_block.laid_aside", by=by, subject=block)


def findings_of(text: str, language: str, *, client: Client | None = None) -> list[Finding]:
    """Return what the wording patterns of a language find in any text, the gravest first.

    Args:
        text: what is said.
        language: its language.
        client: whose names judge nobody.
    """
    names: Iterable[str] = wording.names_in(client, []) if client is not None else ()
    return wording.findings_in_text(text, language, names=names)


def _keep(
    block: TextBlock, *, by: Actor, action: str, before: dict[str, str] | None = None
) -> None:
    TextBlockVersion.objects.create(
        block=block,
        number=block.version,
        title=block.title,
        text=block.text,
        saved_by=by.name,
    )
    record(
        stream=STREAM,
        action=action,
        by=by,
        subject=block,
        details={"team": block.team_id, "kind": block.kind, "version": block.version},
        before=before,
        after={"title": block.title, "text": block.text},
    )


def _require_team(team: Team, by: Actor) -> None:
    if by.user is None or accounts.role_in(by.user, team) is None:
        raise NotAllowed(_("A team's words are its own to change."))


def _require_own(block: TextBlock, by: Actor) -> None:
    if block.team is None:
        raise NotAllowed(_("These are the house's words; take a copy for your team instead."))
    _require_team(block.team, by)


def _check(title: str, text: str) -> None:
    if not title.strip():
        raise InvalidInput("title", _("Give it a title by which colleagues find it."))
    if not text.strip():
        raise InvalidInput("text", _("Write the words."))
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput("text", _("This is longer than 4,000 characters."))
