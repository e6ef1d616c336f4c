from qibu.leads.models.allocation import (
    AllocationRule,
    Duty,
    GroupMember,
    LeadPolicy,
    Placement,
    SellerGroup,
    SellerShare,
)
from qibu.leads.models.content import Source, Stage
from qibu.leads.models.lead import Lead, LeadKey, StageChange

__all__ = [
    "AllocationRule",
    "Duty",
    "GroupMember",
    "Lead",
    "LeadKey",
    "LeadPolicy",
    "Placement",
    "SellerGroup",
    "SellerShare",
    "Source",
    "Stage",
    "StageChange",
]
