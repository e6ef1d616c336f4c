"""What falls due, as a spreadsheet."""

from qibu.care.views import DueList
from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability

register(Sheet(DueList, Capability.CUSTOMERS_EXPORT, "care:dues"))
