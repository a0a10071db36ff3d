"""Who somebody is, and what their role lets them do in Django admin."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from accounts.models import User
from accounts.permissions import grant, permissions_of

__all__ = ["RoleBackend", "grant"]


class RoleBackend(AuthenticationBackend):
    """Signs people in by e-mail and knows their rights from their role alone.

    Django's own tables of user and group permissions are not asked: a row slipped in there gives
    nobody anything. Questions about one object are for `rules` to answer.
    """

    def get_all_permissions(self, user_obj: User, obj: Model | None = None) -> set[str]:
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(permissions_of(user_obj.global_role))

    def get_user_permissions(self, user_obj: User, obj: Model | None = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_group_permissions(self, user_obj: User, obj: Model | None = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: User, perm: str, obj: Model | None = None) -> bool:
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return False
        return perm in permissions_of(user_obj.global_role)

    def has_module_perms(self, user_obj: User, app_label: str) -> bool:
        return any(
            permission.startswith(f"{app_label}.")
            for permission in self.get_all_permissions(user_obj)
        )
