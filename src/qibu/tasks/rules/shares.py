"""Figures as parts of a hundred, so that they neither flatter nor fail to add up."""

from __future__ import annotations

from collections.abc import Sequence


def rate(part: int, whole: int) -> int | None:
    """Rounded; a hundred only if all, none only if none of them. Without any there is no rate."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    if part in {0, whole}:
        return rounded
    return min(max(rounded, 1), 99)


def of_hundred(numbers: Sequence[int]) -> list[int]:
    """The parts of a whole add up to a hundred (largest remainders, Hare–Niemeyer; of equal ones the first)."""
    whole = sum(numbers)
    if not whole:
        return [0] * len(numbers)
    shares = [number * 100 // whole for number in numbers]
    by_remainder = sorted(range(len(numbers)), key=lambda place: -(numbers[place] * 100 % whole))
    for place in by_remainder[: 100 - sum(shares)]:
        shares[place] += 1
    return shares
