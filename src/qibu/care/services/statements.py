"""The statements of the planner. What a run wants stands in temporary tables of its transaction."""

# ruff: noqa: S608  (statements are put together from constants of this module)

TABLES = """
CREATE TEMP TABLE care_wanted (
    key text PRIMARY KEY, due_id bigint, customer_id bigint, vehicle_id bigint, assignee_id bigint,
    day date, due_on date, known_on date, ripe boolean, late boolean,
    kind text, category text, desk text, title text, detail text, facts jsonb
) ON COMMIT DROP;
CREATE TEMP TABLE care_live (
    id bigint PRIMARY KEY, key text, kind text, due_id bigint, customer_id bigint, attempts int, begun boolean
) ON COMMIT DROP;
CREATE TEMP TABLE care_lined (
    plan text, vehicle_id bigint, variant int NOT NULL, PRIMARY KEY (plan, vehicle_id)
) ON COMMIT DROP;
CREATE TEMP TABLE care_barred (customer_id bigint PRIMARY KEY) ON COMMIT DROP;
"""
DROP = "DROP TABLE IF EXISTS care_wanted, care_live, care_lined, care_barred"

# Whoever said no to calls about their own car, and whoever is not to be approached at all.
BARRED = """
INSERT INTO care_barred
SELECT customer_id FROM customers_hold
 WHERE organisation_id = %(org)s AND lifted_at IS NULL AND reach = 'everything'
UNION
SELECT customer_id FROM (
    SELECT DISTINCT ON (customer_id) customer_id, state FROM customers_consent
     WHERE organisation_id = %(org)s AND purpose = 'service' AND channel IN ('phone', 'any')
     ORDER BY customer_id, at DESC, id DESC) newest
 WHERE state <> 'given'
"""
LIVE = """
INSERT INTO care_live
SELECT id, key, kind, split_part(key, '/', 3)::bigint, customer_id, attempts, attempts > 0 OR facts ? 'reopened'
  FROM tasks_task
 WHERE organisation_id = %(org)s AND state IN ('open', 'backlog') AND starts_with(key, 'care:')
   AND (%(only)s = '' OR starts_with(kind, %(only)s || '/'))
"""

# Whom a plan asks for among customers; what it asks of cars stands with each step. 关键客户 (key): those with whom one
# does not want to lose touch.
WHOM = """(%(customer_kind)s::text[] IS NULL OR c.kind = ANY(%(customer_kind)s))
   AND (%(stage)s::text[] IS NULL OR c.stage = ANY(%(stage)s))
   AND (%(vip)s::text[] IS NULL OR (CASE WHEN c.vip THEN 'yes' ELSE 'no' END) = ANY(%(vip)s))
   AND (%(key)s::text[] IS NULL
        OR (CASE WHEN c.vip OR c.base_customer OR c.influencer THEN 'yes' ELSE 'no' END) = ANY(%(key)s))
   AND (%(province)s::text[] IS NULL
        OR EXISTS (SELECT 1 FROM unnest(%(province)s::text[]) start WHERE starts_with(c.province, start)))
   AND (%(city)s::text[] IS NULL OR c.city = ANY(%(city)s))"""

# A day of the calendar falls due for everybody the plan is for; who it is for is asked again with each step.
OCCASION = f"""
INSERT INTO care_due (
    organisation_id, trigger, cycle, vehicle_id, customer_id, due_on, estimated, facts, known_on, over)
SELECT %(org)s, 'calendar', %(cycle)s || '@' || c.id, NULL, c.id, %(day)s, false,
       jsonb_build_object('occasion', %(occasion)s), LEAST(%(day)s, %(on)s), false
  FROM customers_customer c
 WHERE c.organisation_id = %(org)s AND c.merged_into_id IS NULL AND c.erased_at IS NULL
   AND {WHOM}
 ORDER BY c.id
ON CONFLICT DO NOTHING
"""
OCCASIONS_PAST = """
UPDATE care_due SET over = true
 WHERE organisation_id = %(org)s AND trigger = 'calendar' AND NOT over AND due_on < %(long_ago)s
"""

# Cars of which a plan says something else than of all cars, by number.
LINED = """
INSERT INTO care_lined
SELECT %(plan)s, v.id, k.variant FROM vehicles_vehicle v
  JOIN unnest(%(brands)s::text[], %(serieses)s::text[], %(energies)s::text[], %(numbers)s::int[])
       AS k (brand, series, energy, variant) USING (brand, series, energy)
 WHERE v.organisation_id = %(org)s
"""

# One statement per step; where a plan differs by product line, one for each of its variants. The plan is for the
# customer whose due it is (c); who is called for it may be another with a part in the car (p), and is the one who may
# have said no. A due counts from the step's day on for its days of validity (ripe); one that has a living task is
# looked at besides, since its day may have moved.
WANT = f"""
INSERT INTO care_wanted
SELECT %(prefix)s || d.id, d.id, p.id, d.vehicle_id, s.id,
       d.due_on + %(offset)s, d.due_on, d.known_on,
       d.due_on BETWEEN %(first)s AND %(last)s, d.due_on < %(first)s,
       %(kind)s, %(category)s, %(desk)s, %(title)s,
       left(COALESCE(d.facts->>'jobs', d.facts->>'insurer', ''), 300),
       d.facts || jsonb_build_object('plan', %(plan)s, 'step', %(step)s, 'title_en', %(title_en)s,
           'day', d.due_on + %(offset)s, 'due_on', d.due_on, 'estimated', d.estimated)
  FROM care_due d
  JOIN customers_customer c ON c.organisation_id = d.organisation_id AND c.id = d.customer_id
  JOIN customers_customer p ON p.organisation_id = d.organisation_id AND p.id = COALESCE(d.callee_id, d.customer_id)
  LEFT JOIN network_staff s ON s.organisation_id = d.organisation_id AND s.left_on IS NULL
       AND s.user_id IS NOT NULL AND NOT s.barred
       AND s.id = CASE %(assignee)s WHEN 'advisor' THEN COALESCE(p.advisor_id, c.advisor_id)
                                  WHEN 'seller' THEN COALESCE(p.seller_id, c.seller_id) END
  LEFT JOIN care_lined line ON line.plan = %(plan)s AND line.vehicle_id = d.vehicle_id
 WHERE d.organisation_id = %(org)s AND d.trigger = %(trigger)s AND NOT d.over
   AND COALESCE(line.variant, 0) = %(variant)s
   AND (%(occasion)s = '' OR d.facts->>'occasion' = %(occasion)s)
   AND (d.due_on BETWEEN %(first)s AND %(last)s OR d.id IN (SELECT due_id FROM care_live WHERE kind = %(kind)s))
   AND p.id NOT IN (SELECT customer_id FROM care_barred)
   AND {WHOM}
   AND (NOT %(about_cars)s OR EXISTS (
        SELECT 1 FROM vehicles_vehicle v
         WHERE v.organisation_id = d.organisation_id
           AND (v.id = d.vehicle_id OR (d.vehicle_id IS NULL AND v.id IN (
                SELECT o.vehicle_id FROM vehicles_ownership o WHERE o.organisation_id = d.organisation_id
                   AND o.customer_id = d.customer_id AND o.role = 'owner' AND o.until IS NULL)))
           AND (%(use)s::text[] IS NULL OR v.use = ANY(%(use)s))
           AND (%(body)s::text[] IS NULL OR v.body = ANY(%(body)s))
           AND (%(energy)s::text[] IS NULL OR v.energy = ANY(%(energy)s))
           AND (%(brand)s::text[] IS NULL
                OR EXISTS (SELECT 1 FROM unnest(%(brand)s::text[]) start WHERE starts_with(v.brand, start)))
           AND (%(series)s::text[] IS NULL
                OR EXISTS (SELECT 1 FROM unnest(%(series)s::text[]) start WHERE starts_with(v.series, start)))))
   AND (%(inspection)s::text[] IS NULL OR d.facts->>'inspection' = ANY(%(inspection)s))
   AND (%(part)s::text[] IS NULL OR d.facts->>'part' = ANY(%(part)s))
   AND (%(cover)s::text[] IS NULL OR d.facts->'kinds' ?| %(cover)s)
"""

# What was begun with the customer, or taken up again by a person, is not dropped for being old, nor because a plan was
# changed meanwhile. What somebody dealt with since the living ones were listed stays as they left it.
END = """
WITH gone AS (
    SELECT l.id, CASE WHEN d.id IS NULL OR d.over THEN 'over' WHEN b.customer_id IS NOT NULL THEN 'held'
                      WHEN w.key IS NULL THEN 'plan' WHEN w.customer_id <> l.customer_id THEN 'callee'
                      ELSE 'late' END AS why
      FROM care_live l
      LEFT JOIN care_wanted w ON w.key = l.key
      LEFT JOIN care_due d ON d.organisation_id = %(org)s AND d.id = l.due_id
      LEFT JOIN care_barred b ON b.customer_id = l.customer_id
     WHERE w.key IS NULL OR (w.late AND NOT l.begun) OR w.customer_id <> l.customer_id
)
UPDATE tasks_task t
   SET state = CASE gone.why WHEN 'late' THEN 'expired' ELSE 'cancelled' END, closed_at = %(now)s,
       facts = t.facts || jsonb_build_object('ended', gone.why)
  FROM gone JOIN care_live l USING (id)
 WHERE t.organisation_id = %(org)s AND t.id = gone.id AND NOT (gone.why = 'plan' AND l.begun)
   AND t.state IN ('open', 'backlog') AND t.attempts = l.attempts
RETURNING t.id, gone.why, t.title, t.customer_id, t.vehicle_id
"""

MOVED_DAYS = """
SELECT DISTINCT w.day FROM care_wanted w JOIN care_live l USING (key)
  JOIN tasks_task t ON t.organisation_id = %(org)s AND t.id = l.id
 WHERE NOT w.late AND t.facts->>'day' <> w.day::text AND w.day > %(on)s
"""
# A day that comes later takes its task along; one that has come already is due now, at the latest.
MOVE = """
WITH deadline AS (SELECT * FROM unnest(%(days)s::date[], %(moments)s::timestamptz[]) AS d (day, at)),
moved AS (
    SELECT l.id, w.day, w.known_on, w.facts, l.attempts, t.state AS before, t.due_at AS due_before,
           COALESCE(deadline.at, LEAST(t.due_at, %(due_at)s)) AS at
      FROM care_wanted w JOIN care_live l USING (key)
      JOIN tasks_task t ON t.organisation_id = %(org)s AND t.id = l.id
      LEFT JOIN deadline ON deadline.day = w.day
     WHERE NOT w.late AND t.state IN ('open', 'backlog') AND t.facts->>'day' <> w.day::text
)
UPDATE tasks_task t
   SET facts = t.facts || moved.facts,
       due_at = CASE WHEN moved.attempts > 0 THEN t.due_at ELSE moved.at END,
       shown_from = CASE WHEN moved.attempts > 0 THEN t.shown_from
                         WHEN moved.day > %(on)s THEN moved.day::timestamp AT TIME ZONE %(zone)s
                         ELSE LEAST(t.shown_from, %(morning)s) END,
       state = CASE WHEN t.state = 'backlog' AND moved.day >= moved.known_on THEN 'open' ELSE t.state END
  FROM moved
 WHERE t.organisation_id = %(org)s AND t.id = moved.id AND t.state = moved.before AND t.attempts = moved.attempts
RETURNING t.id, t.due_at <> moved.due_before OR t.state <> moved.before
"""

# Work of people who could not sign in lay in the pool; when they can, what nobody has begun becomes theirs.
ADOPT = """
UPDATE tasks_task t SET assignee_id = w.assignee_id, assigned_at = %(now)s
  FROM care_wanted w JOIN care_live l USING (key)
 WHERE t.organisation_id = %(org)s AND t.id = l.id AND t.assignee_id IS NULL AND l.attempts = 0
   AND t.attempts = 0 AND t.state IN ('open', 'backlog') AND w.assignee_id IS NOT NULL
"""

# What the planner ended itself comes back when its reason is gone: a step that expired and whose time is now had its
# day or its plan changed since. What a person closed never comes back. Where somebody else is called now, nothing was
# tried with them.
MAKE = """
WITH fresh AS MATERIALIZED (
    SELECT w.* FROM care_wanted w
      LEFT JOIN tasks_task t ON t.organisation_id = %(org)s AND t.key = w.key
     WHERE w.ripe AND (t.id IS NULL OR (t.state IN ('cancelled', 'expired') AND t.facts ? 'ended'))
), spent AS (
    SELECT customer_id, sum(total) AS total FROM aftersales_visit
     WHERE organisation_id = %(org)s AND opened_on > %(spent_from)s AND opened_on <= %(on)s
       AND customer_id IN (SELECT customer_id FROM fresh)
     GROUP BY customer_id
), made AS (
    INSERT INTO tasks_task AS t (organisation_id, category, kind, title, detail, state, customer_id, vehicle_id,
        assignee_id, assigned_at, desk, due_at, shown_from, value, facts, key, attempts, outcome, note, created_at)
    SELECT %(org)s, f.category, f.kind, f.title, f.detail,
           CASE WHEN f.day < f.known_on THEN 'backlog' ELSE 'open' END, f.customer_id, f.vehicle_id,
           f.assignee_id, CASE WHEN f.assignee_id IS NOT NULL THEN %(now)s END, f.desk, %(due_at)s, %(morning)s,
           COALESCE(spent.total, 0), f.facts, f.key, 0, '', '', %(now)s
      FROM fresh f LEFT JOIN spent USING (customer_id)
     ORDER BY f.key
    ON CONFLICT (organisation_id, key) DO UPDATE
       SET customer_id = EXCLUDED.customer_id,
           attempts = CASE WHEN t.customer_id = EXCLUDED.customer_id THEN t.attempts ELSE 0 END,
           state = EXCLUDED.state, assignee_id = EXCLUDED.assignee_id, assigned_at = EXCLUDED.assigned_at,
           due_at = EXCLUDED.due_at, shown_from = EXCLUDED.shown_from, value = EXCLUDED.value,
           facts = EXCLUDED.facts, closed_at = NULL
     WHERE t.state IN ('cancelled', 'expired')
    RETURNING t.id, t.state, split_part(t.kind, '/', 1) AS plan, t.xmax <> 0 AS again
)
SELECT plan, count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'backlog'),
       array_agg(id) FILTER (WHERE again)
  FROM made GROUP BY plan
"""

# A customer's backlog is one call: it belongs to one person, weighs what the customer spends, and counts once.
RELEASE = """
WITH waiting AS (
    SELECT customer_id, (array_agg(assignee_id ORDER BY assignee_id NULLS LAST))[1] AS person, max(value) AS value
      FROM tasks_task WHERE organisation_id = %(org)s AND state = 'backlog' AND customer_id IS NOT NULL
     GROUP BY customer_id
), ranked AS (
    SELECT customer_id, person, row_number() OVER (PARTITION BY person ORDER BY value DESC, customer_id) AS place
      FROM waiting
     WHERE customer_id NOT IN (SELECT customer_id FROM care_release WHERE organisation_id = %(org)s AND "on" = %(on)s)
), given AS (
    SELECT assignee_id AS person, count(*) AS number FROM care_release
     WHERE organisation_id = %(org)s AND "on" = %(on)s GROUP BY assignee_id
)
INSERT INTO care_release (organisation_id, "on", customer_id, assignee_id)
SELECT %(org)s, %(on)s, customer_id, ranked.person
  FROM ranked LEFT JOIN given ON given.person IS NOT DISTINCT FROM ranked.person
 WHERE place + COALESCE(given.number, 0) <= CASE WHEN ranked.person IS NULL THEN %(pool_cap)s ELSE %(cap)s END
ON CONFLICT DO NOTHING
"""
OPEN_RELEASED = """
UPDATE tasks_task SET state = 'open', due_at = %(due_at)s, shown_from = %(morning)s,
       facts = facts || '{"backlog": true}'
 WHERE organisation_id = %(org)s AND state = 'backlog'
   AND customer_id IN (SELECT customer_id FROM care_release WHERE organisation_id = %(org)s AND "on" = %(on)s)
"""
CLOCKS_FOLLOW = """
UPDATE tasks_clock c
   SET due_at = t.due_at, climb_at = t.due_at, stopped_at = NULL,
       warn_at = t.due_at - LEAST(GREATEST(t.due_at - c.started_at, interval '0') * 0.25, interval '4 hours')
  FROM tasks_task t
 WHERE t.organisation_id = %(org)s AND c.organisation_id = %(org)s AND t.id = c.task_id AND c.kind = 'due'
   AND t.state = 'open' AND t.id = ANY(%(tasks)s)
"""
