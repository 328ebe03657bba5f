"""Correct a message while its run is paused, for those who were not contacted yet.

A revision never changes: the run points to a new one with the same audience. Who had
the first message keeps it; no provider takes a push back.
"""

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
from campaigns.models import Batch, Campaign, Correction, Revision, Run
from campaigns.models.states import BatchState, CampaignState, RunState
from devices.models import AuditEvent

TEXTS = ("title", "body", "link")
"""What may be corrected, in each language; the audience and the rules stay."""

STATES = ("accepted", "failed", "skipped", "unknown")

Said = Mapping[str, Mapping[str, str]]
"""The texts by language tag."""


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

    A translation that opened what the message opened still does.
    """
    own = {name: content[name] for name in content if name != "translations"}
    own |= _texts(said.get(content.get("locale", ""), {}))
    translations = []
    for before in content.get("translations", ()):
        after = {**before, **_texts(said.get(before["locale"], {}))}
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
    try:
        limits.check(content, known=None, schemes=schemes)
    except ContentError as wrong:
        field, sentence = next(iter(wrong.problems.items()))
        raise Incomplete(sentence, field=field) from wrong


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
    kept.update(
        **{name: after.content.get(name, "") for name in TEXTS},
        translations=translations,
        revision=after,
        version=F("version") + 1,
        updated_at=at,
    )


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
