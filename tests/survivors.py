"""Gates and filters whose absence no part of the matrix notices, and why that is all the same: the name of the site
(`mutants.Site.name`) and a sentence."""

from __future__ import annotations

SURVIVORS: dict[str, str] = {}
