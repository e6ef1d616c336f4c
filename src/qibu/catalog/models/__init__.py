from qibu.catalog.models.car_model import CarModel
from qibu.catalog.models.extra import Extra
from qibu.catalog.models.rate_table import RateTable

__all__ = ["CarModel", "Extra", "RateTable"]
