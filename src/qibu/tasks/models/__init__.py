from qibu.tasks.models.calendar import CalendarDay, WorkCalendar
from qibu.tasks.models.clock import Clock, Escalation, Rung
from qibu.tasks.models.task import Attempt, Task

__all__ = ["Attempt", "CalendarDay", "Clock", "Escalation", "Rung", "Task", "WorkCalendar"]
