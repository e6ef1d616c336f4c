"""Test drives as a spreadsheet."""

from qibu.drives.lists import DriveList
from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability

register(Sheet(DriveList, Capability.CUSTOMERS_EXPORT, "drives:list"))
