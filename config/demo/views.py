"""The demo's mailbox: what clients would have received, to read and to click.

It needs no sign-in, because it stands in for the clients' own mail programs, and it exists only
where the demo is installed.
"""

from __future__ import annotations

import re

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.demo import mailbox

# Links may open a page of their own, which then is an ordinary page; nothing else may happen.
SANDBOX = ["allow-popups", "allow-popups-to-escape-sandbox"]
_HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)


def _mail_or_404(name: str) -> mailbox.CaughtMail:
    try:
        return mailbox.find(name)
    except mailbox.NoSuchMail:
        raise Http404(_("This mail is not in the mailbox.")) from None


@login_not_required
@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """List what was caught, newest first."""
    return render(request, "demo/mailbox.html", {"mails": mailbox.newest()})


@login_not_required
@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: headers, plain text, the HTML part in a frame of its own, attachments."""
    caught = _mail_or_404(name)
    return render(request, "demo/mail.html", {"mail": caught, "sandbox": " ".join(SANDBOX)})


@login_not_required
@require_safe
@never_cache
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": SANDBOX,
    }
)
def html_part(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part at its own address, where it can style itself and do nothing else."""
    html = _mail_or_404(name).html
    if not html:
        raise Http404(_("This mail has no HTML part."))
    return HttpResponse(_opening_links_outside_the_frame(html))


@login_not_required
@require_safe
@never_cache
@csp({"default-src": [NONE], "sandbox": [True]})
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Hand out one attachment, always as a download."""
    attachments = _mail_or_404(name).attachments
    if not 1 <= number <= len(attachments):
        raise Http404(_("This mail has no such attachment."))
    file = attachments[number - 1]
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.filename)
    return response


def _opening_links_outside_the_frame(html: str) -> str:
    base = '<base target="_blank">'
    if _HEAD.search(html):
        return _HEAD.sub(lambda head: head[0] + base, html, count=1)
    return base + html
