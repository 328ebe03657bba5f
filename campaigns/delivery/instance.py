"""Which installation may send: a copied or restored one starts on hold.

Two systems with one database's rows would send everything twice. So the switch
remembers who may send: the data folder (an id in a file, with the file's place) and
the database (cluster, database and table, which a restore makes anew).
"""

import contextlib
import os
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_noop

from campaigns.delivery import heartbeats, lifecycle
from campaigns.models import Heartbeat, Switch
from devices import said

FILE = "instance.id"
PART = "instance"

DATABASE = """
SELECT concat_ws('/',
    CASE WHEN has_function_privilege('pg_control_system()', 'execute')
         THEN (SELECT system_identifier FROM pg_control_system()) END,
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'campaigns_switch'::regclass::oid)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """This installation: its data folder and its database, as names of no meaning."""

    folder: str
    database: str

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.folder} {self.database}")


def here(folder: Path) -> Here:
    """Look at the data folder and the database. The file is made when missing."""
    return Here(folder=folder_id(folder), database=_database_id())


def known(folder: Path) -> bool:
    """Whether this folder was ever looked at: a send worker's own may not be."""
    return (folder / FILE).exists()


def guard_database(*, at: datetime) -> bool:
    """As guard(), where the data folder is not the one that counts."""
    seen = Heartbeat.objects.filter(part=PART).first()
    if seen is None or seen.facts.get("database") == _database_id():
        return True
    lifecycle.switch_off(reason=_restored(), user=None, at=at)
    return False


def guard(found: Here, *, at: datetime) -> bool:
    """Switch sending off unless ``found`` is the installation that may send.

    The first one ever seen may, as may the one on which somebody allowed sending
    again (that clears the memory). True when this one may.
    """
    if Switch.objects.filter(instance=found.id).exists():
        return True
    if Switch.objects.filter(instance=None).update(instance=found.id):
        _remember(found, at=at)
        return True
    # Another worker of this installation may have been first, since we looked.
    if Switch.objects.filter(instance=found.id).exists():
        return True
    lifecycle.switch_off(reason=_why(found), user=None, at=at)
    return False


def _why(found: Here) -> str:
    seen = Heartbeat.objects.filter(part=PART).first()
    if seen is not None and seen.facts.get("database") == found.database:
        return said.keep(
            gettext_noop(
                "The data folder is another one than before: this may be a copy of an "
                "installation that is still sending. Allow sending if it is the only "
                "one."
            )
        )
    return _restored()


def _restored() -> str:
    return said.keep(
        gettext_noop(
            "The database was restored or copied: what it holds may have been sent "
            "already. Look at the runs that are under way, then allow sending."
        )
    )


def _remember(found: Here, *, at: datetime) -> None:
    heartbeats.beat(PART, at=at, folder=found.folder, database=found.database)


def folder_id(folder: Path) -> str:
    """The id in the file, with the file's place: a copied folder has another one.

    Workers that start together may all make the file: the first one's stays, and
    nobody ever sees it half written.
    """
    path = folder.resolve() / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_once(path, uuid.uuid4().hex)
    return f"{path.read_text()[:32]}:{path.stat().st_ino}:{path.parent}"


def _write_once(path: Path, text: str) -> None:
    """Put a whole file in its place, unless one is there."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=FILE) as file:
        file.write(text)
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def _database_id() -> str:
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        found: str = cursor.fetchone()[0]
    return found
