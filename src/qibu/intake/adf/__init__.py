"""ADF 1.0, the Auto-lead Data Format: read leniently, written strictly. Plain Python.

The published DTD can't be used as it stands (curly quotes, a missing comma, elements declared but nowhere allowed);
`grammar` is the repaired one, in the order in which a strict reader wants its elements.
"""

from qibu.intake.adf.grammar import Prospect
from qibu.intake.adf.reading import Found, Unreadable, read
from qibu.intake.adf.writing import write

__all__ = ["Found", "Prospect", "Unreadable", "read", "write"]
