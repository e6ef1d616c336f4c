from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from qibu.kernel import keys

if TYPE_CHECKING:  # generic for the type checker alone
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class SealedTextField(_Binary):
    """Text that is encrypted at rest. It can't be searched: keep a fingerprint beside it."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = keys.ring().seal(value) if isinstance(value, str) and value else None
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else keys.opened(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise NotImplementedError(f"{self.name} is sealed and is not serialised.")


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A key to a row of the same organisation. The constraint is composite and made by `SecureTable`."""

    tenant_key = True

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("db_index", False)  # composite indexes are declared where queries need them
        super().__init__(to, on_delete, **kwargs)
