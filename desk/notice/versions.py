"""What a notice said before: every version, the words in which two differ, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.frame.rights import Rights
from desk.frame.scoping import actor_of, case_or_404
from desk.notice import reading
from desk.notice.verbs import NoticeVerb
from notices.letters import differences
from notices.models import Notice, NoticeState, NoticeVersion
from notices.services import drafting

MOST_SHOWN = 200
"""Versions on the page; what is older is still kept and on the record."""

RESTORABLE = (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL, NoticeState.APPROVED)


def _versions_of(notice: Notice) -> list[NoticeVersion]:
    return list(
        NoticeVersion.objects.filter(notice=notice)
        .select_related("written_by")
        .order_by("-number")[:MOST_SHOWN]
    )


def _chosen(
    versions: list[NoticeVersion], asked: str, otherwise: NoticeVersion | None
) -> NoticeVersion | None:
    return next((one for one in versions if str(one.number) == asked), otherwise)


@require_safe
@never_cache
def versions(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """List a notice's versions and compare two of them, the last two if none are named."""
    case = case_or_404(request, reference)
    notice = reading.notice_or_404(case, number)
    rows = _versions_of(notice)
    newer = _chosen(rows, request.GET.get("to", ""), rows[0] if rows else None)
    older = _chosen(
        rows,
        request.GET.get("from", ""),
        next((one for one in rows if newer and one.number < newer.number), None),
    )
    rights = Rights(actor_of(request), case)
    changes = None
    if older and newer and older != newer:
        changes = differences.between(differences.said_then(older), differences.said_then(newer))
    current = reading.current_of(reading.notices_of(case))
    context = {
        "case": case,
        "notice": notice,
        "versions": rows,
        "older": older,
        "newer": newer,
        "changes": changes,
        "may_restore": rights["draft_notice"]
        and not case.is_ended
        and notice == current
        and notice.state in RESTORABLE,
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/notice/versions.html", context)


class RestoreVersion(NoticeVerb):
    """Write an earlier version again; it becomes the newest, and nothing is lost."""

    permission = "offboarding.draft_notice"
    template_name = "desk/notice/restore.html"
    title = _("Restore an earlier version")
    button = _("Restore")
    done = _("Restored, as a new version.")

    def find(self) -> None:
        """Read the notice and the version.

        Raises:
            Http404: the notice that counts now has no such version.
        """
        super().find()
        self.earlier = NoticeVersion.objects.filter(
            notice=self.notice, number=self.kwargs["version"]
        ).first()
        if self.notice.number != self.kwargs["number"] or self.earlier is None:
            raise Http404(_text("There is no such version."))

    def perform(self, form: forms.Form) -> None:
        """Restore it, unless somebody has saved since the page was opened."""
        drafting.restore_version(
            self.notice,
            number=self.kwargs["version"],
            by=self.actor,
            expected_version=form.cleaned_data["version"],
        )

    def back_url(self) -> str:
        """Return to the list."""
        return reverse("desk:notice-versions", args=[self.case.reference, self.notice.number])

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what restoring changes."""
        assert self.earlier is not None
        newest = NoticeVersion.objects.filter(notice=self.notice).order_by("-number").first()
        assert newest is not None
        return super().context(form) | {
            "earlier": self.earlier,
            "changes": differences.between(
                differences.said_then(newest), differences.said_then(self.earlier)
            ),
        }


_NUMBERED = "cases/<str:reference>/notice/<int:number>/versions"
urlpatterns: list[URLPattern] = [
    path(f"{_NUMBERED}/", versions, name="notice-versions"),
    path(
        f"{_NUMBERED}/<int:version>/restore/",
        RestoreVersion.as_view(),
        name="notice-version-restore",
    ),
]
