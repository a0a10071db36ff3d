"""Handing over: successor, recommended providers, items and access.

Nothing goes to a successor before the client's consent is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import providers
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import (
    AccessItem,
    CaseFile,
    HandoverItem,
    HandoverRelease,
    HandoverState,
    Provider,
    Receiver,
    RecommendedProvider,
    Successor,
    TerminationCase,
)
from offboarding.models.handover import OUR_OWN_FIRM
from offboarding.secret_words import refuse_secrets
from offboarding.services import links
from offboarding.services.locking import acting_on, remember


def name_successor(
    case: TerminationCase,
    *,
    by: Actor,
    name: str,
    contact: str = "",
    email: str = "",
    provider: Provider | None = None,
    consented_on: date | None = None,
    consent_scope: str = "",
    consent_how: str = "",
) -> Successor:
    """Record who looks after the client next, and what the client lets us give them.

    Files that are ready for a successor are taken back when the consent ends or another is named.

    Raises:
        InvalidInput: no name; a consent without its scope, of the future, or given for another.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not name.strip():
            raise InvalidInput("name", _("Name who looks after the client next."))
        refuse_secrets(contact=contact, consent_scope=consent_scope, consent_how=consent_how)
        if _is_the_client(now, name=name, email=email):
            raise InvalidInput("name", _("This is the client. Leave it empty if nobody follows."))
        if providers.names_our_firm(name=name):
            raise InvalidInput("name", _("This is our own firm. Leave it empty if nobody follows."))
        if consented_on and consented_on > clock.today(now.time_zone):
            raise InvalidInput("consented_on", _("The consent cannot lie in the future."))
        if consented_on and not consent_scope.strip():
            raise InvalidInput("consent_scope", _("Say what the client allows us to hand over."))
        before = Successor.objects.filter(case=now).first()
        if before is not None and _is_the_consent_for(
            before, name=name, email=email, consent=(consented_on, consent_scope, consent_how)
        ):
            raise InvalidInput(
                "consented_on",
                _(
                    "This consent was given for %(before)s. Leave it empty, or say how the client "
                    "consented to %(name)s."
                )
                % {"before": before.name, "name": name},
            )
        successor, created = Successor.objects.update_or_create(
            case=now,
            defaults={
                "name": name,
                "contact": contact,
                "email": email,
                "provider": provider,
                "consented_on": consented_on,
                "consent_scope": consent_scope,
                "consent_how": consent_how,
            },
        )
        remember(
            now,
            "successor.named" if created else "successor.changed",
            by=by,
            subject=successor,
            details={"consented_on": str(consented_on or "")},
            after={"name": name, "scope": consent_scope},
        )
        _end_what_is_no_longer_theirs(now, successor, by=by)
    return successor


def _end_what_is_no_longer_theirs(
    case: TerminationCase, successor: Successor, *, by: Actor
) -> None:
    """Take back files that wait for a successor who may not have them any more."""
    ready = case.releases.select_related("link").filter(
        goes_to=Receiver.SUCCESSOR, withdrawn_at=None
    )
    for release in ready:
        if successor.consented_on is None:
            reason = _("The client's consent is no longer on record.")
        elif release.recipient_email.casefold() != successor.email.casefold():
            reason = _("Somebody else is named as the successor, or at another address.")
        else:
            continue
        take_back(release, case=case, by=by, reason=reason)


def take_back(release: HandoverRelease, *, case: TerminationCase, by: Actor, reason: str) -> None:
    """Let nobody fetch these files any more; call with the case locked."""
    release.withdrawn_at = clock.now()
    release.withdrawn_reason = reason
    release.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    if release.link is not None:
        links.revoke_link(release.link, case=case, by=by, reason="taken_back")
    remember(case, "release.withdrawn", by=by, subject=release, after={"reason": reason})


def _is_the_consent_for(
    before: Successor, *, name: str, email: str, consent: tuple[date | None, str, str]
) -> bool:
    """Whether somebody else is named now, and the consent is still the one for `before`."""
    is_another = (name.strip(), email.strip()) != (before.name, before.email)
    kept = (before.consented_on, before.consent_scope, before.consent_how)
    return is_another and before.consented_on is not None and consent == kept


def recommend_provider(
    case: TerminationCase,
    provider: Provider,
    *,
    by: Actor,
    services: Sequence[str],
    note: str = "",
) -> RecommendedProvider:
    """Record that we named a provider to the client, and for which services.

    Args:
        case: of the client.
        provider: an active one of the directory.
        by: who named them.
        services: as the directory lists them for this provider.
        note: why they fit, for colleagues.

    Raises:
        InvalidInput: the provider is the client or our own firm, or not recommended for one of
            the services.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        refuse_secrets(note=note)
        if _is_the_client(now, name=provider.name, email=provider.email, website=provider.website):
            raise InvalidInput(
                "provider", _("This provider is the client; nobody is recommended to themselves.")
            )
        if providers.names_our_firm(
            name=provider.name, email=provider.email, website=provider.website
        ):
            raise InvalidInput("provider", str(OUR_OWN_FIRM))
        if not provider.is_active:
            raise InvalidInput("provider", _("This provider is not recommended any more."))
        named = _listed_services(provider, services)
        recommendation, created = RecommendedProvider.objects.get_or_create(
            case=now,
            provider=provider,
            defaults={
                "recommended_on": clock.today(now.time_zone),
                "services": "\n".join(named),
                "note": note,
            },
        )
        if created:
            remember(
                now,
                "provider.recommended",
                by=by,
                subject=recommendation,
                details={"provider": provider.pk},
                after={"services": named},
            )
    return recommendation


def _listed_services(provider: Provider, services: Iterable[str]) -> list[str]:
    """Return the services as the directory calls them; each must be listed for the provider."""
    listed = {fit.service.casefold(): fit.service for fit in provider.fits.all()}
    asked = [one.strip() for one in services if one.strip()]
    if not listed:
        raise InvalidInput(
            "provider",
            _("Nothing is listed yet that %(name)s does well; an admin adds it in the directory.")
            % {"name": provider.name},
        )
    if not asked:
        raise InvalidInput("services", _("Choose for which services you recommend them."))
    for one in asked:
        if one.casefold() not in listed:
            raise InvalidInput(
                "services",
                _("%(name)s is not listed for “%(service)s”. Listed are: %(listed)s.")
                % {"name": provider.name, "service": one, "listed": ", ".join(listed.values())},
            )
    return [listed[one.casefold()] for one in dict.fromkeys(asked)]


def _is_the_client(case: TerminationCase, *, name: str, email: str = "", website: str = "") -> bool:
    return providers.is_the_client(
        name=name,
        email=email,
        website=website,
        names=(case.client.legal_name, case.client.display_name),
        emails=case.client.contacts.values_list("email", flat=True),
    )


def list_item(
    case: TerminationCase,
    *,
    by: Actor,
    title: str,
    held_by: str = "",
    format: str = "",
    goes_to: str = Receiver.CLIENT,
    exceptions: str = "",
    file: CaseFile | None = None,
) -> HandoverItem:
    """List something that the client or their new provider gets from us.

    That there was nothing to hand over, if somebody declared it, no longer holds.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not title.strip():
            raise InvalidInput("title", _("Say what is handed over."))
        refuse_secrets(title=title, held_by=held_by, format=format, exceptions=exceptions)
        _require_own(now, file)
        if now.transition_waived_reason:
            before = {"reason": now.transition_waived_reason}
            now.transition_waived_reason = ""
            now.save(update_fields=["transition_waived_reason"])
            remember(now, "handover.waiver_ended", by=by, before=before)
        item = HandoverItem.objects.create(
            case=now,
            title=title,
            held_by=held_by,
            format=format,
            goes_to=goes_to,
            exceptions=exceptions,
            file=file,
        )
        remember(
            now,
            "handover.listed",
            by=by,
            subject=item,
            details={"goes_to": goes_to},
            after={"title": title, "exceptions": exceptions},
        )
    return item


def attach_file(item: HandoverItem, file: CaseFile, *, by: Actor) -> None:
    """Put a file beside an item that was listed without one."""
    with acting_on(item.case, by=by, permission="offboarding.work_on_case") as now:
        item = _waiting(now, item)
        _require_own(now, file)
        if item.file_id is not None:
            raise TransitionRefused([has_its_file(item)])
        item.file = file
        item.save(update_fields=["file"])
        remember(
            now,
            "handover.file_added",
            by=by,
            subject=item,
            details={"sha256": file.sha256, "size_bytes": file.size_bytes},
        )


def has_its_file(item: HandoverItem) -> Reason:
    """Say that an item has a file already."""
    sentence = _("“%(title)s” has its file already; list another item for another file.") % {
        "title": item.title
    }
    return Reason("has_its_file", sentence, "handover")


def deliver_item(
    item: HandoverItem,
    *,
    by: Actor,
    delivered_on: date,
    delivered_how: str,
    accepted_by: str = "",
) -> None:
    """Record that an item left us, how, and who took it.

    Raises:
        TransitionRefused: it goes to the successor, and the client has not consented.
    """
    with acting_on(item.case, by=by, permission="offboarding.work_on_case") as now:
        item = _waiting(now, item)
        reasons = why_not_to_the_successor(now) if item.is_for_the_successor else []
        if reasons:
            raise TransitionRefused(reasons)
        if delivered_on > clock.today(now.time_zone):
            raise InvalidInput("delivered_on", _("This day has not come yet."))
        if not delivered_how.strip():
            raise InvalidInput("delivered_how", _("Say how it was delivered."))
        refuse_secrets(delivered_how=delivered_how, accepted_by=accepted_by)
        item.state = HandoverState.DELIVERED
        item.delivered_on = delivered_on
        item.delivered_how = delivered_how
        item.accepted_by = accepted_by
        item.settled_by = by.user
        item.save()
        remember(
            now,
            "handover.delivered",
            by=by,
            subject=item,
            details={"on": delivered_on.isoformat()},
            after={"how": delivered_how, "accepted_by": accepted_by},
        )


def item_not_applicable(item: HandoverItem, *, by: Actor, reason: str) -> None:
    """Record that an item need not be handed over, with the reason."""
    with acting_on(item.case, by=by, permission="offboarding.work_on_case") as now:
        item = _waiting(now, item)
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it is not handed over."))
        refuse_secrets(reason=reason)
        item.state = HandoverState.NOT_APPLICABLE
        item.reason = reason
        item.settled_by = by.user
        item.save()
        remember(now, "handover.not_applicable", by=by, subject=item, after={"reason": reason})


def waive_transition(case: TerminationCase, *, by: Actor, reason: str) -> None:
    """Declare that there is nothing to hand over at all, with the reason."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not reason.strip():
            raise InvalidInput("reason", _("Say why there is nothing to hand over."))
        refuse_secrets(reason=reason)
        if now.transition_waived_reason == reason:
            return
        reasons = why_not_without_handover(now)
        if reasons:
            raise TransitionRefused(reasons)
        now.transition_waived_reason = reason
        now.save(update_fields=["transition_waived_reason"])
        remember(now, "handover.waived", by=by, after={"reason": reason})


def list_access(case: TerminationCase, *, by: Actor, system: str, held_by: str) -> AccessItem:
    """List an access that has to be taken back."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not system.strip():
            raise InvalidInput("system", _("Name the system."))
        if not held_by.strip():
            raise InvalidInput("held_by", _("Say who has access."))
        refuse_secrets(system=system, held_by=held_by)
        item = AccessItem.objects.create(case=now, system=system, held_by=held_by)
        remember(
            now, "access.listed", by=by, subject=item, after={"system": system, "held_by": held_by}
        )
    return item


def revoke_access(item: AccessItem, *, by: Actor, revoked_on: date) -> None:
    """Record that an access was taken back and checked in the real system."""
    with acting_on(item.case, by=by, permission="offboarding.work_on_case") as now:
        item = now.access_items.select_for_update().get(pk=item.pk)
        if not item.is_open:
            return
        if revoked_on > clock.today(now.time_zone):
            raise InvalidInput("revoked_on", _("This day has not come yet."))
        item.revoked_on = revoked_on
        item.checked_by = by.user
        item.save(update_fields=["revoked_on", "checked_by"])
        remember(now, "access.revoked", by=by, subject=item, details={"on": revoked_on.isoformat()})


def _require_own(case: TerminationCase, file: CaseFile | None) -> None:
    if file is not None and file.case_id != case.pk:
        raise InvalidInput("file", _("This file belongs to another case."))


def why_not_to_the_successor(case: TerminationCase) -> list[Reason]:
    """Say what is missing before anything may go to the successor."""
    successor = Successor.objects.filter(case=case).first()
    if successor is None:
        sentence = _("No successor is named yet; name them, with the client's consent.")
        return [Reason("successor_missing", sentence, "successor")]
    if successor.consented_on is None:
        sentence = _(
            "The client has not consented that %(name)s gets anything. Record the consent and its "
            "scope first, or hand it to the client."
        ) % {"name": successor.name}
        return [Reason("consent_missing", sentence, "successor")]
    return []


def why_not_without_handover(case: TerminationCase) -> list[Reason]:
    """Say what is listed for the hand-over and waits, so that it cannot be left out as a whole."""
    if not case.handover_items.filter(state=HandoverState.WAITING).exists():
        return []
    sentence = _("Items are listed already; deliver them or mark each not applicable.")
    return [Reason("handover_waiting", sentence, "handover")]


def already_settled(item: HandoverItem) -> Reason:
    """Say that an item left us, or need not, before."""
    sentence = _("“%(title)s” is already settled: %(state)s.") % {
        "title": item.title,
        "state": item.get_state_display(),
    }
    return Reason("already_settled", sentence, "handover")


def _waiting(case: TerminationCase, item: HandoverItem) -> HandoverItem:
    item = case.handover_items.select_for_update().get(pk=item.pk)
    if not item.is_waiting:
        raise TransitionRefused([already_settled(item)])
    return item
