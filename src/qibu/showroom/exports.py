"""Visitors as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.showroom.lists import VisitorList

register(Sheet(VisitorList, Capability.CUSTOMERS_EXPORT, "showroom:list"))
