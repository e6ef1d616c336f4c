"""The records of the demo world. Times carry the stores' zone; money is yuan; keys are numbers as printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

STORE_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")  # without summer time since 1991


class Role(StrEnum):
    STORE_MANAGER = "store_manager"
    SALES_MANAGER = "sales_manager"
    SALES_CONSULTANT = "sales_consultant"
    SERVICE_MANAGER = "service_manager"
    SERVICE_ADVISOR = "service_advisor"
    TECHNICIAN = "technician"
    CARE_MANAGER = "care_manager"
    CALL_AGENT = "call_agent"
    MARKETING = "marketing"
    TRAINER = "trainer"
    FINANCE = "finance"
    MANUFACTURER_ANALYST = "manufacturer_analyst"
    NETWORK_MANAGER = "network_manager"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


class Stage(StrEnum):
    POTENTIAL = "potential"
    INTENDING = "intending"
    OWNER = "owner"
    BASE = "base"
    INFLUENCER = "influencer"
    LOST = "lost"


class Energy(StrEnum):
    PETROL = "petrol"
    HYBRID = "hybrid"  # plugged in: a green plate
    ELECTRIC = "electric"


@dataclass(frozen=True, slots=True)
class Organisation:
    code: str
    kind: str  # manufacturer, region, dealer
    name: str
    short_name: str
    parent: str | None
    province: str
    city: str
    plate_office: str  # 皖B
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Staff:
    login: str
    name: str
    gender: str
    role: Role
    organisation: str
    phone: str
    hired_on: date
    title: str


@dataclass(frozen=True, slots=True)
class Series:
    code: str
    name: str
    energy: Energy
    body: str
    interval_km: int
    interval_months: int
    first_service_km: int
    first_service_months: int
    warranty_months: int
    warranty_km: int
    battery_months: int | None
    battery_km: int | None


@dataclass(frozen=True, slots=True)
class Model:
    code: str
    series: Series
    name: str
    price: int
    descriptor: str  # VIN characters 1 to 8
    first_year: int


@dataclass(frozen=True, slots=True)
class LunarDay:
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: str  # service, marketing, sharing
    channel: str  # phone, sms, wechat, any
    given_on: date
    evidence: str
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    number: str
    store: str
    stage: Stage
    is_company: bool
    name: str
    contact_name: str  # companies only
    gender: str
    birthday: date | None
    lunar_birthday: LunarDay | None
    phone: str
    second_phone: str
    id_number: str
    preferred_channel: str
    preferred_time: str
    province: str
    city: str
    district: str
    address: str
    occupation: str
    industry: str
    education: str
    income_band: str
    family: str
    hobbies: tuple[str, ...]
    taboos: tuple[str, ...]
    driving_habit: str
    source: str
    tags: tuple[str, ...]
    card_tier: str
    consents: tuple[Consent, ...]
    seller: str  # sign-in names
    advisor: str
    created_on: date
    intent_grade: str  # H, A, B, C; empty for owners
    interest: str  # series code
    next_contact_at: datetime | None
    lost_on: date | None
    lost_reason: str
    remark: str


@dataclass(frozen=True, slots=True)
class Car:
    number: str
    store: str
    owner: str  # customer number
    vin: str
    plate: str  # empty until registered
    model: Model
    colour: str
    price: Decimal
    purchased_on: date
    delivered_at: datetime
    registered_on: date | None
    seller: str
    advisor: str
    use: str  # 家用, 公务, 营运
    warranty_ends_on: date
    battery_warranty_ends_on: date | None
    sold_on: date | None


@dataclass(frozen=True, slots=True)
class CarUser:
    """A person other than the owner who uses the car: the wife, the driver of a firm."""

    car: str
    customer: str
    relation: str


@dataclass(frozen=True, slots=True)
class Policy:
    number: str
    store: str
    car: str
    kind: str  # compulsory, commercial
    insurer: str
    starts_on: date
    ends_on: date
    premium: Decimal
    renews: str | None  # number of the policy before
    through_store: bool


@dataclass(frozen=True, slots=True)
class Reading:
    store: str
    car: str
    read_on: date
    km: int
    source: str  # delivery, visit, call


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    labour: Decimal
    parts: Decimal


@dataclass(frozen=True, slots=True)
class Visit:
    number: str
    store: str
    car: str
    vin: str
    plate: str
    kind: str
    brought_by: str
    brought_by_phone: str
    arrived_at: datetime
    left_at: datetime | None  # none: still in the workshop
    km: int
    jobs: tuple[Job, ...]
    labour: Decimal
    parts: Decimal
    total: Decimal
    payer: str  # customer, warranty, insurer
    advisor: str
    technician: str
    complaint: str  # the customer's words


@dataclass(frozen=True, slots=True)
class Appointment:
    number: str
    store: str
    car: str
    customer: str
    at: datetime
    kind: str
    channel: str
    advisor: str
    request: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """What a member of staff told a customer to answer, and by when."""

    number: str
    store: str
    customer: str
    car: str
    staff: str
    made_at: datetime
    due_at: datetime
    text: str
    kept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Household:
    """What is made together: a customer or a couple, with all they have."""

    customers: tuple[Customer, ...]
    cars: tuple[Car, ...]
    users: tuple[CarUser, ...]
    policies: tuple[Policy, ...]
    readings: tuple[Reading, ...]
    visits: tuple[Visit, ...]
    appointments: tuple[Appointment, ...]
    promises: tuple[Promise, ...]

    @property
    def rows(self) -> int:
        parts = (self.customers, self.cars, self.users, self.policies)
        later = (self.readings, self.visits, self.appointments, self.promises)
        return sum(map(len, parts)) + sum(map(len, later))
