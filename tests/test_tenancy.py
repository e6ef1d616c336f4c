"""The two fences of tenancy, read off the real catalogue of PostgreSQL."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from qibu.customers.models import ContactPoint, Customer
from qibu.kernel.actors import Actor
from qibu.kernel.operations import key_name, tenant_keys
from qibu.kernel.scoping import ScopeError, scope
from qibu.network.models import InheritedModel, Organisation, TenantModel

pytestmark = pytest.mark.django_db


def tenant_models() -> list[type]:
    return [m for m in apps.get_models() if issubclass(m, TenantModel)]


def store(code: str) -> Actor:
    return Actor(organisation_id=Organisation.objects.create(code=code, name=code).pk)


def test_the_product_connects_as_a_role_that_row_security_binds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_every_table_with_an_organisation_has_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        secured = {name for (name,) in cursor.fetchall()}
    named = {
        m._meta.db_table
        for m in apps.get_models()
        if any(f.attname == "organisation_id" for f in m._meta.local_fields)
    }
    assert named - secured == set()


def test_every_key_between_tenant_tables_is_composite() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) = 2"
        )
        composite = {name for (name,) in cursor.fetchall()}
    wanted = {key_name(m._meta.db_table, f.column) for m in tenant_models() for f in tenant_keys(m)}
    assert wanted - composite == set()


def test_keys_between_tenant_tables_are_tenant_keys() -> None:
    plain = [
        f"{m.__name__}.{f.name}"
        for m in tenant_models()
        for f in m._meta.local_fields
        if f.is_relation and issubclass(f.related_model, TenantModel) and not getattr(f, "tenant_key", False)
    ]
    assert plain == []


def test_foreign_keys_go_down_only() -> None:
    order = ["kernel", "ui", "network", "customers", "vehicles", "tasks", "aftersales", "care", "connect"]
    upward = [
        f"{m._meta.label}.{f.name}"
        for m in apps.get_models()
        if m._meta.app_label in order
        for f in m._meta.local_fields
        if f.is_relation
        and f.related_model._meta.app_label in order
        and order.index(f.related_model._meta.app_label) > order.index(m._meta.app_label)
    ]
    assert upward == []
    assert all(
        issubclass(m, TenantModel | InheritedModel) or m._meta.app_label in ("kernel", "network")
        for m in apps.get_models()
        if m._meta.app_label in order
    )


def test_a_query_outside_a_scope_raises() -> None:
    with pytest.raises(ScopeError):
        Customer.objects.count()


def test_the_database_itself_refuses_outside_a_scope() -> None:
    mine = store("A")
    with scope(mine):  # a policy is not even asked about an empty table
        Customer.objects.create(organisation_id=mine.organisation_id, name="本店客户")
    with pytest.raises(DatabaseError), transaction.atomic():
        Customer._base_manager.count()


def test_rows_of_another_store_are_not_there_even_for_unscoped_managers() -> None:
    mine, other = store("A"), store("B")
    with scope(other):
        theirs = Customer.objects.create(organisation_id=other.organisation_id, name="别店客户")
    with scope(mine):
        own = Customer.objects.create(organisation_id=mine.organisation_id, name="本店客户")
        assert list(Customer._base_manager.values_list("pk", flat=True)) == [own.pk]
        assert Customer._base_manager.filter(pk=theirs.pk).update(name="改") == 0


def test_a_row_cannot_be_written_for_another_store() -> None:
    mine, other = store("A"), store("B")
    with pytest.raises(ProgrammingError), scope(mine):
        Customer.objects.create(organisation_id=other.organisation_id, name="越界")


def test_a_row_cannot_point_into_another_store() -> None:
    mine, other = store("A"), store("B")
    with scope(other):
        theirs = Customer.objects.create(organisation_id=other.organisation_id, name="别店客户")
    with pytest.raises(IntegrityError), scope(mine):
        ContactPoint.objects.create(
            organisation_id=mine.organisation_id,
            customer_id=theirs.pk,
            value="13900000000",
            masked="139",
            hash=b"x" * 16,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_scopes_of_two_stores_do_not_nest() -> None:
    mine, other = store("A"), store("B")
    with scope(mine), pytest.raises(ScopeError), scope(other):
        pass


def test_a_phone_is_sealed_in_the_table() -> None:
    mine = store("A")
    with scope(mine):
        customer = Customer.objects.create(organisation_id=mine.organisation_id, name="王")
        point = ContactPoint.objects.create(
            organisation_id=mine.organisation_id,
            customer=customer,
            value="13912345678",
            masked="139****5678",
            hash=b"h" * 16,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM customers_contactpoint")
            assert b"13912345678" not in bytes(cursor.fetchone()[0])
        assert ContactPoint.objects.get(pk=point.pk).value == "13912345678"
