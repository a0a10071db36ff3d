"""The trail in Django admin: to read, verify and export, and nothing else."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from audit import chain, clock, diffs, export, registry
from audit.models import AuditAnchor, AuditEvent, AuditStream
from audit.pagination import CappedPaginator
from audit.verification import verify_stream

_HEX = re.compile(r"[0-9a-f]{16,64}")
_CSV_COLUMNS = [
    "id", "stream", "label", "seq", "at", "actor_kind", "actor", "action", "object_type",
    "object_id", "details", "before", "after", "request_id", "prev_hash", "hash",
]  # fmt: skip


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows to those who may look and offers no way to change them, whoever asks."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ActionFilter(admin.SimpleListFilter):
    """Narrows the list to one action; the choices are the actions that exist."""

    title = gettext_lazy("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        # A loose index scan: one step per different action, however long the trail is.
        table = AuditEvent._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"""WITH RECURSIVE found(action) AS (
                        SELECT min(action) FROM {table}
                        UNION ALL
                        SELECT (SELECT min(e.action) FROM {table} e WHERE e.action > found.action)
                        FROM found WHERE found.action IS NOT NULL)
                    SELECT action FROM found WHERE action IS NOT NULL"""
            )
            return [(action, action) for (action,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    """Narrows the list to one person; only those who have acted are offered."""

    title = gettext_lazy("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        acted = Exists(AuditEvent.objects.filter(actor_user=OuterRef("pk")))
        people = get_user_model()._default_manager.filter(acted)
        return sorted(((str(p.pk), str(p)) for p in people), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> Any:
        value = self.value()
        if not value:
            return queryset
        # Longer than any number the database knows is nobody.
        is_number = value.isascii() and value.isdigit() and len(value) < 19
        return queryset.filter(actor_user=int(value)) if is_number else queryset.none()


class LabelledChangeList(ChangeList):
    """A page of events that know what people call their streams, asked for once a page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        labels = registry.labels_of(event.stream for event in self.result_list)
        for event in self.result_list:
            event.stream_label = labels[event.stream]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("at", "case_or_stream", "action", "who", "changes")
    list_display_links = ("at", "action")
    list_filter = (ActionFilter, "actor_kind", PersonFilter)
    list_select_related = ("actor_user", "detail")
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    date_hierarchy = "at"
    ordering = ("-id",)
    sortable_by = ("at",)
    search_fields = ("stream",)
    search_help_text = gettext_lazy(
        "A case reference, a stream such as case:12, the code printed on a letter, or a request id"
    )
    fieldsets = (
        (None, {"fields": ("at", "case_or_stream", "action", "who", "subject", "details_text")}),
        (
            gettext_lazy("Chain"),
            {"fields": ("chain_state", "hash", "prev_hash", "commitment", "request_id")},
        ),
    )
    readonly_fields = (
        "at", "case_or_stream", "action", "who", "subject", "details_text",
        "chain_state", "hash", "prev_hash", "commitment", "request_id",
    )  # fmt: skip

    # -- columns -----------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("case or stream"))
    def case_or_stream(self, event: AuditEvent) -> str:
        """Link to everything that happened in the same stream."""
        label = getattr(event, "stream_label", None)
        if label is None:
            label = registry.labels_of([event.stream])[event.stream]
        url = reverse("admin:audit_auditevent_changelist")
        return format_html('<a href="{}?{}">{}</a>', url, urlencode({"q": event.stream}), label)

    @admin.display(description=gettext_lazy("who"))
    def who(self, event: AuditEvent) -> str:
        """Name who acted; what is not a person of the firm says what it is."""
        if event.actor_user_id is not None:
            return event.actor_name
        return f"{event.actor_name} ({event.get_actor_kind_display()})"

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, event: AuditEvent) -> str:
        """Tell the change in one line."""
        return diffs.summary(event.before, event.after)

    @admin.display(description=gettext_lazy("object"))
    def subject(self, event: AuditEvent) -> str:
        """Name the row that it was done to."""
        return f"{event.object_type} {event.object_id}".strip() or "–"

    @admin.display(description=gettext_lazy("details"))
    def details_text(self, event: AuditEvent) -> str:
        """Show the ids, states and hashes that are under the hash."""
        return json.dumps(event.details, indent=1) if event.details else "–"

    @admin.display(description=gettext_lazy("state"))
    def chain_state(self, event: AuditEvent) -> str:
        """Say where the event stands and whether it holds to the one before it."""
        head = AuditStream.objects.filter(pk=event.stream).first()
        before = AuditEvent.objects.filter(stream=event.stream, seq=event.seq - 1).first()
        place = _("Event %(seq)d of %(count)d.") % {
            "seq": event.seq,
            "count": head.head_seq if head else 0,
        }
        if event.as_entry().digest() != event.hash:
            return f"{place} {_('Its content does not match its hash.')}"
        if event.prev_hash != (before.hash if before else chain.GENESIS):
            return f"{place} {_('It does not follow the event before it.')}"
        return f"{place} {_('It matches its hash and follows the event before it.')}"

    # -- reading -----------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LabelledChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        meant = Q(stream__in=registry.streams_found_by(text))
        if _HEX.fullmatch(text.lower()):
            meant |= Q(request_id=text.lower()) | Q(hash__startswith=text.lower())
        return queryset.filter(meant), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        detail = event.erasable if event else None
        context = {
            "title": _("Audit event"),
            "rows": diffs.rows(event.before, event.after) if event else [],
            "erased_at": detail.erased_at if detail else None,
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    # -- verifying and exporting -------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/<str:kind>/", wrap(self.export_view), name="audit_auditevent_export"),
            path("<int:object_id>/verify/", wrap(self.verify_view), name="audit_auditevent_verify"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def verify_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Check the whole stream of one event and say what was found."""
        event = self.get_object(request, str(object_id))
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        if event is None:
            raise Http404
        report = verify_stream(event.stream)
        if report.is_whole:
            words = _("The chain of %(stream)s is whole: %(count)d events.")
            values = {"stream": event.stream, "count": report.events}
            self.message_user(request, words % values, messages.SUCCESS)
        for problem in report.problems:
            self.message_user(request, problem.words, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:audit_auditevent_change", args=[event.pk]))

    def export_view(self, request: HttpRequest, kind: str) -> Any:
        """Send the filtered list as a table or as lines for the stand-alone verifier."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in ("csv", "jsonl"):
            raise Http404
        try:
            events = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:audit_auditevent_changelist"))
        if kind == "csv":
            response = StreamingHttpResponse(_csv(events), content_type="text/csv; charset=utf-8")
        else:
            response = StreamingHttpResponse(
                export.lines(events), content_type="application/x-ndjson"
            )
        name = f"audit-{clock.today()}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@admin.register(AuditAnchor)
class AuditAnchorAdmin(ReadOnlyAdmin):
    """Anchors, newest first."""

    list_display = ("number", "at", "root", "key_id")
    show_full_result_count = False
    fields = ("number", "at", "root", "prev_hash", "hash", "key_id", "signature")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditAnchor]:
        # The list of heads may be long and nobody reads it here.
        return super().get_queryset(request).defer("leaves")


class _Line:
    """A file that hands each line straight on."""

    def write(self, text: str) -> str:
        return text


def _csv(events: QuerySet[AuditEvent]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(_CSV_COLUMNS)
    labels: dict[str, str] = {}
    page: list[AuditEvent] = []
    for event in events.select_related("actor_user", "detail").iterator(chunk_size=export.CHUNK):
        page.append(event)
        if len(page) == export.CHUNK:
            yield from _csv_rows(writer, page, labels)
            page = []
    yield from _csv_rows(writer, page, labels)


def _csv_rows(writer: Any, page: list[AuditEvent], labels: dict[str, str]) -> Iterator[str]:
    labels |= registry.labels_of({event.stream for event in page} - labels.keys())
    for event in page:
        yield writer.writerow(
            _cell(value)
            for value in [
                event.pk,
                event.stream,
                labels[event.stream],
                event.seq,
                chain.instant(event.at),
                event.actor_kind,
                event.actor_name,
                event.action,
                event.object_type,
                event.object_id,
                chain.canonical(event.details),
                "" if event.before is None else chain.canonical(event.before),
                "" if event.after is None else chain.canonical(event.after),
                event.request_id,
                event.prev_hash,
                event.hash,
            ]
        )


def _cell(value: object) -> str:
    """Write a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
