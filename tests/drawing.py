"""What is too much for every run and alike enough: some of it, others each day; all of it with `--all`.

`QIBU_DRAW=2026-11-26` repeats what was drawn on a day.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
DRAW = os.environ["QIBU_DRAW"]  # the day, unless somebody said another


def drawn(found: Sequence[T], most: int, about: object) -> list[T]:
    """At most so many; `about` is what they are drawn for, so that each gets others."""
    if os.environ.get("QIBU_TEST_ALL") or len(found) <= most:
        return list(found)
    return random.Random(f"{DRAW} {about}").sample(list(found), most)
