from qibu.customers.models.consent import Consent, Hold
from qibu.customers.models.customer import ContactPoint, Customer, Relation
from qibu.customers.models.duplicate import Duplicate
from qibu.customers.models.erasure import Erasure
from qibu.customers.models.merge import Merge, MergeChange
from qibu.customers.models.search import SearchToken
from qibu.customers.models.tag import Tag, Tagging

__all__ = [
    "Consent", "ContactPoint", "Customer", "Duplicate", "Erasure", "Hold", "Merge", "MergeChange", "Relation",
    "SearchToken", "Tag", "Tagging",
]  # fmt: skip
