"""Correct the message of a paused run, for the devices that were not contacted yet."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.admin import looks, preview, status
from campaigns.admin.asking import number_of
from campaigns.delivery import clock, lifecycle
from campaigns.delivery.lifecycle.correcting import TEXTS
from campaigns.models import Campaign, Correction, Run
from campaigns.models.states import RunState
from campaigns.reports import run as reports
from devices.admin import pages

Texts = dict[str, str]
LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's fields: as they were sent, as they are typed, what is wrong.

    ``prefix`` begins the names of its fields and of its errors: "" or "fr.".
    """

    tag: str
    prefix: str
    before: Texts
    typed: Texts
    errors: Texts = field(default_factory=dict)

    @property
    def name(self) -> str:
        return looks.language(self.tag) if self.tag else ""


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    """The texts as they are; looking changes nothing, the button gives them out."""
    rows = Run.objects.select_related(
        "campaign__application", "campaign__asset", "application", "revision"
    )
    run = get_object_or_404(rows, pk=run_id)
    if run.state != RunState.PAUSED:
        messages.error(request, _("Pause the run before you correct its message."))
        return redirect("admin:campaigns_run_live", run.pk)
    if request.method == "GET" or request.POST.get("do") == "look":
        return show(request, run, {})
    if doubts := doubtful(request.POST, run):
        return show(request, run, doubts)
    try:
        made = lifecycle.correct(
            run,
            said(request.POST, run),
            user=pages.staff(request),
            at=clock.now(),
            seen=number_of(request.POST.get("revision", "")) or None,
        )
    except lifecycle.Incomplete as wrong:
        return show(request, run, {wrong.field: str(wrong)})
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return show(request, run, {})
    messages.success(
        request, _("Corrected. Those not yet contacted get it once you resume.")
    )
    if later_differ(made):
        sentence = _(
            "Later runs keep the message that was reviewed: you may not launch it to "
            "so many people."
        )
        messages.warning(request, sentence)
    return redirect("admin:campaigns_run_live", run.pk)


def later_differ(made: Correction) -> bool:
    """Whether later runs of the campaign say something else than the corrected one."""
    later = Campaign.objects.filter(pk=made.run.campaign_id, next_at__isnull=False)
    return later.exclude(revision=made.after).exists()


def show(request: HttpRequest, run: Run, errors: Texts) -> HttpResponse:
    languages = list(_languages(request.POST, run, errors))
    draft = _draft(run, {each.tag: each.typed for each in languages})
    return pages.draw(
        request,
        "admin/campaigns/run/correct.html",
        title=_("Correct the message"),
        run=run,
        status=status.of_run(run),
        languages=languages,
        numbers=reports.numbers(run),
        errors=errors,
        **preview.panel(draft, {}, user=pages.staff(request)),
    )


def doubtful(post: QueryDict, run: Run) -> Texts:
    """What the composer would mark in a text that was changed, by field.

    A name that nobody has would leave out all who wait, and nobody reviews this again.
    """
    languages = list(_languages(post, run, {}))
    draft = _draft(run, {each.tag: each.typed for each in languages})
    found = preview.show(draft, None)["errors"]
    changed = {
        each.prefix + name
        for each in languages
        for name in TEXTS
        if each.typed[name] != each.before[name]
    }
    return {name: sentence for name, sentence in found.items() if name in changed}


def said(post: QueryDict, run: Run) -> dict[str, Texts]:
    """The texts that were typed, by language tag."""
    return {each.tag: each.typed for each in _languages(post, run, {})}


def _languages(post: QueryDict, run: Run, errors: Texts) -> list[Language]:
    content = run.revision.content
    own = [(content.get("locale", ""), "", content)]
    own += [
        (each["locale"], f"{each['locale']}.", each)
        for each in content.get("translations", ())
    ]
    return [_language(tag, prefix, each, post, errors) for tag, prefix, each in own]


def _language(
    tag: str, prefix: str, content: dict[str, Any], post: QueryDict, errors: Texts
) -> Language:
    before = {name: str(content.get(name, "")) for name in TEXTS}
    return Language(
        tag=tag,
        prefix=prefix,
        before=before,
        typed={name: _typed(post, prefix + name, before[name]) for name in TEXTS},
        errors={
            name: errors[prefix + name] for name in TEXTS if prefix + name in errors
        },
    )


def _typed(post: QueryDict, name: str, otherwise: str) -> str:
    text = post.get(name, otherwise)
    return text.replace("\r\n", "\n").replace("\x00", "")[:LONGEST]


def _draft(run: Run, typed: dict[str, Texts]) -> Campaign:
    """The campaign as it would speak, never saved."""
    draft = copy.copy(run.campaign)
    for name, text in typed[run.revision.content.get("locale", "")].items():
        setattr(draft, name, text)
    draft.translations = [
        {**each, **typed.get(each["locale"], {})} for each in draft.translations
    ]
    return draft
