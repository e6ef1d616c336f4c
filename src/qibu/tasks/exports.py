"""Tasks as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.tasks.views.lists import TaskList

register(Sheet(TaskList, Capability.CUSTOMERS_EXPORT, "tasks:list"))
