"""Spot checks as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.spotchecks.lists import CheckList

register(Sheet(CheckList, Capability.CUSTOMERS_EXPORT, "spotchecks:list"))
