from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.absence import Absence
from qibu.network.models.accounts import (
    KnownDevice,
    OpenSession,
    RecoveryCode,
    SecondFactor,
    SignInAttempt,
    User,
)
from qibu.network.models.batch import BatchAct, BatchRow
from qibu.network.models.custom import CustomField
from qibu.network.models.export import Export, ExportRow
from qibu.network.models.handover import HandOver, HandOverItem
from qibu.network.models.once import Once
from qibu.network.models.organisation import Organisation
from qibu.network.models.saved_view import SavedView
from qibu.network.models.security import SecurityPolicy
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import InheritedModel, TenantModel
from qibu.network.models.token import ApiToken
from qibu.network.models.verification import Verification

__all__ = [
    "Absence",
    "ApiToken",
    "BatchAct",
    "BatchRow",
    "CustomField",
    "Export",
    "ExportRow",
    "HandOver",
    "HandOverItem",
    "InheritedModel",
    "KnownDevice",
    "Once",
    "OpenSession",
    "Organisation",
    "RecoveryCode",
    "SavedView",
    "SecondFactor",
    "SecurityPolicy",
    "SignInAttempt",
    "Staff",
    "TenantForeignKey",
    "TenantModel",
    "User",
    "Verification",
]
