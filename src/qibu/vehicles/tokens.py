"""What a car is found by (B10): one definition for entry, import and search."""

from __future__ import annotations

from qibu.customers.rules import search_token

VIN_TAILS = (8, 6, 4)
# Without the province, the serial alone, and what people say of it: five or four signs.
PLATE_STARTS = (1, 2, -5, -4)
SHORTEST_TAIL = 4


def vehicle_tokens(vin: str | None, plate: str) -> set[str]:
    """The tokens of a car, spelled as the search spells what is typed; nine at most, of 32 characters."""
    return _vin_tokens(search_token(vin or "")) | _plate_tokens(search_token(plate))


def source_of(vehicle_id: int) -> str:
    """The name under which the search keeps the tokens of a car."""
    return f"vehicle:{vehicle_id}"


def _vin_tokens(vin: str) -> set[str]:
    return {vin, *(vin[-length:] for length in VIN_TAILS)} if vin else set()


def _plate_tokens(plate: str) -> set[str]:
    tails = {plate[start:] for start in PLATE_STARTS}
    return {tail for tail in tails if len(tail) >= SHORTEST_TAIL} | ({plate} if plate else set())
