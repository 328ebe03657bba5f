"""Every move of a state that the database really made, written down by triggers."""

from django.db import connection

from campaigns.models.states import BatchState, DeliveryState

Move = tuple[str, str, str]
"""What moved (run, batch, delivery), from where, to where."""

BATCH = " ".join(f"WHEN {each.value} THEN '{each.label}'" for each in BatchState)
DELIVERY = " ".join(f"WHEN {each.value} THEN '{each.label}'" for each in DeliveryState)
WATCH = f"""
CREATE TABLE moves (id serial, subject text, was text, now text);
CREATE FUNCTION state_of(reason int) RETURNS text LANGUAGE sql AS
  $$ SELECT CASE reason / 100 % 5 {DELIVERY} END $$;
CREATE FUNCTION run_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO moves (subject, was, now) VALUES ('run', OLD.state, NEW.state);
  RETURN NULL; END $$;
CREATE FUNCTION batch_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.state <> NEW.state OR OLD.token <> NEW.token THEN
    INSERT INTO moves (subject, was, now) VALUES ('batch',
      CASE OLD.state {BATCH} END, CASE NEW.state {BATCH} END); END IF;
  IF NOT (OLD.done <= NEW.done AND OLD.next <= NEW.next AND NEW.done <= NEW.next
      AND NEW.next <= NEW.hi AND OLD.hi = NEW.hi AND OLD.lo = NEW.lo) THEN
    INSERT INTO moves (subject, was, now) VALUES ('pointers',
      OLD.done || '..' || OLD.next, NEW.done || '..' || NEW.next); END IF;
  RETURN NULL; END $$;
CREATE FUNCTION outcome_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO moves (subject, was, now) VALUES ('delivery',
    CASE TG_OP WHEN 'UPDATE' THEN state_of(OLD.reason) ELSE coalesce((
      SELECT state_of(o.reason) FROM campaigns_outcome o WHERE o.run_id = NEW.run_id
         AND o.seq = NEW.seq AND o.attempt = NEW.attempt - 1), 'waiting') END,
    state_of(NEW.reason));
  RETURN NULL; END $$;
CREATE TRIGGER moved AFTER UPDATE OF state ON campaigns_run
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION run_moved();
CREATE TRIGGER moved AFTER UPDATE ON campaigns_batch
  FOR EACH ROW EXECUTE FUNCTION batch_moved();
CREATE TRIGGER moved AFTER INSERT OR UPDATE ON campaigns_outcome
  FOR EACH ROW EXECUTE FUNCTION outcome_moved();
"""
FORGET = """
DROP TRIGGER moved ON campaigns_run;
DROP TRIGGER moved ON campaigns_batch;
DROP TRIGGER moved ON campaigns_outcome;
DROP FUNCTION run_moved, batch_moved, outcome_moved, state_of;
DROP TABLE moves;
"""


def watch() -> None:
    """Begin to write moves down, in this database and for every session."""
    with connection.cursor() as cursor:
        cursor.execute(WATCH)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET)


def made() -> list[Move]:
    """The moves since the last look. A delivery parked again stays where it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, was, now FROM moves ORDER BY id")
        found = cursor.fetchall()
        if found:
            cursor.execute("DELETE FROM moves")
    return [move for move in found if move != ("delivery", "waiting", "waiting")]
