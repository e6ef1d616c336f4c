"""What stands against an act on a task, in terms that a page can put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.http import Http404
from django.utils.translation import gettext_lazy as _


class NotYours(Http404):
    """No such task for this actor. Hidden and missing ones look the same."""


class Problem(StrEnum):
    REASON_MISSING = "reason_missing"
    CLOCK_NOT_RUNNING = "clock_not_running"
    CLOCK_NOT_LATE = "clock_not_late"
    BREACH_UNEXPLAINED = "breach_unexplained"
    WORDS_MISSING = "words_missing"
    NOT_OVERDUE = "not_overdue"
    TAKEN_ON = "taken_on"
    SEVERAL_CUSTOMERS = "several_customers"
    CALL_BACK_TIME = "call_back_time"
    TOO_LATE = "too_late"
    CHANGED_SINCE = "changed_since"
    NO_CUSTOMER = "no_customer"
    CLOSED = "closed"
    NOT_CLOSED = "not_closed"
    NOBODY = "nobody"
    NEVER_OPEN = "never_open"
    LADDER_BROKEN = "ladder_broken"
    BARRED = "barred"


WORDS = {
    Problem.REASON_MISSING: _("请写明原因。"),
    Problem.CLOCK_NOT_RUNNING: _("这只时钟现在没有在走，不能暂停或继续。"),
    Problem.CLOCK_NOT_LATE: _("这件事没有超时，不需要说明。"),
    Problem.BREACH_UNEXPLAINED: _("已经超过时限了，请选一个原因，再记录结果。"),
    Problem.WORDS_MISSING: _("选了「其他」，请写一句是什么原因。"),
    Problem.NOT_OVERDUE: _("这件任务现在没有超时，不用再接手处理。"),
    Problem.TAKEN_ON: _("已经有同事在处理这件超时了。"),
    Problem.SEVERAL_CUSTOMERS: _("一次只能记录同一位客户的任务。"),
    Problem.CALL_BACK_TIME: _("改约要选一个以后的时间。"),
    Problem.TOO_LATE: _("只能撤销当天的记录。要更正请在客户页写一条备注。"),
    Problem.CHANGED_SINCE: _("这件任务后来又有了新的记录，请先撤销后面那一次。"),
    Problem.NO_CUSTOMER: _("承诺要写明是答应哪位客户的。"),
    Problem.CLOSED: _("这件任务已经结束了。"),
    Problem.NOT_CLOSED: _("这件任务还没有结束，不用重新打开。"),
    Problem.NOBODY: _("请选一位在职的同事。"),
    Problem.LADDER_BROKEN: _("这样改和同事刚存的合不到一起：每次上报都要有时间和岗位，前后至少隔一小时。"),
    Problem.NEVER_OPEN: _("一周里至少要有一天营业，否则没有一个时限能算出来。"),
}


class NotAllowedNow(ValueError):
    """The task is not in a state for this act; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem

    @property
    def words(self) -> str:
        return str(WORDS[self.problem])


class Barred(NotAllowedNow):
    """What the task is about asks for something else first, which the sentence of its app says."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Problem.BARRED)
        self.sentence = sentence

    @property
    def words(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Rival:
    """Who was first, and when."""

    name: str
    at: datetime | None
    closed: bool = True  # else they have only taken it


class AlreadyDone(RuntimeError):
    """Somebody else was first; pages answer 409 with who it was."""

    def __init__(self, task_id: int, rival: Rival) -> None:
        super().__init__(f"task {task_id}")
        self.task_id, self.rival = task_id, rival
