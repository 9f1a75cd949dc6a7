"""Accounts, one-time sign-in links, and failed attempts to sign in."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


def sip_secret() -> str:
    """A phone's password: letters and digits, for it is typed into desk phones."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))


class AccountManager(BaseUserManager["Account"]):
    def create(self, **values: Any) -> Account:
        """A new account; without ``password`` it can sign in by one-time links only."""
        password = values.pop("password", None)
        account = self.model(**values)
        account.set_password(password) if password else account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, name: str | None) -> Account:
        return self.get(login=(name or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who can sign in. An agent has a number and an extension; both stay theirs for ever."""

    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    roles = models.JSONField(default=list)  # of access.ROLES
    agent_number = models.CharField(max_length=16, unique=True, null=True, blank=True)
    extension = models.CharField(max_length=16, blank=True, default="")
    sip_password = models.CharField(max_length=64, default=sip_secret)  # the desk phone's
    web_password = models.CharField(max_length=64, default=sip_secret)  # the browser phone's
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return f"{self.agent_number} {self.name}" if self.agent_number else self.name

    def has(self, *roles: str) -> bool:
        """Whether the account has one of the roles."""
        return bool(set(roles) & set(self.roles))


class OneTimeLink(models.Model):
    """A link that signs in once. Only a digest of its token is kept."""

    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    ask_password = models.BooleanField(default=False)  # whether a password is asked for after it
    expires_at = models.DateTimeField(null=True)  # None: until it is used
    used_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)


class FailedSignIn(models.Model):
    """A wrong password. ``key`` is a digest of login and address."""

    key = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(auto_now_add=True)
