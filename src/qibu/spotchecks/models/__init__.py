from qibu.spotchecks.models.check import Check, Draw
from qibu.spotchecks.models.content import Question, SampleRule
from qibu.spotchecks.models.ledger import LedgerEntry, Proposal

__all__ = ["Check", "Draw", "LedgerEntry", "Proposal", "Question", "SampleRule"]
