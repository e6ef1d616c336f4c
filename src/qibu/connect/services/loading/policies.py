"""Insurance policies of a load: a policy of its own, or another word on one that is known.

A policy runs for a year (compulsory cover by 机动车交通事故责任强制保险条例 art. 20; commercial cover by habit), so
two ends of one kind and car less than half a year apart are one policy written differently, and farther apart are two.
A policy follows the sheet only where the sheet had set its day; a day that a person entered stays, and the difference
is listed once.
"""

from __future__ import annotations

from qibu.connect.models import Change, Difference
from qibu.connect.services.loading.sql import Load, insert_select
from qibu.vehicles.models import Policy

SAME_POLICY = 182  # days


def bring(load: Load) -> None:
    _gather(load)
    _meet(load)
    _correct(load)
    _list_differences(load)
    _remember(load)
    _add(load)


def _gather(load: Load) -> None:
    """The temporary table `covers`: each end that the sheet names for a car; an end of unknown kind that stands for a
    known policy as well says nothing new."""
    load.run(
        """
        CREATE TEMPORARY TABLE covers ON COMMIT DROP AS
        SELECT DISTINCT ON (c.vehicle_id, v.kind, v.ends_on) c.vehicle_id, v.kind, v.ends_on, s.row,
               left(coalesce(s.insurer, ''), 60) AS insurer, NULL::bigint AS policy_id, NULL::text AS verdict
        FROM staged s JOIN cars c ON c.car = s.vin
        CROSS JOIN LATERAL (VALUES ('unknown', s.insurance_until), ('compulsory', s.compulsory_until))
                   AS v(kind, ends_on)
        WHERE v.ends_on IS NOT NULL AND NOT (v.kind = 'unknown' AND (
          v.ends_on IS NOT DISTINCT FROM s.compulsory_until OR EXISTS (
            SELECT FROM vehicles_policy had WHERE had.organisation_id = %(org)s
              AND had.vehicle_id = c.vehicle_id AND had.ends_on = v.ends_on AND had.kind <> 'unknown')))
        ORDER BY c.vehicle_id, v.kind, v.ends_on, s.row
        """
    )
    load.run("ANALYZE covers")


def _meet(load: Load) -> None:
    """A known policy and an end of its kind meet where each is the other's nearest; the same day is the same policy."""
    load.run(
        """
        WITH pairs AS (
          SELECT p.id AS policy_id, c.vehicle_id, c.kind, c.ends_on, abs(p.ends_on - c.ends_on) AS apart, c.row,
                 CASE WHEN c.ends_on = p.ends_on THEN 'same'
                      WHEN p.sheet ->> 'ends_on' = p.ends_on::text THEN 'correct' ELSE 'differ' END AS verdict
            FROM covers c JOIN vehicles_policy p ON p.organisation_id = %(org)s AND p.vehicle_id = c.vehicle_id
             AND coalesce(p.sheet ->> 'kind', p.kind) = c.kind AND abs(p.ends_on - c.ends_on) <= %(days)s
        ), nearest AS (SELECT DISTINCT ON (policy_id) * FROM pairs ORDER BY policy_id, apart, row DESC),
        met AS (SELECT DISTINCT ON (vehicle_id, kind, ends_on) * FROM nearest
                 ORDER BY vehicle_id, kind, ends_on, apart, policy_id)
        UPDATE covers SET policy_id = met.policy_id, verdict = met.verdict FROM met
         WHERE covers.vehicle_id = met.vehicle_id AND covers.kind = met.kind AND covers.ends_on = met.ends_on
        """,
        days=SAME_POLICY,
    )
    # An end that another policy of the car has already is no news for this one.
    load.run(
        """
        UPDATE covers c SET verdict = 'same' FROM vehicles_policy p
        WHERE p.organisation_id = %(org)s AND p.vehicle_id = c.vehicle_id AND p.ends_on = c.ends_on
          AND p.kind = coalesce((SELECT kind FROM vehicles_policy met WHERE met.organisation_id = %(org)s
                                 AND met.id = c.policy_id), c.kind)
        """
    )


def _correct(load: Load) -> None:
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": "'policy'", "row_id": "p.id",
             "before": "jsonb_build_object('ends_on', p.ends_on)",
             "after": "jsonb_build_object('ends_on', c.ends_on)"},
            """
            FROM covers c JOIN vehicles_policy p ON p.organisation_id = %(org)s AND p.id = c.policy_id
            WHERE c.verdict = 'correct'
            """,
        )
    )  # fmt: skip
    load.run(
        """
        UPDATE vehicles_policy p SET ends_on = c.ends_on FROM covers c
        WHERE p.organisation_id = %(org)s AND p.id = c.policy_id AND c.verdict = 'correct'
        """
    )


def _list_differences(load: Load) -> None:
    load.run(
        insert_select(
            Difference,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": "'policy'", "row_id": "p.id",
             "field": "'ends_on'", "ours": "p.ends_on::text", "theirs": "c.ends_on::text"},
            """
            FROM covers c JOIN vehicles_policy p ON p.organisation_id = %(org)s AND p.id = c.policy_id
            WHERE c.verdict = 'differ' AND p.sheet ->> 'ends_on' IS DISTINCT FROM c.ends_on::text
            """,
        )
    )  # fmt: skip


def _remember(load: Load) -> None:
    """What the sheet said last is kept on the policy, also where a day entered by hand stayed."""
    said = "jsonb_build_object('kind', c.kind, 'ends_on', c.ends_on)"
    wanted = f"""
        FROM covers c JOIN vehicles_policy p ON p.organisation_id = %(org)s AND p.id = c.policy_id
        WHERE NOT p.sheet @> {said}
    """
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": "'policy sheet'", "row_id": "p.id",
             "before": "p.sheet", "after": said},
            wanted,
        )
    )  # fmt: skip
    load.run(
        f"""
        UPDATE vehicles_policy p SET sheet = p.sheet || {said} FROM covers c
        WHERE p.organisation_id = %(org)s AND p.id = c.policy_id AND NOT p.sheet @> {said}
        """
    )


def _add(load: Load) -> None:
    values = {
        "organisation_id": "%(org)s", "vehicle_id": "vehicle_id", "kind": "kind", "insurer": "insurer",
        "ends_on": "ends_on", "import_id": "%(import)s",
        "sheet": "jsonb_build_object('kind', kind, 'ends_on', ends_on)",
    }  # fmt: skip
    load.run(insert_select(Policy, values, "FROM covers WHERE verdict IS NULL ON CONFLICT DO NOTHING"))
