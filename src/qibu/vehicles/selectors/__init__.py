"""What people may read of cars: one door. Every read starts from `visible`."""

from qibu.vehicles.selectors.cars import (
    Car,
    Cover,
    Part,
    car_or_404,
    cars_of,
    covers_of,
    find,
    fleets_of,
    furnished,
    living_part_or_404,
    masked_vin,
    owner_id_of,
    owner_id_on,
    owners_of,
    parts_of,
    plates_of,
    policies_of,
    policy_or_404,
    readings_of,
    series_choices,
    title_of,
    visible,
)

__all__ = [
    "Car", "Cover", "Part",
    "car_or_404", "cars_of", "covers_of", "find", "fleets_of", "furnished", "living_part_or_404", "masked_vin",
    "owner_id_of", "owner_id_on", "owners_of", "parts_of", "plates_of", "policies_of", "policy_or_404", "readings_of",
    "series_choices", "title_of", "visible",
]  # fmt: skip
