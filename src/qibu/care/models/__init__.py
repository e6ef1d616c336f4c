from qibu.care.models.due import Callee, Due, Reckoned, Release
from qibu.care.models.interval import MaintenanceInterval
from qibu.care.models.plan import CarePolicy, Plan, PlanOverride, Step

__all__ = [
    "Callee", "CarePolicy", "Due", "MaintenanceInterval", "Plan", "PlanOverride", "Reckoned", "Release", "Step",
]  # fmt: skip
