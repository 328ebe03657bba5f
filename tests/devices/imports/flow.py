"""An import from its first byte to its last slice, as staff and the task take it."""

from datetime import datetime, timedelta
from typing import Any

from devices import imports
from devices.models import Application, Import
from tests import builders

NOW = builders.NOW


def stored(text: str | bytes, name: str = "people.csv", **changes: Any) -> Import:
    raw = text.encode() if isinstance(text, str) else text
    application: Application = changes.pop("application", builders.application())
    pieces = [raw[at : at + 7_000] for at in range(0, len(raw), 7_000)]
    return imports.store(application, name, pieces, user=None, at=NOW)


def checked(
    text: str | bytes, mapping: dict[str, str] | None = None, **options: Any
) -> Import:
    """Uploaded and looked at; ``mapping`` names columns otherwise than proposed."""
    upload = stored(text)
    words = [
        (mapping or {}).get(name, word)
        for name, word in zip(upload.columns, upload.mapping, strict=True)
    ]
    imports.check(upload, words, options, at=NOW)
    return worked(upload)


def worked(upload: Import, at: datetime = NOW) -> Import:
    while imports.work(upload.pk, seconds=0, at=at):
        pass
    upload.refresh_from_db()
    return upload


def ran(
    text: str | bytes, mapping: dict[str, str] | None = None, **options: Any
) -> Import:
    upload = checked(text, mapping, **options)
    assert upload.state == "checked", upload.trouble
    imports.run(upload, user=None, at=NOW)
    return worked(upload)


def undone(upload: Import, at: datetime = NOW + timedelta(hours=1)) -> Import:
    imports.undo(upload, user=None, at=at)
    return worked(upload, at)
