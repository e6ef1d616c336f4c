from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qibu.kernel.actors import Actor
from qibu.network.services import accounts, organisations
from qibu.network.services.organisations import Founder, Profile

PASSWORD = "七步铜陵店-2026"


@pytest.fixture
def quick(settings: Any) -> Iterator[None]:
    """Passwords are hashed fast: the real way is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    organisations._founded_once.cache_clear()
    yield
    organisations._founded_once.cache_clear()


@pytest.fixture
def store() -> Actor:
    """A store that was just founded by somebody who signs in as `wangqiang`."""
    credentials = accounts.prepare(username="wangqiang", password=PASSWORD)
    return organisations.found(code="TL01", profile=Profile("铜陵店"), founder=Founder("王强", credentials))
