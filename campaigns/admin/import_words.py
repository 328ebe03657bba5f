"""What the pages of imports say of numbers, and what their forms post."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from devices import said
from devices.imports import targets
from devices.models import Import
from devices.models.imports import ImportState
from devices.models.installations import Platform

OPTIONS = ("raise_consent", "proof", "granted", "platform", "encoding")

LABELS: dict[str, Any] = {
    "people new": _("New people"),
    "people changed": _("People who change"),
    "people same": _("People who stay as they are"),
    "people full": _("People left out: more than 100 attributes"),
    "people erased": _("Rows left out: whoever it is asked to be erased"),
    "devices new": _("New devices"),
    "devices known": _("Devices that the person has already"),
    "devices taken": _("Devices left out: the token is somebody else's"),
    "devices dead": _("Devices left out: the token was given up earlier"),
    "devices named": _("Devices left out: the installation id is in use"),
    "devices erased": _("Devices left out: the token was erased"),
    "answers raised": _("Preferences raised, with your proof"),
    "answers lowered": _("Preferences lowered"),
    "answers held": _("Preferences not raised: there is no proof"),
    "answers later": _("Preferences kept: the person's own word is newer"),
    "answers same": _("Preferences that stay as they are"),
    "topics raised": _("Topics switched on, with your proof"),
    "topics lowered": _("Topics switched off"),
    "topics held": _("Topics not switched on: there is no proof"),
    "topics later": _("Topics kept: the person's own word is newer"),
    "topics same": _("Topics that stay as they are"),
}
UNDONE: dict[str, Any] = {
    "people removed": _("People removed"),
    "people kept": _("People kept: something came since"),
    "people restored": _("People put back"),
    "people gone": _("People who are gone by now"),
    "devices removed": _("Devices removed"),
    "devices kept": _("Devices kept: they were used or changed since"),
    "answers restored": _("Preferences put back"),
    "answers kept": _("Preferences kept: the person's own word is newer"),
}


def told(tally: Mapping[str, Any]) -> list[tuple[Any, int]]:
    """Each number that is not zero, with its words."""
    return [(word, tally[name]) for name, word in LABELS.items() if tally.get(name)]


def undone(tally: Mapping[str, Any]) -> list[tuple[Any, int]]:
    counted = tally.get("undo", {})
    return [(word, counted[name]) for name, word in UNDONE.items() if counted.get(name)]


def summary(upload: Import) -> list[tuple[Any, int]]:
    """The three numbers of the list."""
    names = ("people new", "people changed", "devices new")
    return [(LABELS[name], upload.tally.get(name, 0)) for name in names]


def progress(upload: Import) -> tuple[int, int]:
    """How far the task is, in rows; in bytes while the file is read."""
    if upload.state == ImportState.CHECKING and upload.offset < upload.bytes:
        return upload.offset, upload.bytes * 2
    if upload.state == ImportState.CHECKING:
        return upload.lines + upload.cursor, upload.lines * 2
    return min(upload.cursor, upload.lines), upload.lines


def platforms() -> list[tuple[str, Any]]:
    return [*Platform.choices]


def posted_target(post: Mapping[str, Any], place: int) -> str:
    """The target of a column: an attribute has its name in a field beside it."""
    word = str(post.get(f"target-{place}", ""))[:100]
    if word.startswith("attribute:"):
        return targets.attribute(
            str(post.get(f"name-{place}", ""))[:100], word.rpartition(":")[2]
        )
    return word


def shown(kept: str) -> str:
    return said.shown(kept) if kept else ""


def meant(target: str) -> dict[str, str]:
    """A column's target as the form has it: an attribute has a type and a name."""
    if found := targets.ATTRIBUTE.fullmatch(target):
        return {"kind": found[2], "name": found[1]}
    return {"whole": target}
