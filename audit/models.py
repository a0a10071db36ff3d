"""What is remembered: events in chained streams, erasable detail beside them, anchors over all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import chain
from audit.fields import CanonicalJSONField


class ActorKind(models.TextChoices):
    """What acted."""

    PERSON = "person", _("Person")
    CLIENT = "client", _("Client")
    MACHINE = "machine", _("Machine")


class AuditStream(models.Model):
    """One chain and its newest link: a case, a client, the staff register or the settings.

    The row is what writers of one stream queue at. A trigger moves it with every event, so writing
    costs no second update.
    """

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    head_seq = models.PositiveBigIntegerField(_("events"), default=0)
    head_hash = models.CharField(_("head"), max_length=64, default=chain.GENESIS)
    anchored_seq = models.PositiveBigIntegerField(_("anchored up to"), default=0)

    class Meta:
        verbose_name = _("audit stream")
        verbose_name_plural = _("audit streams")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One thing that happened, chained to what happened before it in the same stream.

    It holds ids, states and hashes only. Names, texts, before and after stand in `AuditDetail`, of
    which the chain keeps a salted commitment.
    """

    stream = models.CharField(_("stream"), max_length=80)
    seq = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"), db_index=True)
    actor_kind = models.CharField(_("actor kind"), max_length=10, choices=ActorKind.choices)
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # A machine's task name, or "link:<id>" for a client; never a person's name.
    actor_ref = models.CharField(_("actor reference"), max_length=80)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("object type"), max_length=80)
    object_id = models.CharField(_("object id"), max_length=40)
    details = CanonicalJSONField(_("details"))
    request_id = models.CharField(_("request"), max_length=64)
    commitment = models.CharField(_("commitment"), max_length=64)
    prev_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        # Adding, changing and deleting do not exist; nobody can be given a right to them.
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="audit_one_event_per_place"),
        ]
        indexes = [
            models.Index(fields=["action", "id"], name="audit_event_action"),
            models.Index(fields=["actor_user", "id"], name="audit_event_person"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq}: {self.action}"

    @property
    def erasable(self) -> AuditDetail | None:
        """What stands beside the event, if anything ever did."""
        try:
            return self.detail
        except AuditDetail.DoesNotExist:
            return None

    @property
    def before(self) -> dict[str, Any] | None:
        """The values before the change, as far as they were noted and not erased."""
        return self.erasable.before if self.erasable else None

    @property
    def after(self) -> dict[str, Any] | None:
        """The values after the change, as far as they were noted and not erased."""
        return self.erasable.after if self.erasable else None

    @property
    def actor_name(self) -> str:
        """Who acted, as far as it may still be known."""
        if self.actor_kind == ActorKind.MACHINE:
            return self.actor_ref
        if self.erasable and self.erasable.actor_name:
            return self.erasable.actor_name
        if self.actor_user is not None:
            return str(self.actor_user)
        return str(_("Name erased")) if self.commitment else str(_("Unknown"))

    def as_entry(self) -> chain.Entry:
        """Return the event as the chain sees it."""
        return chain.Entry(
            stream=self.stream,
            seq=self.seq,
            at=chain.instant(self.at),
            actor_kind=self.actor_kind,
            actor_user=self.actor_user_id,
            actor_ref=self.actor_ref,
            action=self.action,
            object_type=self.object_type,
            object_id=self.object_id,
            details=chain.canonical(self.details),
            request_id=self.request_id,
            commitment=self.commitment,
            prev_hash=self.prev_hash,
            hash=self.hash,
        )


class AuditDetail(models.Model):
    """Names, texts, before and after of one event; the only part that can be erased."""

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    salt = models.CharField(max_length=64)
    before = CanonicalJSONField(null=True)
    after = CanonicalJSONField(null=True)
    actor_name = models.CharField(max_length=200)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("audit detail")
        verbose_name_plural = _("audit details")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.event_id}"

    def as_detail(self) -> chain.Detail:
        """Return the detail as the chain sees it."""
        return chain.Detail(
            self.salt, self.before, self.after, self.actor_name, self.erased_at is not None
        )


class AuditAnchor(models.Model):
    """What the heads of all streams that had changed were at one instant, chained and signed."""

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("at"))
    leaves = CanonicalJSONField(_("heads"))
    root = models.CharField(_("root"), max_length=64)
    prev_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    key_id = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("audit anchor")
        verbose_name_plural = _("audit anchors")
        default_permissions = ("view",)
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"
