"""A person of the firm who signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import LowerCaseEmailField
from audit import clock


class GlobalRole(models.TextChoices):
    """A role that reaches over all teams; everyone else has a role on each membership."""

    NONE = "", _("None")
    ADMIN = "admin", _("Admin")
    AUDITOR = "auditor", _("Auditor")


class UserManager(BaseUserManager["User"]):
    """Creates people; the address they sign in with is always kept in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who can sign in once a password is set.

        Raises:
            ValueError: the address is missing.
        """
        if not email:
            raise ValueError("A person needs an e-mail address to sign in with.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the first admin of an installation (`manage.py createsuperuser`), on record."""
        # Models are read before the actors and events that are made of them.
        from accounts.actor import Actor  # noqa: PLC0415
        from audit.services import record  # noqa: PLC0415

        fields["global_role"] = GlobalRole.ADMIN
        with transaction.atomic(using=self._db):
            admin = self.create_user(email, password, **fields)
            record(
                stream="staff",
                action="user.global_role_changed",
                by=Actor.machine("console"),
                subject=admin,
                details={"user_id": admin.pk},
                before={"global_role": GlobalRole.NONE.value},
                after={"global_role": GlobalRole.ADMIN.value},
            )
        return admin

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; what they may do follows from their roles."""

    email = LowerCaseEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody already signs in with this address.")},
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("The language of this person's pages and mails."),
    )
    global_role = models.CharField(
        _("role over all teams"),
        max_length=10,
        choices=GlobalRole.choices,
        default=GlobalRole.NONE,
        blank=True,
        help_text=_("Empty for everyone who works in a team."),
    )
    is_active = models.BooleanField(
        _("may sign in"),
        default=True,
        help_text=_("People are never deleted, because the record names them."),
    )
    # Part of every session's fingerprint: raising it ends them all, wherever sessions are kept.
    session_version = models.PositiveIntegerField(default=0, editable=False)
    uses_shortcuts = models.BooleanField(
        _("keyboard shortcuts"),
        default=True,
        help_text=_("Single keys open, select and tick on this person's pages."),
    )
    date_joined = models.DateTimeField(_("joined at"), default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_is_lower_case",
            ),
            models.CheckConstraint(
                condition=models.Q(global_role__in=GlobalRole.values),
                name="user_global_role_is_known",
            ),
            # A superuser would pass every check; here all rights come from roles.
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="nobody_is_a_superuser"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind a session to the password and to the rights it was opened with."""
        of_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return salted_hmac(
            "accounts.User.session_version",
            f"{of_password}:{self.session_version}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_admin(self) -> bool:
        """Whether this person looks after users, teams, templates and settings."""
        return self.global_role == GlobalRole.ADMIN

    @property
    def is_auditor(self) -> bool:
        """Whether this person reads everything and changes nothing."""
        return self.global_role == GlobalRole.AUDITOR

    @property
    def is_staff(self) -> bool:
        """Whether this person may open Django admin."""
        return self.is_admin or self.is_auditor
