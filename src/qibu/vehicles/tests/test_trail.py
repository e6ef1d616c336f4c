"""The audit trail tells cars apart without giving their plates away."""

import pytest

from qibu.vehicles.trail import masked


@pytest.mark.parametrize(
    ("plate", "vin", "shown"),
    [("皖BZK773", "LVVDB11B8MD001323", "皖B**773"), ("", "LVVDB11B8MD001323", "**323"), ("", None, "")],
)
def test_a_car_is_called_by_the_end_of_its_plate(plate: str, vin: str | None, shown: str) -> None:
    assert masked(plate, vin) == shown
