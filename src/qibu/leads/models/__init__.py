from qibu.leads.models.allocation import (
    AllocationRule,
    Duty,
    GroupMember,
    LeadPolicy,
    Placement,
    SellerGroup,
    SellerShare,
)
from qibu.leads.models.content import GradePace, LossReason, Source, Stage
from qibu.leads.models.lead import Lead, LeadKey, StageChange
from qibu.leads.models.scoring import ScoringRefusal, Tally

__all__ = [
    "AllocationRule", "Duty", "GradePace", "GroupMember", "Lead", "LeadKey", "LeadPolicy", "LossReason", "Placement",
    "ScoringRefusal", "SellerGroup", "SellerShare", "Source", "Stage", "StageChange", "Tally",
]  # fmt: skip
