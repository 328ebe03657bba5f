"""The primer for a device and an event now, or one reason for each that is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q

from campaigns.audience import explain, rules
from campaigns.models import Primer, PrimerResponse, Rendition, Segment
from campaigns.models.primers import ResponseKind
from campaigns.primers import eligibility, showings, wording
from campaigns.primers.eligibility import Device, History, Moment, Reason, Variant
from devices import consent
from devices.models import Installation, Person, Topic
from devices.models.installations import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A device, or a browser that is none yet; ``key`` is its installation id."""

    application_id: int
    key: str
    device: Device
    locale: str = ""
    installation: Installation | None = None

    @property
    def person(self) -> Person | None:
        return self.installation.person if self.installation else None


class No(NamedTuple):
    """A live primer of the event that this device does not get."""

    primer: Primer
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """At most one primer; ``noes`` are those before it, or all."""

    primer: Primer | None
    variant: Variant | None
    noes: list[No]


def of_installation(installation: Installation) -> Asker:
    """A registered device asks: what we keep of it decides."""
    device = Device(
        platform=installation.platform,
        permission=installation.permission,
        os_version=installation.os_version,
        app_version=installation.app_version,
        preference=consent.preference_of(installation.person),
    )
    return Asker(
        application_id=installation.application_id,
        key=installation.key,
        device=device,
        locale=installation.locale or installation.person.locale,
        installation=installation,
    )


def of_browser(application_id: int, key: str, permission: str, locale: str) -> Asker:
    """A browser before it subscribed asks: it says itself what it allows."""
    device = Device(platform=Platform.WEB, permission=permission)
    return Asker(application_id=application_id, key=key, device=device, locale=locale)


def choose(asker: Asker, event: str, moment: Moment) -> Answer:
    """The newest live primer of the event that this device may see."""
    noes: list[No] = []
    for primer in _live(asker.application_id, event):
        verdict = judge(primer, asker, moment)
        if isinstance(verdict, Variant):
            return Answer(primer=primer, variant=verdict, noes=noes)
        noes.append(No(primer, verdict))
    return Answer(primer=None, variant=None, noes=noes)


def _live(application_id: int, event: str) -> list[Primer]:
    rows = Primer.objects.live_for(application_id, event)
    return list(rows.select_related("segment", "asset"))


def judge(primer: Primer, asker: Asker, moment: Moment) -> Variant | Reason:
    """One primer for one device, the segment last."""
    history = history_of(primer, asker)
    verdict = eligibility.decide(primer, asker.device, history, moment)
    if isinstance(verdict, Variant) and primer.segment is not None:
        return _outside(primer.segment, asker.person, moment.at) or verdict
    return verdict


def _outside(segment: Segment, person: Person | None, at: datetime) -> Reason | None:
    if person is None:
        return Reason.STRANGER
    try:
        inside = explain.matches(rules.parse(segment.rule), person, at=at)
    except rules.RuleError:
        inside = False  # one that it is made of grew beyond what can be asked
    return None if inside else Reason.SEGMENT


def history_of(primer: Primer, asker: Asker) -> History:
    """Earlier showings on this device, in one query by the device's key.

    A browser only says which key it has: it speaks for no phone.
    """
    mine = Q(primer=primer)
    kind = {each: Q(kind=each) for each in ResponseKind}
    found = PrimerResponse.objects.filter(
        key=asker.key,
        platform=asker.device.platform,
        primer__application=asker.application_id,
    ).aggregate(
        shown=Count("pk", filter=mine & kind[ResponseKind.SHOWN]),
        laters=Count("pk", filter=mine & kind[ResponseKind.LATER]),
        refusals=Count("pk", filter=kind[ResponseKind.DENIED]),
        last_at=Max("at", filter=mine & kind[ResponseKind.SHOWN]),
    )
    return History(**found)


def drawn(answer: Answer, asker: Asker) -> dict[str, Any] | None:
    """All that an app needs to draw the answer's primer; None without one.

    Each call names a new showing.
    """
    primer = answer.primer
    if primer is None or answer.variant is None:
        return None
    words = wording.in_language(primer, asker.locale)
    is_web = asker.device.platform == Platform.WEB
    return {
        "id": public_id(primer),
        "version": primer.version,
        "showing": showings.make(
            primer.pk,
            primer.version,
            application=asker.application_id,
            key=asker.key,
        ),
        "variant": answer.variant,
        "layout": primer.web_layout if is_web else primer.layout,
        "language": words.locale,
        "direction": words.direction,
        "title": words.title,
        "text": words.text,
        "benefits": list(words.benefits),
        "accept": words.accept,
        "later": words.later,
        "blocked": words.blocked,
        "settings": words.settings,
        "colours": colours(primer),
        "image": image(primer),
        "topics": list(_topics(primer, words.locale)),
    }


def public_id(primer: Primer) -> str:
    return f"prm_{primer.public_id.hex}"


def proof(primer: Primer, version: int) -> str:
    """What the consent ledger calls the text of one version of a primer."""
    return f"{public_id(primer)} v{version}"


def colours(primer: Primer) -> dict[str, str]:
    names = ("ground", "ink", "button_ground", "button_ink")
    return {name: getattr(primer, name) for name in names}


def image(primer: Primer) -> dict[str, str] | None:
    """Addresses of the picture, wide and square, with its description."""
    if primer.asset is None:
        return None
    found = Rendition.objects.urls({primer.asset.pk}).get(primer.asset.pk, {})
    wide = found.get("primer_wide") or found.get("web_image", "")
    square = found.get("primer_square") or found.get("ios_square", "")
    if not (wide or square):
        return None
    return {
        "wide": wide or square,
        "square": square or wide,
        "description": primer.asset.alt_text,
    }


def _topics(primer: Primer, tag: str) -> Iterator[dict[str, str]]:
    """The topics that are offered, in the primer's order; archived ones are left.

    Named in the language of the primer's text.
    """
    rows = Topic.objects.filter(
        application=primer.application_id, key__in=primer.topics, archived_at=None
    )
    found = {topic.key: topic for topic in rows}
    for key in primer.topics:
        if topic := found.get(key):
            yield {"key": key, **topic.words(tag)._asdict()}
