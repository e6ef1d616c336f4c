"""What people and other systems may read at the doors."""

from qibu.intake.selectors.arrivals import arrival_or_404, arrivals, of_lead, waiting
from qibu.intake.selectors.sources import source_for
from qibu.intake.selectors.written import as_prospect, as_record

__all__ = ["arrival_or_404", "arrivals", "as_prospect", "as_record", "of_lead", "source_for", "waiting"]
