from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now, Upper

from qibu.kernel.fields import SealedTextField


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A sign-in. What a person may do hangs on their staff rows, one per organisation."""

    username = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(db_default=Now())
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
    trusted_until = models.DateTimeField(null=True)  # until then the password alone is enough here

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_hash"], name="known_device_once")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%F %T}"


class SecondFactor(models.Model):
    """The secret that a person's app shares with us. `pending` is one that is being set up: it counts once a code of
    it was typed, and the one before counts until then."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="second_factor")
    secret = SealedTextField(null=True)
    pending = SealedTextField(null=True)
    last_step = models.BigIntegerField(default=0)  # of the newest code that was used: none is taken twice
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} since {self.since:%F}" if self.since else f"{self.user_id}, being set up"


class RecoveryCode(models.Model):
    """A code on paper for the day the telephone is gone. Only its keyed hash is kept, and each is good once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(max_length=16)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {'used' if self.used_at else 'unused'}"


class OpenSession(models.Model):
    """A sign-in that lasts: where from and when it was last used, so that people see and end their own. The session
    itself is Django's; where it is gone, this row means nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="open_session_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.began_at:%F %T}"
