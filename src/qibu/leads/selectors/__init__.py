"""What people may read of leads. Every read starts from `visible`."""

from qibu.leads.selectors.content import (
    StageBook,
    loss_called,
    loss_reasons,
    source_called,
    sources,
    stage_called,
    stages_for,
)
from qibu.leads.selectors.leads import lead_or_404, of_customer, others_of, sellers, visible
from qibu.leads.selectors.needs import has, lacks, reachable
from qibu.leads.selectors.pace import pace_of

__all__ = [
    "StageBook", "has", "lacks", "lead_or_404", "loss_called", "loss_reasons", "of_customer", "others_of", "pace_of",
    "reachable", "sellers", "source_called", "sources", "stage_called", "stages_for", "visible",
]  # fmt: skip
