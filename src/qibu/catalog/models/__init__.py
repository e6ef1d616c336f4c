from qibu.catalog.models.car_model import CarModel

__all__ = ["CarModel"]
