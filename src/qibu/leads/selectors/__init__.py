"""What people may read of leads. Every read starts from `visible`."""

from qibu.leads.selectors.content import source_called, sources, stage_called, stages_for
from qibu.leads.selectors.leads import hold, lead_or_404, of_customer, sellers, visible, was_open_to
from qibu.leads.selectors.policies import groups, living_rules, policy, rules_of
from qibu.leads.selectors.team import team

__all__ = [
    "groups", "hold", "lead_or_404", "living_rules", "of_customer", "policy", "rules_of", "sellers", "source_called",
    "sources", "stage_called", "stages_for", "team", "visible", "was_open_to",
]  # fmt: skip
