"""Primers as they are edited and moved: the only writer of Primer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.models import Primer
from campaigns.models.primers import Layout, WebLayout
from campaigns.models.states import PrimerState
from campaigns.primers import checks, offers, wording
from campaigns.primers.examples import Example
from campaigns.primers.refusals import Changed, NotAllowed, NotReady, WrongState
from devices import consent
from devices.models import Application, AuditEvent
from devices.models.installations import Platform

TEXTS = ("title", "text", "benefits", "accept", "later", "blocked", "settings")
LOOKS = ("layout", "web_layout", "ground", "ink", "button_ground", "button_ink")
LANGUAGES = ("locale", "translations")
WHEN = (
    *("event", "minimum_sessions", "minimum_seconds", "skips_first_session"),
    *("wait_days", "most_times", "most_laters", "offers_settings"),
)
WHO = ("platforms", "minimum_version", "segment", "purpose", "topics", "asset")
EDITABLE = frozenset({"name", *TEXTS, *LOOKS, *LANGUAGES, *WHEN, *WHO})
OPEN = (PrimerState.DRAFT, PrimerState.PAUSED)
"""The states in which it can be changed."""

PLATFORMS = (Platform.IOS, Platform.ANDROID, Platform.WEB)
"""Those that ask their users; Windows never does."""


def create(
    application: Application,
    *,
    name: str,
    user: User,
    at: datetime,
    example: Example | None = None,
    language: str = "en",
    is_sample: bool = False,
) -> Primer:
    """A new draft, blank or as an example has it. Raises NotAllowed.

    ``language`` is the one it is written in: an example that speaks it has it as its
    own. ``is_sample`` marks one that simulated phones answer.
    """
    require(user, "add_primer")
    fields = _whole(example, language) if example else {"locale": language}
    with transaction.atomic():
        made = Primer.objects.create(
            application=application,
            name=name[:120],
            is_sample=is_sample,
            layout=Layout.SHEET,
            web_layout=WebLayout.SLIDE,
            platforms=list(PLATFORMS),
            created_by=user,
            created_at=at,
            updated_at=at,
            **fields,
        )
        AuditEvent.objects.note(user, "primer.created", made)
    return made


def _whole(example: Example, language: str) -> dict[str, Any]:
    """An example's fields, its translations marked as made from its own texts."""
    others = list(example.fields["translations"])
    own = {"locale": "en"} | {
        name: example.fields[name] for name in wording.NAMES if name in example.fields
    }
    for number, said in enumerate(others):
        if said["locale"] == language:
            own, others[number] = said, own
    fields = example.fields | own
    source = wording.digest(Primer(**fields))
    return fields | {"translations": [each | {"source": source} for each in others]}


def save(
    primer: Primer,
    changes: Mapping[str, object],
    *,
    user: User,
    version: int,
    at: datetime,
) -> int:
    """Write changed fields of a draft or a paused primer; the new version.

    Raises Changed when somebody saved since ``version``, WrongState when it is live
    or archived, NotAllowed, and KeyError for a field that is not for editing.
    """
    require(user, "change_primer")
    if unknown := set(changes) - EDITABLE:
        raise KeyError(*sorted(unknown))
    mine = Primer.objects.filter(pk=primer.pk, state__in=OPEN)
    if mine.filter(version=version, **changes).exists():
        return version
    with transaction.atomic():
        if mine.filter(version=version).update(
            **changes, version=F("version") + 1, updated_at=at
        ):
            AuditEvent.objects.note(user, "primer.changed", primer, version=version + 1)
            return version + 1
    if mine.exists():
        raise Changed
    raise WrongState(_("Pause the primer before you change it."))


def go_live(primer: Primer, *, user: User, version: int, at: datetime) -> None:
    """Devices that ask get it from now on.

    Raises NotReady, Changed when it is not the version that was looked at, WrongState
    and NotAllowed.
    """
    require(user, "change_primer")
    with transaction.atomic():
        found = _locked(primer)
        if found.version != version:
            raise Changed
        if checks.stops(checks.findings(found, at=at)):
            raise NotReady
        _move(found, PrimerState.LIVE, user, at, live_at=at)
        for words in wording.languages(found):
            consent.keep_wording(
                offers.proof(found, version),
                words.locale,
                wording.as_shown(words),
                at,
                application_id=found.application_id,
            )


def pause(primer: Primer, *, user: User, at: datetime) -> None:
    """Nobody is shown it from now on. Raises WrongState, NotAllowed."""
    require(user, "change_primer")
    with transaction.atomic():
        _move(_locked(primer), PrimerState.PAUSED, user, at)


def archive(primer: Primer, *, user: User, at: datetime) -> None:
    """Put it away; its numbers stay. Raises WrongState, NotAllowed."""
    require(user, "change_primer")
    with transaction.atomic():
        _move(_locked(primer), PrimerState.ARCHIVED, user, at)


def _locked(primer: Primer) -> Primer:
    # Of itself alone: the segment's and the picture's rows are others' to lock.
    return Primer.objects.select_for_update().get(pk=primer.pk)


def _move(
    primer: Primer, to: PrimerState, user: User, at: datetime, **changes: object
) -> None:
    moved = Primer.objects.filter(pk=primer.pk).move(to, updated_at=at, **changes)
    if not moved:
        sentence = _("The primer is “%(state)s” now: reload the page.")
        raise WrongState(sentence % {"state": primer.get_state_display()})
    AuditEvent.objects.note(user, f"primer.{to.value}", primer)


def require(user: User, right: str) -> None:
    """Raise NotAllowed unless the user has this right of campaigns."""
    if not user.has_perm(f"campaigns.{right}"):
        raise NotAllowed
