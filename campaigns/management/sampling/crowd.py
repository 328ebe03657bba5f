"""Sample people, their devices and deeds, drawn from a seed. Pure: no database."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from devices.attributes import BulkPerson
from devices.events import BulkEvent
from devices.models.applications import Environment, GatewayKind
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform
from devices.registration import BulkDevice

from .places import FIRST_NAMES, PHONES, PLACES, VERSIONS, Place
from .tokens import Tokens, world

DAYS = 90
DEVICES = (0, 1, 2, 3)
DEVICE_WEIGHTS = (12, 45, 28, 15)
WAYS: dict[tuple[Platform, GatewayKind, Environment], int] = {
    (Platform.ANDROID, GatewayKind.FCM, Environment.PRODUCTION): 29,
    (Platform.IOS, GatewayKind.APNS, Environment.PRODUCTION): 38,
    (Platform.IOS, GatewayKind.APNS, Environment.SANDBOX): 1,
    (Platform.IOS, GatewayKind.FCM, Environment.PRODUCTION): 3,
    (Platform.WEB, GatewayKind.WEBPUSH, Environment.PRODUCTION): 25,
    (Platform.WINDOWS, GatewayKind.WNS, Environment.PRODUCTION): 4,
}
"""How devices are reached, in per cent. iOS has the largest share, since of its owners
only those who opted in get a promotional message."""
PERMISSIONS = (
    Permission.GRANTED,
    Permission.DENIED,
    Permission.UNKNOWN,
    Permission.PROVISIONAL,
)
ANSWERS: dict[PreferenceState | None, int] = {
    None: 40,
    PreferenceState.OPTED_IN: 52,
    PreferenceState.UNSUBSCRIBED: 8,
}
EVENTS = {
    "app_open": 55,
    "view_item": 25,
    "search": 9,
    "add_to_cart": 7,
    "purchase": 4,
}


class Crowd:
    """One slice of the sample; the same seed and slice give the same people.

    Times lie in the 90 days before ``at``.
    """

    def __init__(
        self, tokens: Tokens, *, seed: int, first: int, count: int, at: datetime
    ) -> None:
        self.tokens = tokens
        self.seed = seed
        self.numbers = range(first, first + count)
        self.at = at
        self.chance = random.Random(f"{seed}/{first}")  # noqa: S311

    def people(self) -> list[BulkPerson]:
        return [self._person(number) for number in self.numbers]

    def answers(self) -> list[PreferenceState | None]:
        """What each person said, in the order of the people; None said nothing."""
        count = len(self.numbers)
        return self.chance.choices(list(ANSWERS), list(ANSWERS.values()), k=count)

    def topic_answers(self, keys: list[str]) -> Iterator[tuple[int, str, bool]]:
        """(position of the person, topic, on or off) of those who said something."""
        for position in range(len(self.numbers)):
            if self.chance.random() < 0.25:
                yield position, self.chance.choice(keys), self.chance.random() < 0.4

    def devices(self, ids: list[int], people: list[BulkPerson]) -> list[BulkDevice]:
        owners = self.chance.choices(DEVICES, DEVICE_WEIGHTS, k=len(ids))
        return [
            self._device(pk, person, f"{self.seed}-{number}-{nth}")
            for pk, person, number, count in zip(
                ids, people, self.numbers, owners, strict=True
            )
            for nth in range(count)
        ]

    def events(self, ids: list[int], count: int) -> Iterator[BulkEvent]:
        """Some people do much and many do little, as in life."""
        first = self.numbers.start
        names = self.chance.choices(list(EVENTS), list(EVENTS.values()), k=count)
        for number, name in enumerate(names):
            doer = int(len(ids) * self.chance.random() ** 2)
            yield BulkEvent(
                person_id=ids[doer],
                installation_id=None,
                key=f"sample-{self.seed}-{first}-{number}",
                name=name,
                properties=self._properties(name),
                at=self._moment(DAYS),
            )

    def _person(self, number: int) -> BulkPerson:
        place = self.chance.choice(PLACES)
        created = self._moment(400)
        is_unseen = self.chance.random() < 0.04
        is_vague = self.chance.random() < 0.08
        return BulkPerson(
            external_id=f"sample-{self.seed}-{number}",
            attributes=self._attributes(place),
            locale="" if is_vague else place.locale,
            country="" if is_vague else place.country,
            zone="" if is_vague else place.zone,
            created_at=created,
            last_seen_at=None if is_unseen else max(created, self._moment(100)),
        )

    def _attributes(self, place: Place) -> dict[str, object]:
        chance = self.chance
        birthday = datetime(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
        whole = {
            "first_name": chance.choice(FIRST_NAMES[place.locale]),
            "city": place.city,
            "plan": chance.choice(("free", "free", "plus", "family")),
            "loyalty_points": int(chance.paretovariate(1.2) * 20) % 20_000,
            "birthday": birthday.date().isoformat(),
            "newsletter": chance.random() < 0.3,
        }
        return {name: value for name, value in whole.items() if chance.random() < 0.9}

    def _device(self, person_id: int, person: BulkPerson, key: str) -> BulkDevice:
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0]
        platform, gateway, environment = way
        model, system = self.chance.choice(PHONES[platform])
        seen = person.last_seen_at or person.created_at
        dead, dead_at = self._fate(seen)
        name = f"{dead or world(environment)}{self._name(key, platform, gateway)}"
        return BulkDevice(
            person_id=person_id,
            key=f"sample-{key}",
            platform=platform,
            permission=self._permission(platform, system),
            model=model,
            os_version=system,
            app_version=self.chance.choice(VERSIONS),
            locale=person.locale,
            zone=person.zone,
            registered_at=person.created_at,
            seen_at=seen,
            dead_at=dead_at,
            **self.tokens.address(gateway, environment, name, model=model),
        )

    def _permission(self, platform: str, system: str) -> str:
        """Android up to 12 grants without asking; only iOS has provisional."""
        if platform == Platform.ANDROID and int(system.partition(".")[0]) <= 12:
            return Permission.GRANTED
        provisional = 6 if platform == Platform.IOS else 0
        return self.chance.choices(PERMISSIONS, (78, 12, 5, provisional))[0]

    def _name(self, key: str, platform: str, gateway: str) -> str:
        """What the simulator calls a device; tokens of FCM have FCM's shape."""
        name = f"s{key.replace('-', 'x')}"
        if gateway != GatewayKind.FCM:
            return name
        kind = "ios-" if platform == Platform.IOS else ""
        return f"{kind}{name}:APA91b{self.chance.getrandbits(400):0100x}"

    def _fate(self, seen: datetime) -> tuple[str, datetime | None]:
        """How its token begins, and when we learnt that it died.

        "dead-" is known by the simulator alone: a push to it learns it.
        """
        fate = self.chance.random()
        if fate < 0.03:
            return "dead-", None
        return "", max(seen, self._moment(60)) if fate < 0.05 else None

    def _properties(self, name: str) -> dict[str, object]:
        if name == "purchase":
            amount = round(self.chance.uniform(5, 250), 2)
            return {"amount": amount, "currency": "EUR"}
        if name in ("view_item", "add_to_cart"):
            return {"item": f"item-{self.chance.randrange(500)}"}
        return {}

    def _moment(self, days: int) -> datetime:
        return self.at - timedelta(seconds=self.chance.randrange(60, days * 86_400))
