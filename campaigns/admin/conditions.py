"""“Show different text if” on the compose page: the menus, and the text they make.

The page posts what its menus hold and what was pressed, as JSON, and gets them drawn
anew: {"html"}, and with "do": "write" the Liquid as {"text"}. Nothing is saved here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.admin import attributes, personas
from campaigns.admin.attributes import Offer
from campaigns.audience import rules
from campaigns.content import conditions, reopening
from campaigns.content.conditions import (
    LEAVE_OUT,
    MOST_BRANCHES,
    MOST_CONDITIONS,
    Branch,
    Choice,
    Condition,
    Unfit,
)
from campaigns.models import Campaign
from devices.models import Application

TEMPLATE = "admin/campaigns/personal/menus.html"
LABELS = {("date", "in_days"): gettext_lazy("is in exactly … days")}
KINDS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "yes_no": gettext_lazy("Yes or no"),
    "date": gettext_lazy("Date"),
}
EMPTY = Branch(conditions=(Condition(field="", kind="", operator=""),))
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as the menus draw it; ``number`` is "1.2".

    ``is_strange``: nobody has a value of that name now, and it stays as it is.
    """

    number: str
    said: Condition
    comparisons: list[tuple[str, list[tuple[str, str]]]]
    inputs: list[tuple[str, str]]
    is_strange: bool

    @property
    def compare(self) -> str:
        return f"{self.said.kind}.{self.said.operator}"


def menus(
    choice: Choice, application: Application, *, leaves_out: bool, sees_people: bool
) -> dict[str, Any]:
    """What the template of the menus draws."""
    offers = attributes.offered(application, sees_people=sees_people)
    return {
        "offers": offers,
        "branches": [
            (number, each, list(_rows(number, each, offers)))
            for number, each in enumerate(choice.branches, start=1)
        ],
        "choice": choice,
        "leaves_out": leaves_out,
        "may_add": len(choice.branches) < MOST_BRANCHES,
    }


def _rows(number: int, branch: Branch, offers: list[Offer]) -> Iterator[Row]:
    known = {each.name: each for each in offers}
    for place, said in enumerate(branch.conditions, start=1):
        offer = known.get(said.field) or Offer(said.field)
        names = (
            conditions.values_of(said.kind, said.operator)
            if (said.kind, said.operator) in conditions.FORMS
            else ()
        )
        values = [*said.values, "", ""]
        if names == ("texts",):
            values = [", ".join(said.values)]
        yield Row(
            number=f"{number}.{place}",
            said=said,
            comparisons=[(str(KINDS[kind]), _of(kind)) for kind in offer.of_kinds],
            inputs=list(zip(names, values, strict=False)),
            is_strange=bool(said.field) and said.field not in known,
        )


def _of(kind: str) -> list[tuple[str, str]]:
    operators = rules.FIELDS[f"attribute.{kind}"].operators
    return [
        (f"{kind}.{key}", str(LABELS.get((kind, key)) or operators[key].label))
        for of, key in conditions.FORMS
        if of == kind
    ]


@require_POST
def page(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """The menus after something was pressed, or the text that they make."""
    application = Campaign.objects.select_related("application").get(pk=campaign_id)
    asked = _json(request.body)
    leaves_out = asked.get("mode") == "leave_out"
    pressed = str(asked.get("do", ""))
    choice = _opened(asked) if pressed == "open" else _choice(asked)
    answer: dict[str, Any] = {}
    if choice is None:
        answer["unreadable"] = _(
            "This text was not made with the menus: change it where it stands."
        )
        choice = Choice(branches=(EMPTY,))
    if pressed == "write":
        try:
            answer["text"] = conditions.write(_said(choice, leaves_out=leaves_out))
        except Unfit as unfit:
            answer["error"] = str(unfit)
    shown = menus(
        _changed(choice, pressed),
        application.application,
        leaves_out=leaves_out,
        sees_people=request.user.has_perm(personas.RIGHT),
    )
    answer["html"] = render_to_string(TEMPLATE, shown, request)
    return JsonResponse(answer)


def _json(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _opened(asked: Mapping[str, Any]) -> Choice | None:
    text = str(asked.get("text", ""))[: conditions.MOST_SOURCE].strip()
    return reopening.read(text) if text else Choice(branches=(EMPTY,))


def _said(choice: Choice, *, leaves_out: bool) -> Choice:
    if not leaves_out:
        return choice
    branches = tuple(replace(each, text=LEAVE_OUT) for each in choice.branches)
    return Choice(branches=branches)


def _choice(asked: Mapping[str, Any]) -> Choice:
    """What the menus hold, whatever was sent."""
    rows = _list(asked.get("branches"))[:MOST_BRANCHES]
    return Choice(
        branches=tuple(map(_branch, rows)) or (EMPTY,),
        otherwise=str(asked.get("otherwise", ""))[:LONGEST],
    )


def _branch(asked: Mapping[str, Any]) -> Branch:
    rows = _list(asked.get("conditions"))[:MOST_CONDITIONS]
    return Branch(
        conditions=tuple(map(_condition, rows)) or EMPTY.conditions,
        match="any" if asked.get("match") == "any" else "all",
        text=str(asked.get("text", ""))[:LONGEST],
    )


def _condition(asked: Mapping[str, Any]) -> Condition:
    kind, _dot, operator = str(asked.get("compare", "")).partition(".")
    values = tuple(str(each)[:200] for each in asked.get("values") or ())[:3]
    if (kind, operator) == ("text", "is_one_of") and values:
        values = tuple(each.strip() for each in values[0].split(","))
    return Condition(
        field=str(asked.get("field", "")), kind=kind, operator=operator, values=values
    )


def _list(value: object) -> list[Mapping[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [each for each in rows if isinstance(each, Mapping)]


def _changed(choice: Choice, pressed: str) -> Choice:
    """The choice with a branch or a condition more or less: "add:2", "remove:2.1"."""
    act, _colon, place = pressed.partition(":")
    branches = list(choice.branches)
    if act == "branch":
        branches.append(EMPTY)
    branch, _dot, row = place.partition(".")
    at = int(branch) - 1 if branch.isdecimal() and len(branch) < 3 else -1
    if 0 <= at < len(branches) and act in ("add", "remove"):
        branches[at : at + 1] = _edited(branches[at], act, row)
    return replace(choice, branches=tuple(branches) or (EMPTY,))


def _edited(branch: Branch, act: str, row: str) -> list[Branch]:
    """The branch with a condition more or less; none when all of it is removed."""
    said = list(branch.conditions)
    if act == "add":
        said += EMPTY.conditions
    elif not row.isdecimal() or len(said) == 1:
        return []
    else:
        del said[int(row) - 1 : int(row)]
    return [replace(branch, conditions=tuple(said))]


def sentence(text: str) -> str:
    """Who a rule leaves out, in words; "" where it was not made with the menus."""
    choice = reopening.read(text.strip()) if text.strip() else None
    if choice is None or any(each.text != LEAVE_OUT for each in choice.branches):
        return ""
    groups = [
        {"match": each.match, "rules": list(map(_rule, each.conditions))}
        for each in choice.branches
    ]
    try:
        rule = rules.parse({"version": rules.VERSION, "match": "any", "rules": groups})
    except rules.RuleError:
        return ""
    return rules.sentence(rule)


def _rule(said: Condition) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "field": f"attribute.{said.kind}",
        "name": said.field,
        "operator": said.operator,
    }
    names = conditions.values_of(said.kind, said.operator)
    if names == ("texts",):
        return shown | {"value": list(said.values)}
    given = [_typed(*each) for each in zip(names, said.values, strict=False)]
    if len(given) > 1:
        return shown | {"value": given}
    return shown | ({"value": given[0]} if given else {})


def _typed(name: str, value: str) -> str | int | float:
    if name == "days":
        return int(value)
    if name in ("number", "most"):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value
