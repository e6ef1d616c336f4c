"""The rules of customers: plain Python, one file a subject, one door."""

from qibu.customers.rules.birthdays import lunar_of_solar, next_birthday, solar_of_lunar
from qibu.customers.rules.identities import (
    Gender,
    Identity,
    IdentityFault,
    LostDigits,
    UnusableIdentity,
    birth_and_gender_of,
    mask_identity,
    read_company_code,
    read_identity,
)
from qibu.customers.rules.names import (
    CustomerKind,
    PersonKind,
    looks_like_company,
    person_kind_of,
    read_name,
    read_name_and_gender,
    without_legal_form,
)
from qibu.customers.rules.phones import (
    Phone,
    PhoneFault,
    PhoneKind,
    UnusablePhone,
    mask_phone,
    read_phone,
    read_phone_cell,
    read_phones,
)
from qibu.customers.rules.pinyin import TOKEN_LENGTH, name_tokens, pinyin_of, search_token, sort_key

__all__ = [
    "TOKEN_LENGTH",
    "CustomerKind",
    "Gender",
    "Identity",
    "IdentityFault",
    "LostDigits",
    "PersonKind",
    "Phone",
    "PhoneFault",
    "PhoneKind",
    "UnusableIdentity",
    "UnusablePhone",
    "birth_and_gender_of",
    "looks_like_company",
    "lunar_of_solar",
    "mask_identity",
    "mask_phone",
    "name_tokens",
    "next_birthday",
    "person_kind_of",
    "pinyin_of",
    "read_company_code",
    "read_identity",
    "read_name",
    "read_name_and_gender",
    "read_phone",
    "read_phone_cell",
    "read_phones",
    "search_token",
    "solar_of_lunar",
    "sort_key",
    "without_legal_form",
]
