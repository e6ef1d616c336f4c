from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now, Upper


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A sign-in. What a person may do hangs on their staff rows, one per organisation."""

    username = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Upper("username"), name="username_any_case_once")]

    def __str__(self) -> str:
        return self.username


class SignInAttempt(models.Model):
    """Failed sign-ins, counted per name and source, so that a stranger can't lock a victim out.

    From a device the user is known on, the source is the device itself (`known`).
    """

    name_hash = models.BinaryField(max_length=16)
    source_hash = models.BinaryField(max_length=16)
    known = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "at"], name="attempt_by_name"),
            models.Index(fields=["source_hash", "at"], name="attempt_by_source"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T}"


class KnownDevice(models.Model):
    """A browser from which the user has signed in before (device cookie): it has a count of its own.

    People who share a browser share its cookie; each has a row of their own.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    token_hash = models.BinaryField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_hash"], name="known_device_once")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%F %T}"
