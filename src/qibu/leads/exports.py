"""Leads as a spreadsheet."""

from qibu.leads.lists import LeadList
from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability

register(Sheet(LeadList, Capability.CUSTOMERS_EXPORT, "leads:list"))
