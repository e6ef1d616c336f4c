"""Tags as people write several of them in one field: 老客户、爱钓鱼."""

import re

LONGEST_TAG = 30
_BETWEEN = re.compile(r"[\s、，,;；|/]+")


def read_tags(text: str) -> list[str]:
    """The words in their order, each once."""
    return list(dict.fromkeys(word for word in _BETWEEN.split(text) if word))
