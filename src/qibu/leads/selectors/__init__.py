"""What people may read of leads. Every read starts from `visible`."""

from qibu.leads.selectors.content import source_called, sources, stage_called, stages_for
from qibu.leads.selectors.leads import lead_or_404, of_customer, sellers, visible

__all__ = [
    "lead_or_404", "of_customer", "sellers", "source_called", "sources", "stage_called", "stages_for", "visible",
]  # fmt: skip
