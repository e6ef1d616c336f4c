"""Gates and filters that the matrix does not miss when they are gone, by the name of the site (`mutants.Site.name`).

`ELSEWHERE`: a test of the app notices, and which. `SURVIVORS`: nobody can tell the difference, and why.
"""

from __future__ import annotations

FENCE = "row security shows and changes rows of one's own organisation alone, table by table: `test_fences`"

SURVIVORS: dict[str, str] = {}

ELSEWHERE: dict[str, str] = {}
