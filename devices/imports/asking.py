"""What staff ask of an import: each is one guarded UPDATE and a line of the audit."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import AuditEvent, Import, Topic
from devices.models.imports import UNDO_FOR, ImportLine, ImportState
from devices.models.installations import Platform
from devices.refusals import Refused

from . import targets

ENCODINGS = ("utf-8", "cp1252", "iso8859-15", "mac-roman")
TO_CHECK = (ImportState.NAMING, ImportState.CHECKED, ImportState.FAILED)


@transaction.atomic
def check(
    upload: Import, mapping: list[str], options: dict[str, Any], *, at: datetime
) -> None:
    """Keep the names of the columns and begin the dry run. Raises Refused."""
    check_mapping(upload, mapping)
    options = checked_options(options)
    rows = Import.objects.filter(pk=upload.pk, state__in=TO_CHECK)
    moved = rows.update(
        mapping=mapping,
        options=options,
        encoding=options.pop("encoding", upload.encoding),
        state=ImportState.CHECKING,
        **begun(at),
        offset=0,
        file_line=0,
        lines=0,
    )
    if not moved:
        raise Refused("", "not_now", NOT_NOW)
    ImportLine.objects.filter(upload=upload).delete()


@transaction.atomic
def run(upload: Import, *, user: Any, at: datetime) -> None:
    """Let a checked import change the audience. Raises Refused when it is not one."""
    rows = Import.objects.filter(pk=upload.pk, state=ImportState.CHECKED)
    if not rows.update(state=ImportState.RUNNING, **begun(at)):
        raise Refused("", "not_now", NOT_NOW)
    AuditEvent.objects.note(user, "import started", upload, lines=upload.lines)


@transaction.atomic
def undo(upload: Import, *, user: Any, at: datetime) -> None:
    """Put back what the import changed, where nothing came since. Raises Refused."""
    rows = Import.objects.filter(
        pk=upload.pk, state=ImportState.FINISHED, finished_at__gt=at - UNDO_FOR
    )
    told = {**upload.tally, "undo": {}}
    if not rows.update(state=ImportState.UNDOING, **{**begun(at), "tally": told}):
        raise Refused("", "too_late", TOO_LATE)
    AuditEvent.objects.note(user, "import undone", upload)


NOT_NOW = _("This import is somewhere else by now: load the page again.")
TOO_LATE = _("Only a finished import can be undone, for seven days.")
TWICE = _("Two columns have the same meaning: leave one of them out.")
NO_NAME = _("Say which column has the external id, or the push token.")
NO_PROOF = _(
    "Say what proves that these people agreed: where, when, and with which text."
)
STRANGE = _("A column has a meaning that is not offered: choose another one.")


def begun(at: datetime) -> dict[str, Any]:
    return {"cursor": 0, "tally": {}, "trouble": "", "touched_at": at}


def check_mapping(upload: Import, mapping: list[str]) -> None:
    if len(mapping) != len(upload.columns):
        raise Refused("/mapping", "not_now", NOT_NOW)
    for word in mapping:
        if not targets.is_target(word):
            raise Refused("/mapping", "unknown_target", STRANGE)
    named = [word.rpartition(":")[0] or word for word in mapping if word]
    single = [word for word in named if word != "tags"]
    if len(single) != len(set(single)):
        raise Refused("/mapping", "target_twice", TWICE)
    if not {"external_id", "token", "subscription"} & set(mapping):
        raise Refused("/mapping", "nobody", NO_NAME)
    topics = {found[1] for word in mapping if (found := targets.TOPIC.fullmatch(word))}
    known = Topic.objects.filter(application=upload.application, key__in=topics)
    if topics - set(known.values_list("key", flat=True)):
        raise Refused("/mapping", "unknown_topic", STRANGE)


def checked_options(given: dict[str, Any]) -> dict[str, Any]:
    """Consent is raised only where it was ticked, and then with what proves it."""
    kept: dict[str, Any] = {}
    if given.get("raise_consent"):
        proof = str(given.get("proof", "")).strip()
        if len(proof) < 10:
            raise Refused("/proof", "no_proof", NO_PROOF)
        kept = {"raise_consent": True, "proof": proof[:500]}
    if given.get("granted"):
        kept["granted"] = True
    if given.get("platform") in Platform.values:
        kept["platform"] = given["platform"]
    if given.get("encoding") in ENCODINGS:
        kept["encoding"] = given["encoding"]
    return kept
