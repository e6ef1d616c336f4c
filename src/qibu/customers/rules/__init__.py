"""The rules of customers: plain Python, one file a subject, one door."""

from qibu.customers.rules.addresses import mask_address
from qibu.customers.rules.birthday_text import lunar_words, read_birthday, write_birthday
from qibu.customers.rules.birthdays import lunar_of_solar, next_birthday, solar_of_lunar
from qibu.customers.rules.completeness import completeness, missing
from qibu.customers.rules.consents import Stated, by_contract, newest, permits
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
from qibu.customers.rules.query import Term, read_query
from qibu.customers.rules.tags import LONGEST_TAG, read_tags
from qibu.customers.rules.tokens import PhonePrint, Token, customer_tokens, tail_of, tail_token, whole_token

__all__ = [
    "LONGEST_TAG",
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
    "PhonePrint",
    "Stated",
    "Term",
    "Token",
    "UnusableIdentity",
    "UnusablePhone",
    "birth_and_gender_of",
    "by_contract",
    "completeness",
    "customer_tokens",
    "looks_like_company",
    "lunar_of_solar",
    "lunar_words",
    "mask_address",
    "mask_identity",
    "mask_phone",
    "missing",
    "name_tokens",
    "newest",
    "next_birthday",
    "permits",
    "person_kind_of",
    "pinyin_of",
    "read_birthday",
    "read_company_code",
    "read_identity",
    "read_name",
    "read_name_and_gender",
    "read_phone",
    "read_phone_cell",
    "read_phones",
    "read_query",
    "read_tags",
    "search_token",
    "solar_of_lunar",
    "sort_key",
    "tail_of",
    "tail_token",
    "whole_token",
    "without_legal_form",
    "write_birthday",
]
