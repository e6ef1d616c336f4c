"""The rules of vehicles: plain Python, one file a subject, one door."""

from qibu.vehicles.rules.makers import MAKERS, Maker
from qibu.vehicles.rules.mileage import LARGEST_MILEAGE, MileageFault, UnreadableMileage, read_mileage
from qibu.vehicles.rules.plates import Plate, PlateKind, read_plate
from qibu.vehicles.rules.privacy import Owned, owner_on, shows_person
from qibu.vehicles.rules.vins import (
    IllegalVin,
    Vin,
    VinFault,
    check_digit_ok,
    maker_of,
    model_year,
    model_years,
    read_vin,
)

__all__ = [
    "LARGEST_MILEAGE",
    "MAKERS",
    "IllegalVin",
    "Maker",
    "MileageFault",
    "Owned",
    "Plate",
    "PlateKind",
    "UnreadableMileage",
    "Vin",
    "VinFault",
    "check_digit_ok",
    "maker_of",
    "model_year",
    "model_years",
    "owner_on",
    "read_mileage",
    "read_plate",
    "read_vin",
    "shows_person",
]
