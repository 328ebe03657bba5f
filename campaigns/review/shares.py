"""Checks of the variants: shares that can be, and what they were in earlier runs."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.models import Campaign, Run, variants
from campaigns.models.states import RunState

from .problem import Problem, look, ok, stop

FIELD = "control"
ABOUT = ("variants",)
NEVER_SENT = (RunState.CANCELLED, RunState.MISSED)


def of(key: str, found: Problem) -> Problem:
    """What a check said of one variant, with its name."""
    sentence = variants.labelled(key, str(found.sentence))
    return replace(found, sentence=sentence, variant=key)


def shares(campaign: Campaign) -> Iterator[Problem]:
    """Every check of the shares; nothing where everybody gets the same."""
    if not (campaign.variants or campaign.control):
        return
    found = [*_possible(campaign), *_alike(campaign), *_as_before(campaign)]
    yield from found
    if not found:
        yield ok(_("The shares of the variants add up."))


def _possible(campaign: Campaign) -> Iterator[Problem]:
    if wrong := variants.problem(campaign):
        yield stop(wrong, _("Change the shares."), FIELD)


def _alike(campaign: Campaign) -> Iterator[Problem]:
    for each in campaign.variants:
        if not each["changes"]:
            sentence = _("Variant %(key)s says exactly what A says.")
            fix = _("Change what it says, or remove it.")
            yield look(
                sentence % {"key": each["key"]},
                fix,
                FIELD,
                code=f"alike:{each['key']}",
                about=ABOUT,
            )


def _last(campaign: Campaign) -> Run | None:
    """The last run of the campaign, or else of the one whose place it takes."""
    runs = campaign.runs.exclude(state__in=NEVER_SENT).select_related("revision")
    last: Run | None = runs.order_by("-id").first()
    if last is None and campaign.replaces is not None:
        return _last(campaign.replaces)
    return last


def _as_before(campaign: Campaign) -> Iterator[Problem]:
    """Nobody leaves the control group; other shares give people another variant."""
    last = _last(campaign)
    if last is None:
        return
    before = last.revision.content
    control = before.get("control", 0)
    if campaign.control < control:
        sentence = _(
            "The control group of %(percent)d %% may grow, not shrink: some who got "
            "nothing in the last run would get this one."
        )
        fix = _("Give it its earlier share, or duplicate the campaign.")
        yield stop(sentence % {"percent": control}, fix, FIELD)
    elif variants.shares_in(before) != variants.shares(campaign):
        sentence = _(
            "The shares are not those of the last run: some people will get another "
            "variant than before."
        )
        fix = _("Go on, if this is what you want.")
        yield look(sentence, fix, FIELD, code="shares", about=ABOUT)
