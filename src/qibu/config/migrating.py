"""Bring the database up to date: tables by the owner role, then the default content."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import django
from django.core.management import call_command


def bring_up_to_date(report: Callable[[str], None]) -> None:
    """Run open migrations. Django must be set up."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qibu.config.settings")
    django.setup()
    bring_up_to_date(lambda text: print(text, file=sys.stderr))


if __name__ == "__main__":
    main()
