"""People, teams and invitations in Django admin; every change of a role goes through its verb."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.actor import Actor
from accounts.errors import StaffRuleBroken
from accounts.models import GlobalRole, Invitation, Membership, Role, Team, User
from accounts.selectors import admins


def change_password_elsewhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send people to the one page that changes a password, limits tries and records it."""
    return redirect("account_change_password")


# One way in: Django admin's own sign-in would not ask for the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_password_elsewhere  # type: ignore[method-assign,assignment]
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


def actor_of(request: HttpRequest) -> Actor:
    """Name the person who works in Django admin."""
    return Actor.person(cast(User, request.user))


class UserForm(forms.ModelForm):
    """Says in words what the register would refuse."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stays_admin = cleaned.get("is_active") and cleaned.get("global_role") == GlobalRole.ADMIN
        others = admins().exclude(pk=self.instance.pk)
        was_admin = self.initial.get("global_role") == GlobalRole.ADMIN
        if was_admin and self.initial.get("is_active") and not stays_admin and not others.exists():
            raise forms.ValidationError(
                _("%(name)s is the only admin. Name another admin first.")
                % {"name": self.instance.name}
            )
        return cleaned


class OwnMembershipInline(admin.TabularInline):
    """Shows which teams a person works in; it is changed on the team's page."""

    model = Membership
    fields = ("team", "role")
    readonly_fields = ("team", "role")
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("teams")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People come in by invitation and are deactivated, never added or deleted here.

    Passwords are nobody's business but their owner's: whoever forgets theirs asks for a reset mail.
    """

    form = UserForm
    list_display = ("name", "email", "global_role", "is_active", "last_login")
    list_filter = ("global_role", "is_active", "memberships__role", "memberships__team")
    search_fields = ("name", "email")
    fields = (
        "email",
        "name",
        "language",
        "global_role",
        "is_active",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("email", "last_login", "date_joined")
    inlines = (OwnMembershipInline,)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by = actor_of(request)
        stored = User.objects.get(pk=obj.pk)
        services.update_profile(stored, name=obj.name, language=obj.language, by=by)
        if obj.is_active:
            services.reactivate_user(stored, by=by)
        services.set_global_role(stored, GlobalRole(obj.global_role), by=by)
        if not obj.is_active:
            services.deactivate_user(stored, by=by)


class MembershipForm(forms.ModelForm):
    """A member's role may change; who the member is may not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"].disabled = True


class MembershipInline(admin.TabularInline):
    """The people of a team and their roles in it."""

    model = Membership
    form = MembershipForm
    fields = ("user", "role")
    extra = 0


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """A team, its members and its deputy."""

    list_display = ("name", "deputy")
    list_select_related = ("deputy",)
    search_fields = ("name",)
    fields = ("name", "slug", "mail_sender_name", "deputy")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "deputy":
            kwargs["queryset"] = User.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        by = actor_of(request)
        face = {"name": obj.name, "slug": obj.slug, "mail_sender_name": obj.mail_sender_name}
        if change:
            team = services.update_team(obj, **face, by=by)
        else:
            team = services.create_team(**face, by=by)
            obj.pk = team.pk
            obj._state.adding = False
        services.appoint_deputy(team, obj.deputy, by=by)

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: BaseInlineFormSet[Membership, Team, Any],
        change: bool,
    ) -> None:
        by = actor_of(request)
        formset.save(commit=False)
        for membership in formset.deleted_objects:
            services.remove_member(membership, by=by)
        for membership, _changed in formset.changed_objects:
            services.change_role(membership, Role(membership.role), by=by)
        for membership in formset.new_objects:
            added = services.add_member(
                membership.user, form.instance, Role(membership.role), by=by
            )
            membership.pk = added.pk


class InvitationForm(forms.ModelForm):
    """Says beside the field that somebody is already in."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                _("%(email)s already signs in here. Add the person to the team instead.")
                % {"email": email}
            )
        return email


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invitations are made, sent again or withdrawn; what one says is never edited."""

    form = InvitationForm
    list_display = (
        "name",
        "email",
        "team",
        "role",
        "global_role",
        "mailed_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_select_related = ("team",)
    list_filter = ("team", "accepted_at")
    search_fields = ("name", "email")
    fields = ("email", "name", "language", "team", "role", "global_role")
    history_fields = (
        "invited_by",
        "created_at",
        "mailed_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    actions = ("send_again", "withdraw")

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return (*self.fields, *self.history_fields) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return (*self.fields, *self.history_fields) if obj else ()

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        if change:
            return
        made = services.invite(
            email=obj.email,
            name=obj.name,
            language=obj.language,
            team=obj.team,
            role=Role(obj.role) if obj.role else None,
            global_role=GlobalRole(obj.global_role),
            by=actor_of(request),
        )
        obj.pk = made.pk
        obj._state.adding = False

    @admin.action(description=gettext_lazy("Send again, with a new link"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        self._for_each(request, queryset, services.send_again, _("Sent to %(name)s again."))

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        self._for_each(
            request,
            queryset,
            services.withdraw_invitation,
            _("The invitation of %(name)s is withdrawn."),
        )

    def _for_each(
        self, request: HttpRequest, queryset: QuerySet[Invitation], verb: Any, done: str
    ) -> None:
        for invitation in queryset:
            try:
                verb(invitation, by=actor_of(request))
            except StaffRuleBroken as refused:
                self.message_user(request, f"{invitation.name}: {refused}", messages.ERROR)
            else:
                self.message_user(request, done % {"name": invitation.name}, messages.SUCCESS)
