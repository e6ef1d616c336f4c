from __future__ import annotations

import pytest
from django.test import Client

from qibu.kernel.actors import Actor
from qibu.network.models import User
from qibu.network.services import organisations
from qibu.network.services.accounts import Credentials
from qibu.network.services.organisations import Founder, Profile


@pytest.fixture
def manager() -> Actor:
    founder = Founder("沈亦舟", Credentials("shen", "!"))
    return organisations.found(code="A", profile=Profile("弋江店"), founder=founder)


@pytest.fixture
def page(client: Client, manager: Actor) -> Client:
    client.force_login(User.objects.get(username="shen"))
    session = client.session
    session["organisation"] = manager.organisation_id
    session.save()
    return client
