from qibu.aftersales.models.visit import Visit

__all__ = ["Visit"]
