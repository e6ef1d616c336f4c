"""What people may read of nurturing. Every read of sendings and runs starts from the leads that are visible."""

from qibu.nurturing.selectors.content import (
    fits,
    image_or_404,
    offered,
    piece_or_404,
    resolved_pieces,
    resolved_sequences,
    rules_of,
    rules_source,
    sequence_or_404,
    sequences_in_use,
    series_of,
)
from qibu.nurturing.selectors.entering import Entering, entering
from qibu.nurturing.selectors.figures import Figures, of_pieces, of_sequences
from qibu.nurturing.selectors.sendings import (
    last_openings,
    of_lead,
    runs,
    runs_of_lead,
    sending_or_404,
    sendings,
)

__all__ = [
    "Entering", "Figures", "entering", "fits", "image_or_404", "last_openings", "of_lead", "of_pieces", "of_sequences",
    "offered", "piece_or_404", "resolved_pieces", "resolved_sequences", "rules_of", "rules_source", "runs",
    "runs_of_lead", "sending_or_404", "sendings", "sequence_or_404", "sequences_in_use", "series_of",
]  # fmt: skip
