from qibu.vehicles.models.ownership import Ownership
from qibu.vehicles.models.policy import Policy
from qibu.vehicles.models.reading import Reading
from qibu.vehicles.models.transfer import Transfer
from qibu.vehicles.models.vehicle import Vehicle

__all__ = ["Ownership", "Policy", "Reading", "Transfer", "Vehicle"]
