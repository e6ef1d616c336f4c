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
from qibu.leads.selectors.leads import (
    held,
    hold,
    hold_tasks,
    lead_or_404,
    must_claim,
    of_customer,
    others_of,
    sellers,
    visible,
    was_open_to,
)
from qibu.leads.selectors.needs import has, lacks, reachable
from qibu.leads.selectors.pace import pace_of
from qibu.leads.selectors.policies import groups, living_rules, policy, rules_of
from qibu.leads.selectors.series import by_series, series_choices, series_key, series_on_sale
from qibu.leads.selectors.team import team

__all__ = [
    "StageBook", "by_series", "groups", "has", "held", "hold", "hold_tasks", "lacks", "lead_or_404", "living_rules",
    "loss_called", "loss_reasons", "must_claim", "of_customer", "others_of", "pace_of", "policy", "reachable",
    "rules_of", "sellers", "series_choices", "series_key", "series_on_sale", "source_called",
    "sources", "stage_called", "stages_for", "team", "visible", "was_open_to",
]  # fmt: skip
