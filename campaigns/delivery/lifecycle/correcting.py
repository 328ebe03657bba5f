"""Correct a message while its run is paused, for those who were not contacted yet.

A revision never changes: the run points to a new one with the same audience. Who had
the first message keeps it; no provider takes a push back.
"""

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from campaigns.content import limits, locales
from campaigns.content.texts import ContentError
from campaigns.delivery import revisions
from campaigns.delivery.lifecycle import rights
from campaigns.delivery.lifecycle.refusals import Changed, Incomplete, WrongState
from campaigns.models import Batch, Campaign, Correction, Revision, Run, variants
from campaigns.models.states import BatchState, CampaignState, RunState
from devices.models import AuditEvent

TEXTS = ("title", "body", "link")
"""What may be corrected, in each language; the audience and the rules stay."""

STATES = ("accepted", "failed", "skipped", "unknown")

Said = Mapping[str, Mapping[str, str]]
"""The texts by language tag, those of another variant than A by "B:fr"."""


def correct(
    run: Run, said: Said, *, user: User, at: datetime, seen: int | None = None
) -> Correction:
    """Give the rest of a paused run these texts; sending them takes a resume.

    ``said`` may leave out what stays; ``seen`` is the revision that it was written
    over. Raises Refused: NotAllowed, Changed, WrongState while it is not paused or
    answers are on their way, Incomplete for a text that cannot be sent, naming the
    field ("title", "fr.title"). Later runs change for who may launch them.
    """
    rights.require(user, "change_campaign")
    with transaction.atomic():
        found = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        campaign = Campaign.objects.select_for_update(of=("self",)).get(
            pk=found.campaign_id
        )
        _require_quiet(found)
        if seen not in (None, found.revision_id):
            raise Changed
        before = Revision.objects.get(pk=found.revision_id)
        content = corrected(before.content, said)
        if content == before.content:
            raise WrongState(_("Nothing is different: the message stays as it is."))
        _require_sendable(content, campaign)
        after = revisions.corrected(before, content, user=user)
        Run.objects.filter(pk=found.pk).update(revision=after)
        may_launch = rights.may_launch_again(user, found)
        if campaign.next_at is None or may_launch:
            _carry_over(campaign, before, after, at=at)
        if may_launch:
            _correct_missed(campaign, before, after)
        AuditEvent.objects.note(user, "corrected the message", found)
        return Correction.objects.create(
            run=found,
            before=before,
            after=after,
            done=_tallies(found),
            made_by=user,
            made_at=at,
        )


def corrected(content: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The content with these texts in their languages; the others stay.

    A translation that opened what the message opened still does, and a variant that
    said what A said says what A says now.
    """
    own = _corrected(content, said, "")
    if "variants" in content:
        own["variants"] = [
            {**each, "content": _following(each, content, own, said)}
            for each in content["variants"]
        ]
    return own


def _following(
    variant: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    said: Said,
) -> dict[str, Any]:
    """A variant's content, with A's ``before`` and ``after``."""
    mine = variant["content"]
    followed = {**mine, **_followed(mine, before, after)}
    if "translations" in mine:
        followed["translations"] = [
            {**each, **_followed(each, _in_language(each, before), other)}
            for each in mine["translations"]
            for other in [_in_language(each, after)]
        ]
    return _corrected(followed, said, f"{variant['key']}:")


def _followed(
    mine: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    return {
        name: after[name]
        for name in TEXTS
        if name in before and mine.get(name) == before[name]
    }


def _corrected(content: Mapping[str, Any], said: Said, prefix: str) -> dict[str, Any]:
    own = {name: content[name] for name in content if name != "translations"}
    own |= _texts(said.get(prefix + content.get("locale", ""), {}))
    translations = []
    for before in content.get("translations", ()):
        after = {**before, **_texts(said.get(prefix + before["locale"], {}))}
        if after["link"] == before["link"] == content["link"]:
            after["link"] = own["link"]
        translations.append(after)
    return {**own, "translations": translations} if translations else own


def _texts(said: Mapping[str, str]) -> dict[str, str]:
    return {name: said[name] for name in TEXTS if name in said}


def _require_quiet(run: Run) -> None:
    if run.state != RunState.PAUSED:
        raise WrongState(_("Pause the run before you correct its message."))
    on_the_way = Batch.objects.filter(
        run=run, state=BatchState.LEASED, until__gte=Now(), next__gt=F("done")
    )
    if on_the_way.exists():
        raise WrongState(
            _("Some answers are still on their way: try again in a few seconds.")
        )


def _require_sendable(content: Mapping[str, Any], campaign: Campaign) -> None:
    schemes = campaign.application.link_schemes
    named = zip(variants.keys_in(content), variants.contents(content), strict=True)
    for key, each in named:
        try:
            limits.check(each, known=None, schemes=schemes)
        except ContentError as wrong:
            field, sentence = next(iter(wrong.problems.items()))
            prefix = "" if key == variants.FIRST else f"{key}:"
            raise Incomplete(sentence, field=prefix + field) from wrong


def _carry_over(
    campaign: Campaign, before: Revision, after: Revision, *, at: datetime
) -> None:
    """Later runs, and copies, say it correctly too; a new draft is left alone."""
    kept = Campaign.objects.filter(pk=campaign.pk, revision=before).exclude(
        state__in=[CampaignState.DRAFT, CampaignState.ARCHIVED]
    )
    translations = [
        {**each, **_news(each, before.content, after.content)}
        for each in campaign.translations
    ]
    texts = {name: after.content.get(name, "") for name in TEXTS}
    own = copy.copy(campaign)
    for name, value in (texts | {"translations": translations}).items():
        setattr(own, name, value)
    kept.update(
        **texts,
        translations=translations,
        variants=[
            _carried(each, campaign, own, (before, after)) for each in campaign.variants
        ],
        revision=after,
        version=F("version") + 1,
        updated_at=at,
    )


def _carried(
    variant: dict[str, Any],
    campaign: Campaign,
    own: Campaign,
    revisions_of: tuple[Revision, Revision],
) -> dict[str, Any]:
    """What a variant of the campaign says otherwise than the corrected A, ``own``."""
    before, after = (_of_variant(each, variant) for each in revisions_of)
    if before is None or after is None:
        return variant
    mine = variants.view(campaign, variant["key"])
    for name in TEXTS:
        if after.get(name) != before.get(name):
            setattr(mine, name, after.get(name, ""))
    mine.translations = [
        {**each, **_news(each, before, after)} for each in mine.translations
    ]
    said, wanted = variants.message_of(own), variants.message_of(mine)
    return {**variant, "changes": variants.difference(said, wanted)}


def _of_variant(
    revision: Revision, variant: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    found = revision.content.get("variants", ())
    mine = (each["content"] for each in found if each["key"] == variant["key"])
    return next(mine, None)


def _news(
    said: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """What is new in a campaign's translation; a link that it inherits stays so.

    One that fitted its source still does: whoever corrects sees them side by side.
    """
    old, new = _in_language(said, before), _in_language(said, after)
    news = {name: new[name] for name in TEXTS if new.get(name) != old.get(name)}
    if news.get("link") == after["link"]:
        news["link"] = said.get("link", "") and after["link"]
    fitted = said.get("source") == locales.digest(before["title"], before["body"])
    source = {"source": locales.digest(after["title"], after["body"])}
    return news | (source if fitted else {})


def _in_language(
    said: Mapping[str, Any], content: Mapping[str, Any]
) -> Mapping[str, str]:
    """The frozen translation; nothing for one that had no text."""
    found = content.get("translations", ())
    return next((each for each in found if each["locale"] == said["locale"]), {})


def _correct_missed(campaign: Campaign, before: Revision, after: Revision) -> None:
    """What was missed may still be sent: then it says it correctly too."""
    missed = Run.objects.filter(campaign=campaign, state=RunState.MISSED)
    missed.filter(revision=before).update(revision=after)


def _tallies(run: Run) -> dict[str, int]:
    sums = {state: Sum(state) for state in STATES}
    found = Batch.objects.filter(run=run).aggregate(**sums)
    return {state: found[state] or 0 for state in STATES}
