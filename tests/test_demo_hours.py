"""The demo is alive at whatever hour it is planted: the service manager's bell rings."""

from datetime import datetime

import pytest
from django.test import override_settings

from drawing import drawn
from qibu.demo import seed
from qibu.demo.records import Role
from qibu.demo.shop import Shop
from qibu.demo.world import World
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.tasks.models import Attempt, Escalation, Task
from qibu.tasks.selectors import workbench
from qibu.testing import _restore

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"


HOURS = (
    datetime(2026, 11, 26, 4, 2, tzinfo=times.ZONE), datetime(2026, 11, 26, 9, 31, tzinfo=times.ZONE),
    datetime(2026, 10, 3, 22, 15, tzinfo=times.ZONE),
)  # fmt: skip


@pytest.mark.by_turns
@pytest.mark.parametrize("now", drawn(HOURS, 1, "hours"), ids="{:%H:%M}".format)
def test_delays_have_climbed_to_the_service_manager(now, django_db_setup, django_db_blocker, tmp_path_factory):
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    files["OPTIONS"] = {"location": tmp_path_factory.mktemp("files")}
    storages = {"default": files, "staticfiles": {"BACKEND": PLAIN_FILES}}
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=[QUICK], STORAGES=storages):
        _restore(None)
        seed.plant(lambda _text: None, customers=60, visits=350, stores=1, now=now)
        world = World(seed.SEED, times.day_of(now), customers=60, visits=350)
        shop = Shop.open(world, world.stores[0])
        with scope(shop.system):
            lead = shop.one(Role.SERVICE_MANAGER)
            assert workbench.colleagues_late(lead.staff_id) >= 2
            assert not Escalation.objects.filter(at__gt=now).exists()
            assert Task.objects.filter(state="open", shown_from__lte=now).exists() and Attempt.objects.exists()
        _restore(None)
