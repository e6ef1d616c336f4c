"""Behind a proxy that nobody told us of: the page names the setting, and only where it is ours to set."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_host_that_nobody_named_is_told_with_its_setting() -> None:
    answer = Client().get("/sign-in/", headers={"host": "crm.example.cn"})
    assert (answer.status_code, "QIBU_HOSTS" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("origin", "setting", "stale"),
    [("https://testserver", True, False), ("https://evil.example", False, True), ("http://testserver", False, True)],
)
def test_a_form_from_this_very_address_is_not_called_stale(origin: str, setting: bool, stale: bool) -> None:
    """A proxy with TLS makes another origin of it; a stranger's page is no setting of ours."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "li"}, headers={"origin": origin, "host": "testserver"})
    page = answer.content.decode()
    assert (answer.status_code, "QIBU_ORIGINS" in page, "开得太久" in page) == (403, setting, stale)
