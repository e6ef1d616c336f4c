from qibu.leads.models.content import Source, Stage
from qibu.leads.models.lead import Lead, LeadKey, StageChange

__all__ = ["Lead", "LeadKey", "Source", "Stage", "StageChange"]
