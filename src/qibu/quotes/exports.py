"""Quotations as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.quotes.lists import QuoteList

register(Sheet(QuoteList, Capability.CUSTOMERS_EXPORT, "quotes:list"))
