from qibu.quotes.models.content import LoanPlan, QuoteRules
from qibu.quotes.models.quote import Appraisal, LinkAnswer, Quote, QuoteLink, Variant

__all__ = ["Appraisal", "LinkAnswer", "LoanPlan", "Quote", "QuoteLink", "QuoteRules", "Variant"]
