"""Freeze a run's audience into the ledger, slice by slice.

A slice is the next people by id. One statement judges their devices, numbers the
rows (those to be reached first, grouped so that a batch has one gateway and one
variant), writes them with their batches, and moves the run's counts and cursor: it is
there as a whole or not at all, so a worker that dies in the middle costs one slice.

Each row says in which of the revision's languages it is sent. At every moment:
sum(LeftOut.rows) + sum(hi - lo of the batches) = Run.audience, and sum(Spoken.rows)
is the second part of that.
"""

from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from campaigns.audience import eligibility, select, split
from campaigns.content import locales
from campaigns.models import Run, variants
from campaigns.models.reasons import Reason
from campaigns.models.states import RunState
from devices.models.applications import Environment, GatewayKind

PEOPLE = 20_000
"""People in a slice: about 28,000 rows, a second of work."""

BATCH = 5_000

FREEZE = """
WITH this AS (SELECT %s::bigint AS run, %s::bigint AS application, %s::int AS rows),
judged AS MATERIALIZED ({judged}),
numbered AS MATERIALIZED (
  SELECT judged.*, this.*, ({spoken})::smallint AS translation,
    ({variant})::smallint AS variant,
    this.rows + (row_number() OVER (
    ORDER BY CASE WHEN reason IS NULL THEN {most} * ({road}) + {variant} END,
      person_id, device_id
  ))::int AS seq
  FROM judged, this),
written AS (
  INSERT INTO campaigns_delivery
    (run_id, seq, person_id, installation_id, token_hash, reason, translation)
  SELECT run, seq, person_id, device_id,
    CASE WHEN reason IS NULL THEN token_hash END, reason, translation
  FROM numbered),
told AS (
  INSERT INTO campaigns_spoken AS kept (run_id, translation, rows)
  SELECT run, translation, count(*) FROM numbered
  WHERE reason IS NULL GROUP BY run, translation
  ON CONFLICT (run_id, translation) DO UPDATE SET rows = kept.rows + excluded.rows),
left_out AS (
  INSERT INTO campaigns_leftout AS kept (run_id, reason, rows)
  SELECT run, reason, count(*) FROM numbered
  WHERE reason IS NOT NULL GROUP BY run, reason
  ON CONFLICT (run_id, reason) DO UPDATE SET rows = kept.rows + excluded.rows),
spans AS (
  SELECT gateway, environment, variant, min(seq) - 1 AS lo, count(*) AS rows,
    (count(*) + {batch} - 1) / {batch} AS parts
  FROM numbered WHERE reason IS NULL GROUP BY gateway, environment, variant),
batched AS (
  INSERT INTO campaigns_batch
    (run_id, application_id, gateway, environment, variant, lo, hi, attempt, tries,
     state, token, deaths, owner, due, done, next,
     accepted, failed, skipped, unknown, parked)
  SELECT run, application, gateway, environment, variant, part.lo, part.hi, 1, 0,
    0, 0, 0, '', statement_timestamp(), part.lo, part.lo, 0, 0, 0, 0, 0
  FROM this, spans, generate_series(0, parts - 1) AS i,
    LATERAL (SELECT lo + spans.rows * i / parts AS lo,
                    lo + spans.rows * (i + 1) / parts AS hi) AS part),
counted AS (
  SELECT count(*) AS rows, count(device_id) AS devices, max(person_id) AS last,
    count(DISTINCT person_id) AS people
  FROM numbered)
UPDATE campaigns_run AS firing SET
  audience = firing.audience + counted.rows, people = firing.people + counted.people,
  devices = firing.devices + counted.devices,
  cursor = coalesce(counted.last, firing.cursor)
FROM counted, this WHERE firing.id = this.run
RETURNING counted.people"""

ROAD = (
    f"10 * array_position('{{{','.join(GatewayKind.values)}}}', gateway::text)"
    f" + array_position('{{{','.join(Environment.values)}}}', environment::text)"
)
"""A number for each gateway and environment: sorting by their names took an eighth of
the whole slice's time. Without one, rows that were left out come last."""

WITHOUT_TAKEN = """
SELECT judged.person_id,
  CASE WHEN device.run_id IS NULL THEN device_id END AS device_id,
  judged.gateway, judged.environment, judged.token_hash, judged.locale,
  CASE WHEN device.run_id IS NULL AND token.run_id IS NULL THEN judged.reason
       ELSE coalesce(judged.reason, {duplicate}) END::smallint AS reason
FROM ({judged}) judged
LEFT JOIN campaigns_delivery device
  ON device.run_id = %s AND device.installation_id = judged.device_id
LEFT JOIN campaigns_delivery token
  ON token.run_id = %s AND token.token_hash = judged.token_hash"""

# The planner knows neither how many people a slice has nor what the last slice
# wrote: without these it hashes whole tables for each slice.
PLANS = (
    "SET LOCAL enable_hashjoin = off;"
    "SET LOCAL enable_mergejoin = off;"
    "SET LOCAL enable_material = off;"
    "SET LOCAL work_mem = '64MB';"
    "SET LOCAL jit = off"
)


def freeze_slice(run_id: int) -> bool:
    """Freeze the next slice of a preparing run; False when none is left.

    Safe to repeat after any crash, and safe to race: the run's row is locked. Does
    nothing, and says False, for a run that is not preparing. Raises RuleError or
    NoAudience where the revision's audience cannot be used.
    """
    with transaction.atomic():
        run = (
            Run.objects.select_for_update(of=("self",), no_key=True)
            .select_related("revision")
            .filter(pk=run_id, state=RunState.PREPARING)
            .first()
        )
        if run is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(PLANS)
        try:
            with transaction.atomic():
                return _freeze(run, *_judged(run))
        except IntegrityError as clash:
            if not isinstance(clash.__cause__, UniqueViolation):
                raise
            return _freeze(run, *_without_taken(run, *_judged(run)))


def _judged(run: Run) -> tuple[str, list[Any]]:
    people = select.people(run.application_id, run.revision.audience, at=run.due_at)
    chosen = people.filter(pk__gt=run.cursor).order_by("pk")[:PEOPLE]
    gates = eligibility.of_revision(
        run.revision, application_id=run.application_id, at=run.due_at
    )
    return eligibility.judged(chosen, gates)


def _without_taken(run: Run, judged: str, params: list[Any]) -> tuple[str, list[Any]]:
    """Leave out devices and tokens that an earlier slice has already.

    They moved between two slices, from a person frozen before to one frozen now:
    rare, so that only a slice that met one pays for looking.
    """
    sql = WITHOUT_TAKEN.format(judged=judged, duplicate=int(Reason.DUPLICATE_TOKEN))
    return sql, [*params, run.pk, run.pk]


def _freeze(run: Run, judged: str, params: list[Any]) -> bool:
    content = run.revision.content
    source, *tags = variants.tags_in(content)
    spoken, languages = locales.case("judged.locale", source=source, tags=tags)
    variant = split.of_content("judged.person_id", content)
    sql = FREEZE.format(
        judged=judged,
        spoken=spoken,
        variant=variant,
        most=variants.MOST,
        road=ROAD,
        batch=BATCH,
    )
    head = [run.pk, run.application_id, run.audience]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*head, *params, *languages])
        return int(cursor.fetchone()[0]) == PEOPLE
