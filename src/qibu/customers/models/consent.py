from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Consent(TenantModel):
    """What the customer agreed to, per purpose and channel (PIPL arts. 13–15); the newest row of a pair counts."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("服务提醒")
        SURVEY = "survey", _("满意度回访")
        MARKETING = "marketing", _("营销活动")
        SHARING = "sharing", _("与厂家共享")

    class Channel(models.TextChoices):
        PHONE = "phone", _("电话")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        EMAIL = "email", _("邮件")
        ANY = "any", _("任何方式")

    class State(models.TextChoices):
        GIVEN = "given", _("同意")
        REFUSED = "refused", _("拒绝")
        WITHDRAWN = "withdrawn", _("撤回")

    class Basis(models.TextChoices):
        CONSENT = "consent", _("本人同意")
        CONTRACT = "contract", _("履行合同")

    customer = TenantForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.TextField(choices=Purpose)
    channel = models.TextField(choices=Channel)
    state = models.TextField(choices=State)
    basis = models.TextField(choices=Basis, default=Basis.CONSENT)
    evidence = models.CharField(max_length=200, blank=True)
    by = TenantForeignKey(Staff, null=True)
    import_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "customer", "purpose", "channel", "-at"], name="consent_newest")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel} {self.state}"


class Hold(TenantModel):
    """A reason not to approach a customer, with its source; lifted by setting `lifted_at`."""

    class Reach(models.TextChoices):
        MARKETING = "marketing", _("暂停营销")
        EVERYTHING = "everything", _("不再主动联系")

    customer = TenantForeignKey(Customer, models.CASCADE, related_name="holds")
    reach = models.TextField(choices=Reach)
    reason = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    by = TenantForeignKey(Staff, null=True)
    placed_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = TenantForeignKey(Staff, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "customer"], name="hold_live", condition=models.Q(lifted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.reason
