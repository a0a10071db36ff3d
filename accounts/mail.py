"""The mail that brings an invited person in."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import Invitation
from audit import clock


def address_of(path: str) -> str:
    """Give the full address of a page, never trusting the name a request came with."""
    return f"{settings.PUBLIC_BASE_URL}{path}"


def send_invitation(invitation_id: int, token: str) -> None:
    """Send an invitation's link to the person it is for, in their language."""
    invitation = Invitation.objects.select_related("team", "invited_by").get(pk=invitation_id)
    context = {
        "invitation": invitation,
        "address": address_of(reverse("accounts_invitation", args=[token])),
    }
    with translation.override(invitation.language):
        subject = render_to_string("emails/invitation/subject.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("emails/invitation/body.txt", context),
            to=[invitation.email],
        )
        message.attach_alternative(
            render_to_string("emails/invitation/body.html", context), "text/html"
        )
    message.send()
    Invitation.objects.filter(pk=invitation_id).update(mailed_at=clock.now())
