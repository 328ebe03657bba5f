"""What the builder asks while somebody builds: words, numbers, one person."""

import json
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from campaigns.audience import (
    estimate,
    explain,
    limits,
    memberships,
    parts,
    resolved,
    rules,
    sentences,
)
from campaigns.audience import schema as rule_schema
from campaigns.audience.tree import Condition, Group
from campaigns.delivery import clock
from devices.models import Person

LONGEST = 100_000
"""Characters of JSON that are read at all; fifty conditions take a tenth."""


def json_or_none(text: str) -> Any:
    """What the text means as JSON, None when it is none or far too long."""
    if len(text) > LONGEST:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def body(request: HttpRequest) -> dict[str, Any]:
    read = json_or_none(request.body[: LONGEST + 1].decode(errors="replace"))
    return read if isinstance(read, dict) else {}


def number_of(text: str) -> int:
    """The id or number that the text is, 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def application_of(asked: dict[str, Any]) -> int:
    """The application's id, 0 for anything that is none."""
    return number_of(str(asked.get("application", "")))


@require_GET
def schema(request: HttpRequest) -> JsonResponse:
    """What the JSON of a rule may hold, as a JSON Schema."""
    return JsonResponse(rule_schema.of_rule())


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """The rule as a sentence; or an empty one and a problem for each place.

    Its groups in words too, and the days that relative windows mean now.
    """
    try:
        rule = rule_of(body(request))
    except rules.RuleError as wrong:
        return JsonResponse({"sentence": "", "problems": wrong.problems})
    return JsonResponse(
        {
            "sentence": sentences.sentence(rule),
            "problems": {},
            "groups": {
                place: sentences.of_group(node)
                for place, node in parts.walk(rule)
                if isinstance(node, Group)
            },
            "windows": windows(rule),
        }
    )


def windows(rule: rules.Rule) -> dict[str, str]:
    """What each relative window means now, by the place of its condition."""
    at = clock.now()
    told = {
        place: resolved.sentence(node, at=at)
        for place, node in parts.walk(rule)
        if isinstance(node, Condition)
    }
    return {place: sentence for place, sentence in told.items() if sentence}


def rule_of(asked: dict[str, Any]) -> rules.Rule:
    """The rule that was asked about, whatever it names looked up; or RuleError."""
    segment = number_of(str(asked.get("segment", "")))
    inside = (segment,) if segment else ()
    rule = memberships.bare(rules.parse(asked.get("rule")))
    return memberships.known(rule, application_of(asked), inside=inside)


@require_POST
def count(request: HttpRequest) -> JsonResponse:
    """How many people and devices match now: of many people about, with the error."""
    asked = body(request)
    try:
        rule = rule_of(asked)
    except rules.RuleError:
        return JsonResponse({"error": True, "note": ""})
    audience = {
        "kind": "segment",
        "rule": rules.to_json(rule),
        "segment": None,
        "name": "",
    }
    try:
        found = estimate.about(application_of(asked), audience, at=clock.now())
    except limits.TooSlow:
        slow = _("Counting takes too long now: save, and it is counted on its own.")
        return JsonResponse({"error": True, "note": slow})
    return JsonResponse(
        {
            "people": shown(found.people, exact=found.exact),
            "devices": shown(found.devices, exact=found.exact),
            "people_word": ngettext("person", "people", found.people),
            "devices_word": ngettext("device", "devices", found.devices),
            "note": note(found),
        }
    )


def shown(number: int, *, exact: bool) -> str:
    return intcomma(number) if exact else _("about %s") % intcomma(number)


def note(found: estimate.Count) -> str:
    when = date_format(timezone.localtime(), "H:i:s")
    if found.exact:
        return _("Counted at %s.") % when
    facts = {"time": when, "error": intcomma(found.error)}
    told = _("Estimated from a sample at %(time)s, give or take %(error)s people.")
    return told % facts


@require_POST
def test(request: HttpRequest) -> JsonResponse:
    """Each condition for one person, with the value that decided it."""
    asked = body(request)
    try:
        rule = rule_of(asked)
    except rules.RuleError as wrong:
        return refused(_("Correct the rules first: %s") % wrong)
    wanted = str(asked.get("person", ""))[:128]
    people = Person.objects.present().filter(application=application_of(asked))
    person = people.filter(external_id=wanted).first()
    if person is None:
        return refused(_("Nobody has the external id “%s”.") % wanted)
    return JsonResponse(told(rule, person))


def told(rule: rules.Rule, person: Person) -> dict[str, Any]:
    at = clock.now()
    verdict = (
        _("%s is in this segment.")
        if explain.matches(rule, person, at=at)
        else _("%s is not in this segment.")
    )
    steps = explain.person(rule, person, at=at)
    return {"verdict": verdict % person, "steps": [step._asdict() for step in steps]}


def refused(sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence, "steps": []})
