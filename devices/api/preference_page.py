"""A person's own page: topics, a pause, everything off. It works without JavaScript.

The address is the key, as in any link that ends a subscription; GET changes nothing,
since mail programs and phones open links by themselves.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from devices import consent
from devices.consent import links
from devices.models import Person
from devices.models.consents import PreferenceState
from devices.refusals import Refused

from .access import Rate, caller, spend
from .problems import Problem

RATE = Rate("preference page", 60, timedelta(minutes=1))
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
STATES = {
    "yes": PreferenceState.OPTED_IN.value,
    "no": PreferenceState.UNSUBSCRIBED.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A topic as its reader sees it."""

    key: str
    name: str
    description: str
    is_on: bool
    is_required: bool


# The address is known to its person alone, and no session of anybody counts here.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is chosen; POST keeps it, or says what is wrong with it."""
    at = timezone.now()
    try:
        spend(RATE, caller(request), at)
    except Problem as problem:
        return problem.response()
    person = links.person_of(token)
    if person is None:
        raise Http404
    with translation.override(language_of(person)), timezone.override(zone_of(person)):
        if request.method == "POST":
            return kept(request, person, token, at)
        return shown(request, person, at)


def language_of(person: Person) -> str:
    """The person's, where the page speaks it; else what their browser asked for."""
    try:
        return translation.get_supported_language_variant(person.locale or "-")
    except LookupError:
        return translation.get_language() or "en"


def zone_of(person: Person) -> ZoneInfo:
    """The clock on the person's wall, as far as we know it."""
    known = person.zone if person.zone in available_timezones() else "UTC"
    return ZoneInfo(known)


def shown(
    request: HttpRequest, person: Person, at: datetime, *, refused: str = ""
) -> HttpResponse:
    until = consent.paused_until(person, at)
    response = render(
        request,
        "public/preferences.html",
        {
            "application": person.application.name,
            "state": consent.preference_of(person),
            "topics": topics_of(person),
            "until": until and timezone.localtime(until).date(),
            "tomorrow": timezone.localtime(at).date() + timedelta(days=1),
            "refused": refused,
            "is_saved": "saved" in request.GET and not refused,
        },
        status=422 if refused else 200,
    )
    for name, value in HEADERS.items():
        response[name] = value
    return response


def topics_of(person: Person) -> list[Line]:
    tag = person.locale or translation.get_language() or ""
    return [
        Line(
            key=topic.key,
            **topic.words(tag)._asdict(),
            is_on=is_on,
            is_required=topic.is_required,
        )
        for topic, is_on in consent.topics_of(person)
    ]


def kept(
    request: HttpRequest, person: Person, token: str, at: datetime
) -> HttpResponse:
    """What was chosen, all of it or nothing; then the page again, by its address."""
    try:
        consent.keep(person, choice(request, person), said(person), at)
    except Refused as refused:
        return shown(request, person, at, refused=str(refused.message))
    response = redirect("preferences", token=token)
    response["Location"] += "?saved=1"
    return response


def choice(request: HttpRequest, person: Person) -> consent.Choice:
    """What the form says. One button ends everything, whatever else is chosen."""
    if "off" in request.POST:
        return consent.Choice(state=PreferenceState.UNSUBSCRIBED)
    ticked = set(request.POST.getlist("topic"))
    topics = {
        each.key: each.key in ticked
        for each in topics_of(person)
        if (each.key in ticked) != each.is_on and not (each.is_required and each.is_on)
    }
    state = STATES.get(request.POST.get("messages", ""))
    if state == PreferenceState.UNSUBSCRIBED:
        # Whoever wants nothing needs no pause, and no fault in it keeps them.
        return consent.Choice(state=state, topics=topics)
    until = midnight(request.POST.get("until", ""))
    return consent.Choice(
        state=state, topics=topics, until=until, resumes=until is None
    )


def midnight(text: str) -> datetime | None:
    """The beginning of a day where the person lives; Refused for no day at all."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()[:10])
        start = timezone.make_aware(datetime.combine(day, time.min))
        return start.astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise Refused(
            "/until", "bad_day", _("Write the day as 2026-12-31, or leave it empty.")
        ) from broken


def said(person: Person) -> consent.Said:
    """The words of the page, as they stood before whoever answered."""
    lines = [
        _("May we send you messages?"),
        "( ) " + _("Yes, send me news and offers."),
        "( ) " + _("No messages at all."),
        *(f"[ ] {each.name}: {each.description}" for each in topics_of(person)),
    ]
    return consent.Said(
        source="preference page",
        text_version=f"preference page of {person.application.slug}"[:80],
        text="\n".join(lines),
        locale=translation.get_language() or "",
        actor="person",
    )


def urls() -> list[URLPattern]:
    """Under /p/: the addresses that people get."""
    return [path("<str:token>/", page, name="preferences")]
