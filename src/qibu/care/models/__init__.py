from qibu.care.models.due import Callee, Due, Reckoned, Release
from qibu.care.models.interval import MaintenanceInterval
from qibu.care.models.plan import CarePolicy, Plan, Step

__all__ = ["Callee", "CarePolicy", "Due", "MaintenanceInterval", "Plan", "Reckoned", "Release", "Step"]
