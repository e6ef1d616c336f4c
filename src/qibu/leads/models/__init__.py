from qibu.leads.models.content import GradePace, LossReason, Source, Stage
from qibu.leads.models.lead import Lead, LeadKey, StageChange
from qibu.leads.models.scoring import ScoringRefusal, Tally

__all__ = [
    "GradePace", "Lead", "LeadKey", "LossReason", "ScoringRefusal", "Source", "Stage", "StageChange", "Tally",
]  # fmt: skip
