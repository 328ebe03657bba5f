"""The sample application with everything that a first campaign needs."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from campaigns.audience import rules
from campaigns.content import locales
from campaigns.models import Campaign, Segment
from campaigns.models.campaigns import AudienceKind
from devices import credentials
from devices.models import Application, Credential, Topic
from devices.models.applications import Environment, GatewayKind
from devices.simulator.accounts import service_account
from devices.simulator.apns_accounts import apns_key
from devices.simulator.webpush_browsers import vapid_secret
from devices.simulator.wns_accounts import wns_secret

from . import drawings
from .tokens import Tokens

SLUG = "sample-shop"
TOPIC = "com.example.shop"
PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX
KEYS: dict[tuple[GatewayKind, Environment], Callable[[Path], str]] = {
    (GatewayKind.FCM, PRODUCTION): lambda folder: service_account(folder, SLUG),
    (GatewayKind.APNS, PRODUCTION): lambda folder: apns_key(folder, TOPIC),
    (GatewayKind.APNS, SANDBOX): lambda folder: apns_key(folder, TOPIC),
    (GatewayKind.WEBPUSH, PRODUCTION): lambda folder: vapid_secret(folder, SLUG),
    (GatewayKind.WNS, PRODUCTION): wns_secret,
}
TOPICS = (
    ("news", "News", True),
    ("offers", "Offers", True),
    ("events", "Events", False),
)


def condition(field: str, operator: str, value: Any = None, name: str = "") -> Any:
    """One condition of a rule, in JSON."""
    whole = {"field": field, "operator": operator, "name": name, "value": value}
    return {key: part for key, part in whole.items() if part not in (None, "")}


SEEN = condition("last_seen", "in_last_days", 90)
SEGMENTS = (
    ("Seen in the last 90 days", "all", [SEEN]),
    (
        "Dormant for 30 days",
        "any",
        [
            condition("last_seen", "more_than_days_ago", 30),
            condition("last_seen", "is_unknown"),
        ],
    ),
    (
        "Bought twice in 90 days",
        "all",
        [condition("event", "did", {"times": 2, "days": 90}, "purchase")],
    ),
    (
        "Full cart, nothing bought",
        "all",
        [
            condition("event", "did", {"times": 1, "days": 30}, "add_to_cart"),
            condition("event", "did_not", {"times": 1, "days": 30}, "purchase"),
        ],
    ),
    (
        "French speakers in Europe",
        "all",
        [
            condition("language", "is_one_of", ["fr"]),
            condition("zone", "is_one_of", ["Europe/Paris", "Europe/Brussels"]),
        ],
    ),
    (
        "Birthday today",
        "all",
        [condition("attribute.date", "anniversary_today", name="birthday")],
    ),
)
CAMPAIGN: dict[str, Any] = {
    "name": "Winter sale",
    "title": 'Hello {{ first_name | default: "there" }}, the sale is on',
    "body": (
        'Up to 40 % off in {{ city | default: "your city" }} and everywhere else, '
        "until Sunday evening."
    ),
    "link": "https://shop.example/sale",
    "buttons": [
        {"label": "Shop now", "link": "https://shop.example/sale"},
        {"label": "My wishlist", "link": "shop://wishlist"},
    ],
    "schedule": {"kind": "now"},
}
FRENCH = {
    "locale": "fr",
    "title": (
        'Bonjour {{ first_name | default: "à vous" }}, les soldes commencent\u202f!'
    ),
    "body": (
        'Jusqu’à −40\u00a0% à {{ city | default: "deux pas de chez vous" }} et partout '
        "ailleurs, jusqu’à dimanche soir."
    ),
    "link": "https://shop.example/fr/soldes",
    "source": locales.digest(CAMPAIGN["title"], CAMPAIGN["body"]),
}
CAMPAIGN["translations"] = [FRENCH]


def ensure(owner: Any, at: datetime) -> Application:
    """The sample shop with a key of the simulator's, topics, segments and a draft.

    ``owner`` is the user whom the draft belongs to, or None. Repeating it mends what
    is missing and changes nothing that is there.
    """
    shop = Application.objects.get_or_create(
        slug=SLUG, defaults={"name": "Sample shop", "link_schemes": ["shop"]}
    )[0]
    _ensure_keys(shop)
    for key, name, default_on in TOPICS:
        Topic.objects.get_or_create(
            application=shop, key=key, defaults={"name": name, "default_on": default_on}
        )
    segments = [_ensure_segment(shop, *facts) for facts in SEGMENTS]
    if not Campaign.objects.filter(application=shop, name=CAMPAIGN["name"]).exists():
        Campaign.objects.create(
            **CAMPAIGN,
            application=shop,
            asset=drawings.keep(drawings.sale(), drawings.SALE, shop, at),
            icon=drawings.keep(drawings.icon(), drawings.ICON, shop, at),
            audience=AudienceKind.SEGMENT,
            segment=segments[0],
            topic=Topic.objects.get(application=shop, key="offers"),
            owner=owner,
        )
    return shop


def tokens() -> Tokens:
    """What makes tokens of devices that have this shop's app."""
    folder = settings.VAR / "simulator"
    newest = json.loads(vapid_secret(folder, SLUG))["keys"][0]
    return Tokens(folder=folder, vapid_key=newest["public"])


def _ensure_keys(shop: Application) -> None:
    """A key of the simulator's for every gateway; those that are there stay."""
    folder = settings.VAR / "simulator"
    for (gateway, environment), make in KEYS.items():
        place = {"gateway": gateway, "environment": environment}
        if not Credential.objects.filter(application=shop, **place).exists():
            credentials.store(shop, gateway, environment, make(folder), actor=None)


def _ensure_segment(shop: Application, name: str, match: str, nodes: Any) -> Segment:
    rule = {"version": rules.VERSION, "match": match, "rules": nodes}
    rules.parse(rule)
    return Segment.objects.get_or_create(
        application=shop, name=name, defaults={"rule": rule}
    )[0]
