"""Visits as a spreadsheet."""

from qibu.aftersales.lists import VisitList
from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability

register(Sheet(VisitList, Capability.CUSTOMERS_EXPORT, "aftersales:list"))
