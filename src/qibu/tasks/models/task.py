from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.ui import formats
from qibu.vehicles.models import Vehicle


class Task(TenantModel):
    """One thing to do for a customer. Several of one customer are done in one call."""

    class Category(models.TextChoices):
        FOLLOW_UP = "follow_up", _("回访")
        PROMISE = "promise", _("承诺")
        DUE = "due", _("到期")
        GREETING = "greeting", _("问候")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        BACKLOG = "backlog", _("待放出")  # fell due before the store's data came in
        OPEN = "open", _("待办")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("已接通")
        NOT_REACHED = "not_reached", _("未接通")
        CALL_BACK = "call_back", _("改约")
        WRONG_NUMBER = "wrong_number", _("号码错误")
        DO_NOT_CALL = "do_not_call", _("不愿被打扰")

    class Desk(models.TextChoices):
        ANY = "", _("不限")
        SERVICE = "service", _("售后")
        SALES = "sales", _("销售")

    category = models.TextField(choices=Category)
    kind = models.CharField(max_length=60)  # plan and step code, or promise, todo …
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=300, blank=True)
    state = models.TextField(choices=State, default=State.OPEN)
    customer = TenantForeignKey(Customer, null=True, blank=True)
    vehicle = TenantForeignKey(Vehicle, null=True, blank=True)
    assignee = TenantForeignKey(Staff, null=True, blank=True)  # null = the visible pool
    assigned_at = models.DateTimeField(null=True)
    covered_for = TenantForeignKey(Staff, null=True, blank=True)  # whose work it is while the assignee stands in
    # Who sees it while it lies in the pool.
    desk = models.TextField(choices=Desk, blank=True, default=Desk.ANY, db_default="")
    due_at = models.DateTimeField()  # the main clock's end
    shown_from = models.DateTimeField(db_default=Now())  # on no work list before
    # What the customer spends: the order of the backlog.
    value = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    facts = models.JSONField(default=dict)  # what the script and the row tell
    # Once per organisation, so that planning again doubles nothing; null for what is made by hand.
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.TextField(choices=Outcome, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = TenantForeignKey(Staff, null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="task_key_once")]
        indexes = [
            models.Index(
                fields=["organisation", "assignee", "due_at", "id"], name="task_work_list",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["organisation", "due_at", "id"], name="task_open", condition=models.Q(state="open")),
            models.Index(
                fields=["organisation", "due_at", "id"], name="task_pool",
                condition=models.Q(state="open", assignee__isnull=True),
            ),
            models.Index(
                fields=["organisation", "-value", "id"], name="task_backlog", condition=models.Q(state="backlog")
            ),
            models.Index(fields=["organisation", "customer", "state"], name="task_by_customer"),
            models.Index(fields=["organisation", "closed_by", "closed_at"], name="task_done_by"),
            models.Index(
                fields=["organisation", "covered_for"], name="task_covered",
                condition=models.Q(covered_for__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The title in the language of the page; plans bring an English one, people write one."""
        return self.title if formats.chinese() else self.facts.get("title_en") or self.title


class Attempt(TenantModel):
    """One try at a task and what came of it. A try can be taken back within the day."""

    task = TenantForeignKey(Task, models.CASCADE, related_name="tries")
    outcome = models.TextField(choices=Task.Outcome)
    note = models.TextField(blank=True)
    next_at = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)  # the task as it was, to undo
    at = models.DateTimeField(db_default=Now())
    by = TenantForeignKey(Staff, null=True)
    undone_at = models.DateTimeField(null=True)
    # One form sent twice is one call, and the tries of one call share it.
    token = models.CharField(max_length=36, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "token", "task"], name="attempt_once", condition=~models.Q(token="")
            )
        ]
        indexes = [models.Index(fields=["organisation", "task", "-at"], name="attempt_of_task")]

    def __str__(self) -> str:
        return self.outcome
