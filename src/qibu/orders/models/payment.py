from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.orders.models.order import Order


class Payment(TenantModel):
    """Money that came in for an order, or went back. A mistake is struck out with its reason, never removed."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("定金或订金")
        INSTALMENT = "instalment", _("分期付的车款")
        LOAN = "loan", _("贷款放款")
        BALANCE = "balance", _("尾款")
        REFUND = "refund", _("退款")

    class Way(models.TextChoices):
        CARD = "card", _("刷卡")
        TRANSFER = "transfer", _("银行转账")
        WECHAT = "wechat", _("微信")
        ALIPAY = "alipay", _("支付宝")
        CASH = "cash", _("现金")
        LENDER = "lender", _("金融机构")

    order = TenantForeignKey(Order, related_name="payments")
    kind = models.TextField(choices=Kind)
    way = models.TextField(choices=Way)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    on = models.DateField()
    receipt = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True)
    struck_by = TenantForeignKey(Staff, null=True)
    struck_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "receipt"], name="receipt_once",
                condition=models.Q(struck_at__isnull=True) & ~models.Q(receipt=""),
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_is_an_amount"),
        ]
        indexes = [models.Index(fields=["organisation", "order", "on"], name="payment_of_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
