"""An import as its task works it: a file of people beside an audience that is there."""

import resource
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from campaigns.delivery import clock
from devices import imports
from devices.models import Application, Import
from devices.models.imports import ImportState

CITIES = ("Paris", "Lyon", "Brussels", "Ghent", "Orléans")
AT_ONCE = 5_000


def main(rows: str) -> dict[str, Any]:
    """Seconds of the check and of the run of so many new people with attributes."""
    mark = uuid4().hex[:8]
    application = Application.objects.create(name=f"Import {mark}", slug=mark)
    began = time.perf_counter()
    upload = imports.store(
        application, "people.csv", pieces(mark, int(rows)), user=None, at=clock.now()
    )
    stored = time.perf_counter()
    imports.check(upload, upload.mapping, {}, at=clock.now())
    worked(upload, ImportState.CHECKED)
    checked = time.perf_counter()
    imports.run(upload, user=None, at=clock.now())
    worked(upload, ImportState.FINISHED)
    ended = time.perf_counter()
    return {
        "seconds": ended - stored,
        "new": upload.tally["people new"],
        "upload": round(stored - began, 1),
        "check": round(checked - stored, 1),
        "run": round(ended - checked, 1),
        "MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def worked(upload: Import, wanted: ImportState) -> None:
    while imports.work(upload.pk, seconds=5, at=clock.now()):
        pass
    upload.refresh_from_db()
    if upload.state != wanted:
        raise SystemExit(f"The import is {upload.state}: {upload.trouble}")


def pieces(mark: str, rows: int) -> Iterator[bytes]:
    """A CSV file with an id, a name, a city, a plan, a number, a language, a zone."""
    yield b"external_id,first_name,city,plan,visits,language,timezone,opt_in\n"
    for first in range(0, rows, AT_ONCE):
        yield "".join(
            f"{mark}-{n},Name {n % 977},{CITIES[n % 5]},"
            f"{'gold' if n % 7 else 'free'},{n % 400},fr-FR,Europe/Paris,"
            f"{'no' if n % 10 == 0 else ''}\n"
            for n in range(first, min(first + AT_ONCE, rows))
        ).encode()
