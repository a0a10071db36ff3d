"""What comes with a mail is kept by the rules of an upload, and never with a client's own link.

Whoever holds that link can confirm in the client's name, so no colleague gets it from a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices.inbound import reading
from notices.inbound.reading import Attached
from notices.mailing import link_masking
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, TerminationCase
from offboarding.services.files import keep_file

MOST_FILES = 30


def keep_attachments(
    case: TerminationCase, attachments: Iterable[Attached], *, by: Actor
) -> tuple[list[CaseFile], list[dict[str, str]]]:
    """Keep what came with a mail with its case.

    Returns:
        The files, and what was left out, each by its name and why.
    """
    kept: list[CaseFile] = []
    left_out: list[dict[str, str]] = []
    for attached in attachments:
        why = ""
        if attached.is_inline_picture:
            why = _("A picture inside the text; it stays in the original.")
        elif len(kept) >= MOST_FILES:
            why = _("More than %(most)d files came with one mail.") % {"most": MOST_FILES}
        elif attached.is_mail and quotes_a_link(attached.content):
            why = _("It quotes the client's own link, which nobody else may use.")
        else:
            try:
                upload = ContentFile(attached.content, name=attached.name)
                kept.append(keep_file(case, upload, by=by, name=attached.name))
            except InvalidInput as refused:
                why = refused.message
        if why and len(left_out) < 3 * MOST_FILES:
            left_out.append({"name": attached.name, "why": str(why)})
    return kept, left_out


def quotes_a_link(raw: bytes) -> bool:
    """Tell whether a mail quotes a client's own link, however it is encoded.

    A mail that cannot be looked through counts as one that does.
    """
    try:
        return any(link_masking.mask(text) != text for text in reading.all_texts(raw))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return True
