"""Correct the message of a paused run, for the devices that were not contacted yet."""

from collections.abc import Iterator, Mapping
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
from campaigns.models import Campaign, Correction, Run, variants
from campaigns.models.states import RunState
from campaigns.reports import run as reports
from devices.admin import pages

Texts = dict[str, str]
Json = Mapping[str, Any]
LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's fields: as they were sent, as they are typed, what is wrong.

    ``prefix`` begins the names of its fields and of its errors: "", "fr." or, of
    another variant than A, "B:fr.". ``names`` are the fields that it has of its own.
    """

    tag: str
    prefix: str
    before: Texts
    typed: Texts
    errors: Texts = field(default_factory=dict)
    variant: str = variants.FIRST
    names: tuple[str, ...] = TEXTS

    @property
    def name(self) -> str:
        return looks.language(self.tag) if self.tag else ""

    @property
    def key(self) -> str:
        """By what lifecycle.correct knows its texts."""
        is_first = self.variant == variants.FIRST
        return self.tag if is_first else f"{self.variant}:{self.tag}"


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
    draft = _drafts(run, languages)[variants.FIRST]
    return pages.draw(
        request,
        "admin/campaigns/run/correct.html",
        title=_("Correct the message"),
        run=run,
        status=status.of_run(run),
        languages=languages,
        several=bool(run.revision.content.get("variants")),
        numbers=reports.numbers(run),
        errors=errors,
        **preview.panel(draft, {}, user=pages.staff(request)),
    )


def doubtful(post: QueryDict, run: Run) -> Texts:
    """What the composer would mark in a text that was changed, by field.

    A name that nobody has would leave out all who wait, and nobody reviews this again.
    """
    languages = list(_languages(post, run, {}))
    found: Texts = {}
    for key, draft in _drafts(run, languages).items():
        wrong = preview.show(draft, None)["errors"]
        start = "" if key == variants.FIRST else f"{key}:"
        found |= {start + name: sentence for name, sentence in wrong.items()}
    changed = {
        each.prefix + name
        for each in languages
        for name in each.names
        if each.typed[name] != each.before[name]
    }
    return {name: sentence for name, sentence in found.items() if name in changed}


def said(post: QueryDict, run: Run) -> dict[str, Texts]:
    """The texts that were typed, as lifecycle.correct takes them."""
    return {
        each.key: {name: each.typed[name] for name in each.names}
        for each in _languages(post, run, {})
    }


def _languages(post: QueryDict, run: Run, errors: Texts) -> list[Language]:
    """A's languages, then those in which another variant says something of its own."""
    content = run.revision.content
    named = zip(variants.keys_in(content), variants.contents(content), strict=True)
    found = [
        _language(key, *each, post=post, errors=errors)
        for key, said in named
        for each in _spoken(said, content, key)
    ]
    return [each for each in found if each.names]


def _spoken(
    said: Json, own: Json, key: str
) -> Iterator[tuple[str, str, Json, tuple[str, ...]]]:
    """(tag, prefix, texts, names of those that are not A's) of each language."""
    start = "" if key == variants.FIRST else f"{key}:"
    yield said.get("locale", ""), start, said, _names(said, own, key)
    others = {each["locale"]: each for each in own.get("translations", ())}
    for each in said.get("translations", ()):
        tag = each["locale"]
        names = _names(each, others.get(tag, {}), key)
        yield tag, f"{start}{tag}.", each, names


def _names(said: Json, own: Json, key: str) -> tuple[str, ...]:
    if key == variants.FIRST:
        return TEXTS
    return tuple(name for name in TEXTS if said.get(name, "") != own.get(name, ""))


def _language(
    key: str,
    tag: str,
    prefix: str,
    content: Json,
    names: tuple[str, ...],
    *,
    post: QueryDict,
    errors: Texts,
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
        variant=key,
        names=names,
    )


def _typed(post: QueryDict, name: str, otherwise: str) -> str:
    text = post.get(name, otherwise)
    return text.replace("\r\n", "\n").replace("\x00", "")[:LONGEST]


def _drafts(run: Run, languages: list[Language]) -> dict[str, Campaign]:
    """Each variant as it would speak, by its key, never saved."""
    content = run.revision.content
    found = {key: variants.view(run.campaign, key) for key in variants.keys_in(content)}
    for each in languages:
        draft = found[each.variant]
        typed = {name: each.typed[name] for name in each.names}
        if each.tag == content.get("locale", ""):
            for name, text in typed.items():
                setattr(draft, name, text)
        else:
            draft.translations = [
                {**said, **(typed if said["locale"] == each.tag else {})}
                for said in draft.translations
            ]
    return found
