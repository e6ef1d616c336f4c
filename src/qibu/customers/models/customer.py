from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.network.models import Staff, TenantModel

ERASED = "已删除的客户"  # the name of whoever was erased, as it stands in the row


class Customer(TenantModel):
    """One file per customer, person or firm: B1, B2, B4."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("单位")

    class Stage(models.TextChoices):
        POTENTIAL = "potential", _("潜在客户")
        INTENDING = "intending", _("意向客户")
        OWNER = "owner", _("保有客户")
        LOST = "lost", _("流失客户")

    class Gender(models.TextChoices):
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    class Channel(models.TextChoices):
        PHONE = "phone", _("电话")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        EMAIL = "email", _("邮件")

    kind = models.TextField(choices=Kind, default=Kind.PERSON)
    stage = models.TextField(choices=Stage, default=Stage.OWNER)
    name = models.CharField(_("姓名"), max_length=80, blank=True)
    sort_key = models.CharField(max_length=160, blank=True)  # pinyin, for the order of lists
    gender = models.TextField(choices=Gender, blank=True)
    birthday = models.DateField(null=True, blank=True)
    birthday_lunar = models.BooleanField(default=False)
    identity = SealedTextField(null=True, blank=True)  # identity number or company code
    identity_hash = models.BinaryField(max_length=16, null=True)

    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    education = models.CharField(max_length=40, blank=True)
    income_band = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)

    vip = models.BooleanField(default=False)
    base_customer = models.BooleanField(default=False)  # 基盘客户: loyal, brings others
    influencer = models.BooleanField(default=False)  # 桩脚客户: local standing, network

    preferred_channel = models.TextField(choices=Channel, blank=True)
    preferred_time = models.CharField(max_length=80, blank=True)
    # The personal file 个性化档案, shown at once when the customer calls (B4)
    family = models.CharField(max_length=200, blank=True)
    hobbies = models.CharField(max_length=200, blank=True)
    taboos = models.CharField(max_length=200, blank=True)
    driving = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True)
    custom = models.JSONField(default=dict, blank=True)

    seller = TenantForeignKey(Staff, null=True, blank=True)
    advisor = TenantForeignKey(Staff, null=True, blank=True)

    # Set: the file was merged into this living one (never into one that is merged itself) and is shown nowhere.
    merged_into = TenantForeignKey("self", null=True)
    # Set: everything that told who this was is gone, on request; what law keeps hangs on an empty file.
    erased_at = models.DateTimeField(null=True)
    import_id = models.BigIntegerField(null=True)  # the load that created the row
    sheet = models.JSONField(default=dict)  # last values a sheet set, by field: hand edits win over repeats
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "sort_key", "id"], name="customer_by_name"),
            models.Index(fields=["organisation", "-updated_at", "-id"], name="customer_by_change"),
            models.Index(fields=["organisation", "advisor", "sort_key", "id"], name="customer_by_advisor"),
            models.Index(fields=["organisation", "seller", "sort_key", "id"], name="customer_by_seller"),
            models.Index(
                fields=["organisation", "source"], name="customer_by_source", condition=~models.Q(source="")
            ),
            models.Index(
                fields=["organisation", "id"], name="customer_of_nobody",
                condition=models.Q(
                    advisor__isnull=True, seller__isnull=True, merged_into__isnull=True, erased_at__isnull=True
                ),
            ),
            models.Index(
                fields=["organisation", "identity_hash"], name="customer_by_identity",
                condition=models.Q(identity_hash__isnull=False),
            ),
            models.Index(
                fields=["organisation", "import_id"], name="customer_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
            models.Index(
                fields=["organisation", "birthday", "city"], name="customer_by_birthday",
                condition=models.Q(birthday__isnull=False),
            ),
            models.Index(
                fields=["organisation", "merged_into"], name="customer_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        if self.name == ERASED:
            return str(_("已删除的客户"))
        return self.name or str(_("（未留姓名）"))


class ContactPoint(TenantModel):
    """A way to reach a customer or one of their people. Phones are sealed; `hash` finds them."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("电话")
        WECHAT = "wechat", _("微信")
        EMAIL = "email", _("邮件")

    customer = TenantForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.TextField(choices=Kind, default=Kind.PHONE)
    value = SealedTextField()
    masked = models.CharField(max_length=80)
    hash = models.BinaryField(max_length=16)
    person = models.CharField(max_length=60, blank=True)  # whose, when not the customer's own
    role = models.CharField(max_length=40, blank=True)  # 联系人, 送修人, 司机 …
    primary = models.BooleanField(default=False)
    unusable = models.BooleanField(default=False)  # wrong number
    import_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "customer", "kind", "hash"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["organisation", "customer"], name="primary_phone_once",
                condition=models.Q(primary=True, kind="phone"),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "hash"], name="contact_point_by_hash")]

    def __str__(self) -> str:
        return self.masked


class Relation(TenantModel):
    """Family, colleagues, who referred whom: so that nobody has to tell it twice."""

    customer = TenantForeignKey(Customer, models.CASCADE, related_name="relations")
    other = TenantForeignKey(Customer, models.CASCADE)
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "customer", "other", "kind"], name="relation_once")
        ]
        indexes = [models.Index(fields=["organisation", "other"], name="relation_by_other")]

    def __str__(self) -> str:
        return self.kind
