"""The page of one use case: everything that it would begin with, fitted and begun."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.admin import draft_form, looks, posted, starting, when
from campaigns.audience import known, rules, segments, sentences
from campaigns.cases.case import Answers, Case, hint
from campaigns.cases.shelf import CASES
from campaigns.delivery import clock
from campaigns.starting import cases
from devices.admin import pages
from devices.models import Application

OFFERED = {"event": "events", "attribute": "attributes", "version": "version"}
"""Where the audience's own data has names for what a use case asks."""
PRIMER = "campaigns.add_primer"


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """What the use case is, with one's own events in it; the button begins a draft."""
    case = CASES.get(key)
    if case is None or not case.is_ready:
        raise Http404
    asked = request.POST or request.GET
    applications = list(Application.objects.all())
    application = _chosen(applications, asked)
    answers = case.answers({name: str(value) for name, value in asked.items()})
    if application is not None and request.POST.get("do") == "begin":
        return begin(request, case, answers, application)
    return show(request, case, answers, application)


def _chosen(applications: list[Application], asked: QueryDict) -> Application | None:
    wanted = posted.chosen(Application.objects.all(), asked.get("application"))
    return wanted or next(iter(applications), None)


def begin(
    request: HttpRequest, case: Case, answers: Answers, application: Application
) -> HttpResponse:
    """Make the draft and open it, or say beside the answers why not."""
    try:
        draft = cases.begin(case, answers, _who(request, application))
    except (rules.RuleError, segments.Refused) as wrong:
        messages.error(request, str(wrong))
        return show(request, case, answers, application)
    messages.success(
        request, _("This draft has everything to begin with. Change what you like.")
    )
    return redirect("admin:campaigns_campaign_change", draft.pk)


def _who(request: HttpRequest, application: Application) -> cases.Beginning:
    return cases.Beginning(
        application=application,
        user=pages.staff(request),
        at=clock.now(),
        zone=timezone.get_current_timezone_name(),
        language=get_language() or "en",
    )


def show(
    request: HttpRequest, case: Case, answers: Answers, application: Application | None
) -> HttpResponse:
    """The page; without an application there is nothing to begin for."""
    own = cases.texts(case, get_language() or "en")
    schedule = case.schedule(
        start=timezone.localdate() + timedelta(days=1),
        zone=timezone.get_current_timezone_name(),
    )
    return pages.draw(
        request,
        "admin/campaigns/case.html",
        title=str(case.name),
        case=case,
        asks=_asks(case, answers, application),
        application=application,
        audience=_audience(case, answers),
        schedule=when.words(schedule) if schedule else "",
        lifetime=draft_form.lifetime(case.lifetime(answers)),
        copies=[(looks.language(tag), tag, said) for tag, said in case.copy.items()],
        phone=starting.phone_of(own["title"], own["body"]),
        applications=Application.objects.all(),
        **starting.reading(application),
    )


def _asks(
    case: Case, answers: Answers, application: Application | None
) -> list[dict[str, Any]]:
    """What the page asks, each with the names that people's own data has for it."""
    if not case.asks or application is None:
        return []
    offered = known.known(application.pk, sees_people=False)
    return [
        {
            "key": each.key,
            "label": each.label,
            "said": answers[each.key],
            "hint": hint(each),
            "choices": [
                one["key"] for one in offered.get(OFFERED.get(each.kind, ""), ())
            ],
        }
        for each in case.asks
    ]


def shelf(request: HttpRequest) -> list[tuple[Case, str]]:
    """Every use case with its page's address; "" where it cannot be begun."""
    may_make = request.user.has_perm(PRIMER)
    return [
        (each, _address(each))
        for each in CASES.values()
        if not each.elsewhere or may_make
    ]


def _address(case: Case) -> str:
    if case.elsewhere:
        return reverse(case.elsewhere)
    there = "admin:campaigns_campaign_case"
    return reverse(there, args=[case.key]) if case.is_ready else ""


def _audience(case: Case, answers: Answers) -> str:
    """Whom it is for as a sentence, or what is wrong with an answer."""
    if case.rule is None:
        return _("Everyone who may get it.")
    try:
        return sentences.sentence(rules.parse(case.rule(answers)))
    except rules.RuleError as wrong:
        return str(wrong)
