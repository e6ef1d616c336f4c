from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.network.models import TenantModel


class WebForm(TenantModel):
    """A form of a campaign, for people who are strangers to the product. Its address holds a secret that can't be
    guessed; `token_hash` finds it."""

    class Ask(models.TextChoices):
        """What may be asked beside name and telephone."""

        MODEL = "model", _("配置")
        COLOUR = "colour", _("颜色")
        BUYS_BY = "buys_by", _("打算什么时候买")
        BUDGET = "budget", _("预算")
        PAYMENT = "payment", _("付款方式")
        TRADE_IN = "trade_in", _("旧车置换")
        TEST_DRIVE = "test_drive", _("预约试驾")
        WECHAT = "wechat", _("微信号")
        EMAIL = "email", _("邮箱")
        CITY = "city", _("所在城市")
        REMARK = "remark", _("留言")

    name = models.CharField(max_length=60)
    source = models.SlugField(max_length=40)  # of a leads.Source
    campaign = models.CharField(max_length=60, blank=True)
    headline = models.CharField(max_length=60)
    intro = models.CharField(max_length=300, blank=True)
    thanks = models.CharField(max_length=300, blank=True)
    cars = models.JSONField(default=list)  # [brand, series], in the order in which they are offered
    asks = ArrayField(models.TextField(choices=Ask), default=list)
    sites = ArrayField(models.CharField(max_length=120), default=list)  # whose pages may show it within theirs
    token = SealedTextField()
    token_hash = models.BinaryField(max_length=16)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "token_hash"], name="web_form_once")]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="web_form_newest"),
            models.Index(fields=["token_hash"], name="web_form_shown"),  # asked before it is known whose it is
        ]

    def __str__(self) -> str:
        return self.name


class ConsentWording(TenantModel):
    """The words by which a form asks for consent, as they were then: the evidence of each yes (PIPL arts. 14, 69).
    Rows are never changed; the highest number counts."""

    form = TenantForeignKey(WebForm, models.CASCADE, related_name="wordings")
    number = models.PositiveIntegerField()
    words = models.CharField(max_length=400)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "form", "number"], name="consent_wording_once")]

    def __str__(self) -> str:
        return f"{self.form_id}/{self.number}"
