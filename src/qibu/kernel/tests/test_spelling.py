"""Chinese is spelled, and who spells nothing carries no dictionaries."""

from __future__ import annotations

import subprocess
import sys

from qibu.kernel.spelling import spelled

SET_UP = """
import sys
import django
django.setup()
from qibu.config import worker
from django.urls import get_resolver
get_resolver().url_patterns
print("pypinyin" in sys.modules)
"""


def test_each_character_is_a_part_and_foreign_words_stay_whole() -> None:
    assert spelled("重庆Tom") == ["chong", "qing", "Tom"]
    assert spelled("李黎", tones=True) == ["li3", "li2"]


def test_no_process_reads_the_dictionaries_before_somebody_asks() -> None:
    done = subprocess.run([sys.executable, "-c", SET_UP], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n", "import qibu.kernel.spelling instead"
