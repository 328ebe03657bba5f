"""What the builder asks once a rule is whole: its parts, who is reached, examples."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import asking
from campaigns.audience import examples, known, limits, nobody, parts, rules, select
from campaigns.audience.tree import Group
from campaigns.delivery import clock
from devices.models import Person
from devices.models.installations import Platform


@require_POST
def split(request: HttpRequest) -> JsonResponse:
    """People of each condition and group, and why the parts of nobody match nobody."""
    asked = asking.body(request)
    application_id = asking.application_of(asked)
    try:
        rule = asking.rule_of(asked)
        found = parts.count(rule, application_id, at=clock.now())
    except (rules.RuleError, limits.TooSlow):
        return JsonResponse({"counts": {}, "hints": {}})
    return JsonResponse(
        {
            "counts": {
                place: number_of(number, exact=found.exact)
                for place, number in found.people.items()
            },
            "hints": hints(rule, found, application_id),
        }
    )


def hints(rule: rules.Rule, found: parts.Parts, application_id: int) -> dict[str, str]:
    """A sentence for each condition that holds for nobody, by its place.

    None in an application that has nobody: there it is not the condition's fault.
    Leaving nobody out is no fault either, unless it names what there is not.
    """
    if not found.everybody:
        return {}
    told: dict[str, str] = {}
    exceptions: list[str] = []
    for place, node in parts.walk(rule):
        if isinstance(node, Group):
            exceptions += [f"{place}/"] if node.match == "none" else []
        elif not found.people[place]:
            excused = place.startswith(tuple(exceptions))
            plain = "" if excused else _("Nobody matches this by itself.")
            told[place] = nobody.why(node, application_id) or plain
    return {place: sentence for place, sentence in told.items() if sentence}


@require_POST
def reach(request: HttpRequest) -> JsonResponse:
    """Of those who match: how many a promotional message would reach, and where."""
    asked = asking.body(request)
    application_id, at = asking.application_of(asked), clock.now()
    try:
        rule = asking.rule_of(asked)
        everybody = Person.objects.present().filter(application=application_id)
        people = everybody.filter(select.to_q(rule, at=at))
        found = parts.reached(people, application_id, at=at)
    except (rules.RuleError, limits.TooSlow):
        return JsonResponse({"people": "", "devices": []})
    return JsonResponse(
        {
            "people": number_of(found.people, exact=found.exact),
            "devices": platforms(found.devices, exact=found.exact),
        }
    )


def platforms(devices: Mapping[str, int], *, exact: bool) -> list[list[str]]:
    """(platform, number) in words, the largest first."""
    ordered = sorted(devices.items(), key=lambda each: -each[1])
    return [
        [str(Platform(platform).label), number_of(number, exact=exact)]
        for platform, number in ordered
    ]


def number_of(number: int, *, exact: bool) -> str:
    return asking.shown(number if exact else known.rounded(number), exact=exact)


@require_POST
def people(request: HttpRequest) -> JsonResponse:
    """Ten people who match, each with what is true of them."""
    asked = asking.body(request)
    try:
        rule = asking.rule_of(asked)
        found = examples.some(rule, asking.application_of(asked), at=clock.now())
    except rules.RuleError as wrong:
        return asking.refused(_("Correct the rules first: %s") % wrong)
    except limits.TooSlow:
        return asking.refused(_("Looking for examples takes too long now."))
    return JsonResponse({"people": [shown(each) for each in found]})


def shown(example: examples.Example) -> dict[str, Any]:
    return {
        "name": str(example.person),
        "url": reverse("admin:devices_person_change", args=[example.person.pk]),
        "facts": [
            _("%(what)s: %(value)s") % {"what": what, "value": value}
            for what, value in example.facts
        ],
    }
