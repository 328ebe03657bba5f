"""Where a tap goes: the sites of the house, and how visits are measured (lint Y7)."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from campaigns.content.render import CompiledContent
from campaigns.models import Campaign, HouseStyle, LinkVisit
from campaigns.models.campaigns import Purpose

from .problem import Problem, look, ok

ROOM = 12
"""Links of one message that are looked at."""


class Link(NamedTuple):
    """A link as it is written, and the field of the compose page that holds it."""

    field: str
    address: str

    @property
    def fixed(self) -> str:
        """What stands before anything personalised: the site at least."""
        return self.address.partition("{{")[0].partition("{%")[0]

    @property
    def is_constant(self) -> bool:
        return self.fixed == self.address

    @property
    def host(self) -> str:
        return (urlsplit(self.fixed).hostname or "").lower()


def of(compiled: CompiledContent) -> list[Link]:
    """Every address on the web that a tap may open, each once."""
    found: dict[str, Link] = {}
    for language in compiled.languages:
        prefix = "" if language is compiled else f"{language.content.locale}."
        places = {"": language, **language.platforms}
        for place, made in places.items():
            name = f"{place}:link" if place else "link"
            found.setdefault(
                made.content.link, Link(f"{prefix}{name}", made.content.link)
            )
            for button in made.content.buttons:
                found.setdefault(button.link, Link("buttons", button.link))
    return [each for each in found.values() if each.address.startswith("https://")]


def visitable(campaign: Campaign) -> bool:
    """Whether it has a link to the web that is the same for everybody."""
    written = [campaign.link, *(each.get("link", "") for each in campaign.buttons)]
    written += [each.get("link", "") for each in campaign.translations]
    return any(each.startswith("https://") and "{" not in each for each in written)


def links(campaign: Campaign, compiled: CompiledContent) -> Iterator[Problem]:
    """Every check of the links; nothing where a tap opens the app alone."""
    mine = of(compiled)[:ROOM]
    if not mine:
        return
    house = HouseStyle.objects.of(campaign.application_id)
    found = [
        *(problem for each in mine for problem in _site(each, house)),
        *_measured(campaign, mine, house),
        *_visited(campaign, mine),
    ]
    yield from found
    if not found:
        yield ok(_("The links open, on the sites that you use."))


def _site(link: Link, house: HouseStyle) -> Iterator[Problem]:
    known = house.sites
    if known and not any(f".{link.host}".endswith(f".{each}") for each in known):
        yield look(
            _("“%(site)s” is not among the sites of your house style.")
            % {"site": link.host},
            _("Check how it is spelled, or have it added to the house style."),
            link.field,
            code=f"links.site:{link.host}"[:60],
        )


def _measured(
    campaign: Campaign, mine: list[Link], house: HouseStyle
) -> Iterator[Problem]:
    """Links without utm parameters, where the house or the other links have them."""
    bare = [each for each in mine if not _has_utm(each)]
    is_wanted = house.measured and campaign.purpose == Purpose.PROMOTIONAL
    if bare and (is_wanted or len(bare) < len(mine)):
        yield look(
            _("This link carries no utm parameters: %(link)s")
            % {"link": bare[0].fixed[:80]},
            _("Add utm_source, utm_medium and utm_campaign to it."),
            bare[0].field,
            code="links.unmeasured",
        )


def _has_utm(link: Link) -> bool:
    names = {name for name, _value in parse_qsl(urlsplit(link.address).query)}
    return any(each.startswith("utm_") for each in names)


def _visited(campaign: Campaign, mine: list[Link]) -> Iterator[Problem]:
    """What came of the last visit to each link that is the same for everybody."""
    rows = LinkVisit.objects.filter(application=campaign.application_id)
    known = {
        each.address: each
        for each in rows.filter(address__in=[m.address for m in mine])
    }
    waiting = []
    for link in (each for each in mine if each.is_constant):
        visit = known.get(link.address)
        if visit is None:
            waiting.append(link)
        elif visit.trouble:
            yield look(
                _("%(link)s: %(trouble)s")
                % {"link": link.address[:80], "trouble": visit.why},
                _("Open it in a browser, mend it, and have the links visited again."),
                link.field,
                code="links.broken",
            )
        elif visit.needs_signin:
            yield look(
                _("%(link)s leads to a sign-in.") % {"link": link.address[:80]},
                _("Link to a page that everybody may read, or to a screen of the app."),
                link.field,
                code="links.signin",
            )
    if waiting:
        yield look(
            _("Nobody looked yet whether the links open."),
            _("Press “Visit the links” above: this server opens each of them once."),
            waiting[0].field,
            code="links.unchecked",
        )
