"""What would leave for each push service: the body itself and its bytes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.content import limits
from campaigns.content.limits import HEAVY
from campaigns.content.render import IMAGE_OF, CompiledContent, Skip
from campaigns.review import message
from devices.gateways import apns_message, fcm_message, webpush_message, wns_message
from devices.gateways.base import Push
from devices.gateways.scales import SCALES
from devices.models.applications import GatewayKind

GATEWAY_OF = {"android": "fcm", "ios": "apns", "web": "webpush", "windows": "wns"}
"""Who a platform's devices are reached by; an iPhone may also be by Firebase."""

BODIES: Mapping[str, Callable[[Push], bytes]] = {
    "fcm": lambda push: fcm_message.body_of(push, at=0),
    "apns": apns_message.body_of,
    "webpush": webpush_message.body_of,
    "wns": wns_message.body_of,
}

COLLAPSE = "r0000000"
"""As long as what makes a run's repetition replace its push on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The request body for one platform, and what counts of it against the limit."""

    platform: str
    gateway: str
    label: str
    body: bytes
    used: int
    most: int

    @property
    def heavy(self) -> bool:
        """Over 80 % of the limit."""
        return self.used > HEAVY * self.most

    @property
    def text(self) -> str:
        """The body, indented for a reader."""
        if self.gateway == "wns":
            return self.body.decode().replace("><", ">\n<")
        return json.dumps(json.loads(self.body), indent=2, ensure_ascii=False)


def pushes_of(
    compiled: CompiledContent, values: Mapping[str, object], *, ttl: int
) -> tuple[dict[str, Push], dict[str, Skip]]:
    """The push for each platform, as a gateway would get it; why others have none.

    What a platform is switched off for is in neither.
    """
    said = compiled.content.platforms
    made = {
        platform: compiled.push(
            0,
            limits.TOKEN,
            values,
            ttl=ttl,
            collapse=COLLAPSE,
            data=message.RUN_DATA,
            platform=platform,
        )
        for platform in IMAGE_OF
        if not said.get(platform, {}).get("off")
    }
    pushes = {name: each for name, each in made.items() if isinstance(each, Push)}
    skips = {name: each for name, each in made.items() if isinstance(each, Skip)}
    return pushes, skips


def tightest(pushes: list[Push], *, gateways: set[str]) -> dict[str, object]:
    """Bytes at the provider with the least room, of those that have a key here."""
    scales = [SCALES[each] for each in gateways or {"fcm"}]
    push = max(pushes, key=lambda each: len(each.image))
    scale = max(scales, key=lambda each: each.share(push))
    used, most = scale.size(push), scale.max_payload
    return {
        "sentence": _("%(used)s of %(most)s bytes") % {"used": used, "most": most},
        "heavy": used > HEAVY * most,
    }


def of(pushes: Mapping[str, Push], *, gateways: set[str]) -> list[Payload]:
    """One for each platform that has a push and a key, or for all without any key."""
    wanted = gateways or set(BODIES)
    return [
        _payload(platform, GATEWAY_OF[platform], push)
        for platform, push in pushes.items()
        if GATEWAY_OF[platform] in wanted
    ]


def _payload(platform: str, gateway: str, push: Push) -> Payload:
    return Payload(
        platform=platform,
        gateway=gateway,
        label=str(GatewayKind(gateway).label),
        body=BODIES[gateway](push),
        used=SCALES[gateway].size(push),
        most=SCALES[gateway].max_payload,
    )
