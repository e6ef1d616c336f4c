from qibu.deliveries.models.content import ListItem, WarrantyTerm
from qibu.deliveries.models.delivery import Delivery, DeliveryFile, Tick

__all__ = ["Delivery", "DeliveryFile", "ListItem", "Tick", "WarrantyTerm"]
