"""What the builder's page shows: the form, the preview, the checks, one device."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from campaigns.admin import primer_form
from campaigns.admin.status import Status
from campaigns.audience.known import events
from campaigns.media import library
from campaigns.models import Primer, Segment
from campaigns.models.primers import Layout, Need, WebLayout
from campaigns.models.states import PrimerState
from campaigns.primers import checks, drafts, eligibility, offers, wording
from campaigns.primers.eligibility import History, Moment, Variant
from devices.admin import pages
from devices.models import Installation, Topic

FOLDER = "admin/campaigns/primer"
STATUS: dict[str, Status] = {
    PrimerState.DRAFT: Status(PrimerState.DRAFT.label, "edit_note", "quiet"),
    PrimerState.LIVE: Status(PrimerState.LIVE.label, "sensors", "ok"),
    PrimerState.PAUSED: Status(PrimerState.PAUSED.label, "pause_circle", "look"),
    PrimerState.ARCHIVED: Status(PrimerState.ARCHIVED.label, "archive", "quiet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """The texts of one language, as the form shows them."""

    tag: str
    name: str
    prefix: str
    direction: str
    texts: dict[str, Any]
    missing: bool
    outdated: bool

    @property
    def benefits(self) -> list[tuple[int, str]]:
        """Every line that may be written, by its number."""
        lines = [*self.texts.get("benefits", []), *[""] * wording.MOST_BENEFITS]
        return list(enumerate(lines[: wording.MOST_BENEFITS], start=1))


def build(
    request: HttpRequest,
    primer: Primer,
    *,
    at: datetime,
    error: str = "",
    tested: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The builder with the primer as it is, or as somebody typed it."""
    may_change = request.user.has_perm("campaigns.change_primer")
    response = pages.draw(
        request,
        f"{FOLDER}/form.html",
        title=primer.name,
        primer=primer,
        chip=STATUS[primer.state],
        error=error,
        may_change=may_change,
        editable=may_change and primer.state in drafts.OPEN,
        may_test=request.user.has_perm("devices.view_installation"),
        tabs=tabs(primer),
        choices=choices(primer),
        tested=tested,
        **previewed(primer, request.GET.get("shown", ""), at=at),
    )
    response.status_code = status
    return response


def tabs(primer: Primer) -> list[Tab]:
    """The primer's own language first, then every translation."""
    own = {name: getattr(primer, name) for name in wording.NAMES}
    now = wording.digest(primer)
    first = _tab(primer.locale, "", own, missing=False, outdated=False)
    return [first] + [
        _tab(
            said["locale"],
            f"{said['locale']}.",
            said,
            missing=bool(wording.missing(primer, said)),
            outdated=said.get("source") not in (None, now),
        )
        for said in primer.translations
    ]


def _tab(
    tag: str, prefix: str, texts: dict[str, Any], *, missing: bool, outdated: bool
) -> Tab:
    return Tab(
        tag=tag,
        name=primer_form.language(tag),
        prefix=prefix,
        direction=wording.direction(tag),
        texts=texts,
        missing=missing,
        outdated=outdated,
    )


def choices(primer: Primer) -> dict[str, Any]:
    """What the form offers for this primer's application."""
    application = primer.application_id
    known = {primer.locale, *(each["locale"] for each in primer.translations)}
    segments = Q(archived_at=None) | Q(pk=primer.segment_id)
    spoken = dict(primer_form.languages())
    return {
        "layouts": Layout.choices,
        "web_layouts": WebLayout.choices,
        "purposes": Need.choices,
        "platforms": [(each.value, each.label) for each in drafts.PLATFORMS],
        "languages": ({primer.locale: primer_form.language(primer.locale)} | spoken),
        "more_languages": {k: name for k, name in spoken.items() if k not in known},
        "events": events(application),
        "topics": Topic.objects.filter(application=application, archived_at=None),
        "segments": Segment.objects.filter(segments, application=application),
        "assets": library.choices(application),
    }


def previewed(primer: Primer, shown: str, *, at: datetime) -> dict[str, Any]:
    """The frames in one language, and the checks of all."""
    words = wording.in_language(primer, shown or primer.locale)
    found = checks.findings(primer, at=at)
    topics = Topic.objects.filter(
        application=primer.application_id, key__in=primer.topics, archived_at=None
    )
    return {
        "words": words,
        "image": offers.image(primer),
        "offered": list(topics),
        "spoken": [
            (each.locale, primer_form.language(each.locale))
            for each in wording.languages(primer)
        ],
        "findings": found,
        "ready": not checks.stops(found),
        "colours": offers.colours(primer),
    }


def fragments(request: HttpRequest, primer: Primer, *, at: datetime) -> dict[str, str]:
    """Preview and checks of what is typed now, as HTML."""
    context = previewed(primer, request.POST.get("shown", ""), at=at)
    context |= {"primer": primer, "title": primer.name}
    return {
        name: render_to_string(f"{FOLDER}/{name}.html", context, request)
        for name in ("preview", "checks")
    }


def tested(
    primer: Primer, wanted: str, sessions: str, *, at: datetime
) -> dict[str, Any]:
    """Whether one device may see the primer now, with what decided it."""
    device = _device(primer, wanted.strip()[:128])
    if device is None:
        return {"wanted": wanted, "unknown": True}
    asker = offers.of_installation(device)
    least = max(2, primer.minimum_sessions)
    known = sessions.isascii() and sessions.isdecimal() and len(sessions) < 6
    count = int(sessions) if known else least
    moment = Moment(at=at, sessions=count, seconds=primer.minimum_seconds)
    verdict = offers.judge(primer, asker, moment)
    history: History = offers.history_of(primer, asker)
    return {
        "wanted": wanted,
        "device": device,
        "sessions": count,
        "gets_it": isinstance(verdict, Variant),
        "words": verdict.label
        if isinstance(verdict, Variant)
        else eligibility.words(verdict),
        "history": history,
        "is_live": primer.state == PrimerState.LIVE,
    }


def _device(primer: Primer, wanted: str) -> Installation | None:
    """By the app's installation id, or by the device id of the API."""
    mine = Installation.objects.filter(application=primer.application_id)
    mine = mine.select_related("person")
    digits = wanted.removeprefix("dev_")
    is_id = len(digits) == 32 and all(each in "0123456789abcdef" for each in digits)
    named = Q(key=wanted) | (Q(public_id=digits) if is_id else Q())
    return mine.filter(named).first() if wanted else None
