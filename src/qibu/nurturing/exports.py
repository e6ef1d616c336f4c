"""What was sent, as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.nurturing.lists import SendingList

register(Sheet(SendingList, Capability.CUSTOMERS_EXPORT, "nurturing:list"))
