from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from qibu.kernel.scoping import ScopedManager


class CurrentTransaction(models.Func):
    """The writing transaction's number; readers stay below the oldest one still running."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """One thing that happened. Append-only: the product's role may insert and select, nothing else."""

    organisation_id = models.BigIntegerField()
    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    type = models.TextField()
    at = models.DateTimeField(db_default=Now())  # when it happened
    recorded_at = models.DateTimeField(db_default=Now())  # when it was written
    actor_id = models.BigIntegerField(null=True)  # staff; null = the system
    customer_id = models.BigIntegerField(null=True)
    vehicle_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)  # the row the event is about, by type
    batch_id = models.BigIntegerField(null=True)  # the import that brought it
    retracts_id = models.BigIntegerField(null=True)  # the entry that this one takes back
    timeline = models.BooleanField(db_default=False)
    data = models.JSONField(default=dict)

    objects = ScopedManager["Entry"]()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "xid", "id"], name="entry_reading_order"),
            models.Index(
                fields=["organisation_id", "customer_id", "at", "id"],
                name="entry_time_line",
                condition=models.Q(timeline=True),
            ),
            models.Index(fields=["organisation_id", "at", "id"], name="entry_by_time"),
            models.Index(
                fields=["organisation_id", "retracts_id"],
                name="entry_retracted",
                condition=models.Q(retracts_id__isnull=False),
            ),
            models.Index(
                fields=["organisation_id", "batch_id"],
                name="entry_batch",
                condition=models.Q(batch_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} #{self.pk}"


class ReaderPosition(models.Model):
    """How far a reader of the journal has come in one organisation."""

    organisation_id = models.BigIntegerField()
    reader = models.TextField()
    xid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)

    objects = ScopedManager["ReaderPosition"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "reader"], name="reader_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.reader} of {self.organisation_id}"


class Parked(models.Model):
    """An entry that a reader could not handle. The reader goes on; the entry is tried again, ever more rarely."""

    organisation_id = models.BigIntegerField()
    reader = models.TextField()
    entry_id = models.BigIntegerField()
    error = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    parked_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField()

    objects = ScopedManager["Parked"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "reader", "entry_id"], name="parked_once")
        ]

    def __str__(self) -> str:
        return f"{self.reader} at #{self.entry_id}"


class Seal(models.Model):
    """A piece of an organisation's chain over its journal (`kernel.sealing`): which entries, in which order, and the
    digest after each. Append-only like the journal itself."""

    organisation_id = models.BigIntegerField()
    number = models.PositiveIntegerField()  # 1, 2, 3 … without a gap
    entries = ArrayField(models.BigIntegerField())
    links = models.BinaryField()  # 32 bytes for each entry
    total = models.BigIntegerField()  # entries up to here, from the beginning
    last_xid = models.BigIntegerField()
    sealed_at = models.DateTimeField(db_default=Now())

    objects = ScopedManager["Seal"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "number"], name="seal_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.organisation_id}: {self.total} entries"

    @property
    def digest(self) -> bytes:
        return bytes(self.links)[-32:]


class Resealing(models.Model):
    """What was sealed gets under a new key, in the background. How far it is follows from the rows themselves, so a
    killed process costs nothing; this row is what people see of it, and where they stop it."""

    key = models.PositiveSmallIntegerField()
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    unreadable = models.PositiveBigIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    begun_at = models.DateTimeField(db_default=Now())
    beat = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"key {self.key}: {self.done} of {self.total}"
