"""What the database selects is what the rule says, for any rule over any people."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.audience import fields, memberships, rules, select
from campaigns.audience.values import NOTHING, SEGMENT_KEPT
from campaigns.models import (
    Delivery,
    ListedPerson,
    Outcome,
    PersonList,
    PrimerResponse,
    Receipt,
    Run,
)
from campaigns.models.reasons import Reason
from devices.models import Person, Preference
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform
from tests import builders
from tests.builders import NOW

from . import plain
from .plain import TOPICS, Facts, matches

pytestmark = pytest.mark.django_db

NAMES = ["city", "plan", "points", "vip", "birthday"]
TEXTS = ["Paris", "paris", "São Paulo", "50%_", "新宿", "", "\\", '"', "2026-11-20"]
DAYS = [
    "2026-11-23",
    "2026-11-21",
    "2026-11-26",
    "2026-11-20",
    "2026-11-24T08:00:00Z",
    "1999-11-23",
    "2026-02-31",
]
NUMBERS = [0, 5, 5.0, -3, 0.1, 10**15, 2.5]
OTHERS = [True, False, ["Paris"], {"a": 1}, "not a day", "2026-13-01"]
COUNTRIES, ZONES = ["FR", "BE", "JP"], ["Europe/Paris", "Asia/Tokyo"]
LANGUAGES = ["fr", "fr-FR", "pt-BR", "pt", "ja"]
VERSIONS = ["5.4", "5.4.0", "5.10.1", "4.9"]
EVENTS = ["purchase", "app_open"]
PROPERTIES = ["red", "Red", 5, 5.0, 2.5, True, None, ["red"]]
CAMPAIGNS = ["0", "1"]
"""Their places, until the population has made them."""
MODELS = ["", "iPhone 15", "iphone SE", "Pixel 8"]
SYSTEMS = ["", "15", "15.0", "iOS 15.1.0", "9.10", "10", "Windows"]
BROWSERS = ["chrome", "safari"]
IDS = ["a-1", "a-2", "b_1"]
PLACES = [(48.86, 2.35), (48.8, 2.3), (50.85, 4.35), (-17.7, 178.0), (-17.7, -179.5)]
"""Paris twice, Brussels, and two sides of the 180th meridian."""
PRIMERS = ["0", "1"]
TAGS = {"0": ["sale"], "1": ["sale", "sale/winter"]}
SHARED_VARIANT = {"0": "A", "1": "B"}
HOURS = [-2, 0, 1, 24, 48, 100, 240, 720, 900]
"""How long ago events were: one is to come, some stand on the edge of a window."""


def facts_of(chance: random.Random) -> Facts:
    known = chance.sample(NAMES, chance.randint(0, len(NAMES)))
    return Facts(
        attributes={
            name: chance.choice(TEXTS + DAYS + NUMBERS + OTHERS) for name in known
        },
        locale=chance.choice(["", *LANGUAGES, "ptx"]),
        country=chance.choice(["", *COUNTRIES, "DE"]),
        zone=chance.choice(["", *ZONES, "Europe/Berlin"]),
        bucket=chance.randrange(10_000),
        created_at=NOW - timedelta(hours=chance.randint(0, 2_000)),
        last_seen_at=chance.choice(
            [None, NOW - timedelta(hours=chance.randint(0, 2_000))]
        ),
        preference=chance.choice([None, *PreferenceState.values]),
        topics={key: chance.random() < 0.5 for key in TOPICS if chance.random() < 0.5},
        devices=[
            (
                chance.choice(Platform.values),
                chance.choice(["", *VERSIONS]),
                chance.choice(Permission.values),
            )
            for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))
        ],
        events=[
            (
                chance.choice(EVENTS),
                NOW - timedelta(hours=chance.choice(HOURS)),
                {"colour": chance.choice(PROPERTIES)} if chance.random() < 0.8 else {},
            )
            for _ in range(chance.choice([0, 1, 2, 5, 20, 40]))
        ],
        sent=[
            (chance.choice(CAMPAIGNS), *moments_of(chance))
            for _ in range(chance.choice([0, 0, 1, 2]))
        ],
    )


def more_facts_of(chance: random.Random, facts: Facts) -> Facts:
    """Their devices more closely, where they are, what they were asked."""
    facts.answered_at = ago(chance)
    facts.place = chance.choice([None, *PLACES])
    facts.hardware = [
        (
            chance.choice(MODELS),
            chance.choice(SYSTEMS),
            chance.choice(["", *LANGUAGES]),
            chance.choice(BROWSERS) if platform == "web" else "",
        )
        for platform, *_ in facts.devices
    ]
    facts.switches = [
        (chance.random() < 0.8, chance.choice([None, None, ago(chance)]))
        for _ in facts.devices
    ]
    facts.removed = [ago(chance) for _ in range(chance.choice([0, 0, 1, 2]))]
    facts.asked = [
        (chance.choice(CAMPAIGNS), kind, ago(chance))
        for kind in ("shown", "accepted", "later")
        if chance.random() < 0.3
    ]
    facts.controls = [each for each in CAMPAIGNS if chance.random() < 0.1]
    facts.told = [
        (each, kind, ago(chance))
        for each in {key for key, *_ in facts.sent}
        for kind in ("received", "dismissed")
        if chance.random() < 0.5
    ]
    return facts


def ago(chance: random.Random) -> datetime:
    return NOW - timedelta(hours=chance.choice(HOURS))


def moments_of(chance: random.Random) -> tuple[datetime, datetime | None]:
    taken = NOW - timedelta(hours=chance.choice(HOURS))
    opened = NOW - timedelta(hours=chance.choice(HOURS))
    return taken, opened if chance.random() < 0.5 else None


def made(facts: Facts) -> Person:
    person = builders.person(
        preference=facts.preference,
        **{
            name: getattr(facts, name)
            for name in (
                "attributes",
                "locale",
                "country",
                "zone",
                "bucket",
                "created_at",
                "last_seen_at",
                "external_id",
            )
        },
        **dict(
            zip(("latitude", "longitude"), facts.place or (None, None), strict=True)
        ),
    )
    for device, hardware, switch in zip(
        facts.devices, facts.hardware, facts.switches, strict=True
    ):
        add_device(person, device, hardware, switch)
    for moment in facts.removed:
        builders.installation(
            person, retired_at=moment, retired_reason="token dead", active=False
        )
    Preference.objects.filter(person=person).update(changed_at=facts.answered_at)
    builders.installation(person, platform="windows", retired_at=NOW)
    for name, moment, properties in facts.events:
        builders.event(person, name, at=moment, properties=properties)
    for key, is_on in facts.topics.items():
        topic = person.application.topics.get(key=key)
        builders.topic_answer(person, topic, is_on=is_on)
    return person


def add_device(person: Person, device: Any, hardware: Any, switch: Any) -> None:
    platform, version, permission = device
    model, system, locale, browser = hardware
    made_one = builders.installation(
        person,
        platform=platform,
        app_version=version,
        permission=permission,
        model=model,
        os_version=system,
        locale=locale,
        active=switch[0],
        suspended_at=switch[1],
    )
    if made_one.webpush:
        made_one.webpush.browser = browser.upper()
        made_one.webpush.save(update_fields=["browser"])


class Population(dict[int, Facts]):
    """Facts by person; a failing example prints the rule, not the population."""

    def __repr__(self) -> str:
        return f"{len(self)} people"


@pytest.fixture
def population() -> Population:
    """People of every kind, from a fixed seed."""
    for key, default_on in TOPICS.items():
        builders.topic(key=key, default_on=default_on)
    chance = random.Random(20261123)
    everybody = [more_facts_of(chance, facts_of(chance)) for _ in range(80)]
    for each, key in zip(everybody, IDS, strict=False):
        each.external_id = key
    people = Population({made(facts).pk: facts for facts in everybody})
    tell_what_was_sent(people)
    tell_what_was_asked(people)
    NAMED["list"] = []
    write_lists(people)
    save_segments()
    return people


def tell_what_was_sent(people: Population) -> None:
    """A run of each campaign, and under their ids what each person got of it."""
    runs = [run_of(each) for each in CAMPAIGNS]
    NAMED["campaign"] = [str(run.campaign_id) for run in runs]
    for run, place in zip(runs, CAMPAIGNS, strict=True):
        plain.TAGGED[str(run.campaign_id)] = TAGS[place]
        plain.VARIANT[str(run.campaign_id)] = SHARED_VARIANT[place]
        plain.DUE[str(run.campaign_id)] = run.due_at
    seqs = itertools.count(1)
    for person, facts in people.items():
        for place, (which, taken, opened) in enumerate(facts.sent):
            run = runs[int(which)]
            facts.sent[place] = (str(run.campaign_id), taken, opened)
            row = {"run_id": run.pk, "seq": next(seqs)}
            Delivery.objects.create(person_id=person, **row)
            Outcome.objects.create(attempt=1, reason=Reason.ACCEPTED, at=taken, **row)
            if opened:
                Receipt.objects.create(
                    kind="opened", at=opened, received_at=opened, **row
                )
            for which_told, kind, moment in facts.told:
                if which_told == which:
                    Receipt.objects.get_or_create(
                        kind=kind,
                        **row,
                        defaults={"at": moment, "received_at": moment},
                    )
        facts.told = [
            (str(runs[int(each)].campaign_id), kind, moment)
            for each, kind, moment in facts.told
        ]
        tell_of_controls(person, facts, runs, seqs)
    nobody = next(iter(people))
    row = {"run_id": runs[0].pk, "seq": next(seqs)}
    Delivery.objects.create(person_id=nobody, **row)
    Outcome.objects.create(attempt=1, reason=Reason.TOKEN_DEAD, at=NOW, **row)


def run_of(place: str) -> Run:
    """Everybody gets one variant of it, in one batch."""
    others = [{"key": "B", "weight": 50, "changes": {}}] if place == "1" else []
    campaign = builders.campaign(tags=TAGS[place], variants=others)
    content = {"variants": [{"key": "B", "weight": 50, "content": {}}]}
    revision = builders.revision(campaign, **({"content": content} if others else {}))
    made_one = builders.run(campaign, revision=revision)
    builders.batch(made_one, hi=10_000, variant=len(others))
    return made_one


def tell_of_controls(
    person: int, facts: Facts, runs: list[Run], seqs: Iterator[int]
) -> None:
    for which in facts.controls:
        Delivery.objects.create(
            run_id=runs[int(which)].pk,
            seq=next(seqs),
            person_id=person,
            reason=Reason.CONTROL_GROUP,
        )
    facts.controls = [str(runs[int(each)].campaign_id) for each in facts.controls]


def tell_what_was_asked(people: Population) -> None:
    """Two primers, and under their ids what each person answered."""
    primers = [builders.primer() for _each in PRIMERS]
    NAMED["primer"] = [str(each.pk) for each in primers]
    for person, facts in people.items():
        for place, (which, kind, moment) in enumerate(facts.asked):
            facts.asked[place] = (str(primers[int(which)].pk), kind, moment)
            PrimerResponse.objects.create(
                primer=primers[int(which)],
                version=1,
                showing=f"{person}-{place}",
                kind=kind,
                key="k",
                person_id=person,
                platform="ios",
                at=moment,
            )


def write_lists(people: Population) -> None:
    """Two lists, with every third and every second person."""
    for step in (2, 3):
        made_one = PersonList.objects.create(
            application=builders.application(),
            name=f"Every {step}",
            kind="uploaded",
            created_at=NOW,
            ready_at=NOW,
        )
        NAMED["list"].append(str(made_one.pk))
        for person in list(people)[::step]:
            ListedPerson.objects.create(people_list=made_one, person_id=person)
            people[person].lists.add(str(made_one.pk))


def save_segments() -> None:
    """One segment, and one that is made of it."""
    french = builders.segment(
        rule=whole({"field": "country", "operator": "is_one_of", "value": ["FR"]})
    )
    drawn = {"field": "bucket", "operator": "between", "value": [0, 4_999]}
    inner = {"field": "segment", "name": str(french.pk), "operator": "is_in"}
    half = builders.segment(rule=whole(inner, drawn))
    plain.SEGMENTS.clear()
    plain.SEGMENTS[str(french.pk)] = lambda facts: facts.country == "FR"
    plain.SEGMENTS[str(half.pk)] = lambda facts: (
        facts.country == "FR" and facts.bucket < 5_000
    )
    NAMED["segment"] = list(plain.SEGMENTS)


def whole(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "rules": list(conditions)}


days = st.dates(NOW.date() - timedelta(days=60), NOW.date() + timedelta(days=9))
texts = st.sampled_from([*filter(None, TEXTS), "ar", "5", "%"])
numbers = st.sampled_from(NUMBERS) | st.integers(-10, 10)


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "none": st.none(),
    "text": texts,
    "texts": st.lists(texts, min_size=1, max_size=3),
    "number": numbers,
    "numbers": st.tuples(numbers, numbers).map(sorted),
    "date": days.map(str),
    "days": st.sampled_from([1, 2, 3]) | st.integers(1, 60),
    "often": st.fixed_dictionaries(
        {
            "times": st.integers(1, 4) | st.integers(8, 10),
            "days": st.none() | st.sampled_from([1, 2, 10, 30]) | st.integers(1, 40),
        }
    ),
    "property": st.fixed_dictionaries(
        {
            "property": st.sampled_from(["colour", "size"]),
            "value": st.sampled_from(["red", "Red", "5"]),
            "days": st.none() | st.sampled_from([1, 10, 30]),
        }
    ),
    "property_number": st.fixed_dictionaries(
        {
            "property": st.sampled_from(["colour", "size"]),
            "value": st.sampled_from([5, 2.5, 0, -1]),
            "days": st.none() | st.sampled_from([1, 10, 30]),
        }
    ),
    "buckets": st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)).map(sorted),
    "version": st.sampled_from([*VERSIONS, "5"]),
    "count": st.integers(0, 4),
    "years": st.integers(0, 40),
    "messages": st.integers(1, 3),
    "ages": st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted),
    "circle": st.sampled_from(
        [
            {"latitude": 48.85, "longitude": 2.34, "km": 2},
            {"latitude": 48.85, "longitude": 2.34, "km": 30},
            {"latitude": 48.85, "longitude": 2.34, "km": 400},
            {"latitude": -17, "longitude": -180, "km": 300},
        ]
    ),
    "box": st.sampled_from(
        [
            {"south": 48, "west": 2, "north": 49, "east": 3},
            {"south": -20, "west": 170, "north": 0, "east": -179},
            {"south": -90, "west": -180, "north": 90, "east": 0},
            {"south": 40, "west": 2.35, "north": 48.86, "east": 2.35},
        ]
    ),
    "countries": some(COUNTRIES),
    "languages": some(LANGUAGES),
    "zones": some(ZONES),
}
OF_FIELD: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "device_model": {
        "texts": some(["iPhone 15", "Pixel 8", "Nokia"]),
        "text": st.sampled_from(["iphone", "8", "P"]),
    },
    "os_version": {"version": st.sampled_from(["15", "15.0.0", "15.1", "9.9", "9"])},
    "external_id": {
        "texts": some([*IDS, "c"]),
        "text": st.sampled_from(["a", "a-1", "b_", "b-"]),
    },
}
NAMED = {"attribute": NAMES, "event": EVENTS, "topic": [*TOPICS, "unheard-of"]}
NAMED["tag"] = ["sale", "sale/winter", "none"]


@st.composite
def conditions(draw: st.DrawFn, key: str = "", how: str = "") -> dict[str, Any]:
    """Of one row of the table where it is given, else of any."""
    field = fields.FIELDS[key or draw(st.sampled_from(list(fields.FIELDS)))]
    operator = field.operators[how or draw(st.sampled_from(list(field.operators)))]
    condition = {"field": field.key, "operator": operator.key}
    if field.name is not NOTHING:
        condition["name"] = draw(st.sampled_from(NAMED[field.name.widget]))
    if operator.value not in (NOTHING, SEGMENT_KEPT):
        keys = [key for key, _ in operator.value.choices]
        known = VALUES | OF_FIELD.get(field.key, {})
        values = some(keys) if keys else known[operator.value.widget]
        condition["value"] = draw(values)
    return condition


def groups(depth: int, *matches: str) -> st.SearchStrategy[dict[str, Any]]:
    inner = conditions()
    if depth > 1:
        inner = inner | groups(depth - 1, "all", "any", "none")
    return st.fixed_dictionaries(
        {
            "match": st.sampled_from(matches),
            "rules": st.lists(inner, min_size=1, max_size=3),
        }
    )


@pytest.fixture(params=["UTC", "Pacific/Honolulu"])
def site_zone(request: pytest.FixtureRequest, settings: Any) -> None:
    """Where days begin and end; in Honolulu it is another day."""
    settings.TIME_ZONE = request.param


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(source=groups(3, "all", "any"))
@pytest.mark.usefixtures("site_zone")
def test_the_database_selects_whom_plain_python_selects(
    population: Population, source: dict[str, Any]
) -> None:
    rule = rules.parse(source | {"version": 1})

    audience = {"kind": "segment", "rule": rules.to_json(rule)}
    chosen = select.people(builders.application().pk, audience, at=NOW)

    assert set(chosen.values_list("pk", flat=True)) == {
        pk for pk, facts in population.items() if matches(rule, facts, NOW)
    }


def test_every_row_of_the_table_means_what_it_says(population: Population) -> None:
    rows = [
        (field.key, each)
        for field in fields.FIELDS.values()
        for each in field.operators
    ]

    for field, operator in rows:
        agree(population, conditions(field, operator))


def agree(population: Population, wanted: st.SearchStrategy[dict[str, Any]]) -> None:
    """The two opinions agree on some conditions of one row."""

    @settings(max_examples=4, deadline=None)
    @given(condition=wanted)
    def compare(condition: dict[str, Any]) -> None:
        source = rules.parse({"version": 1, "match": "all", "rules": [condition]})
        rule = memberships.known(source, builders.application().pk)
        found = Person.objects.filter(select.to_q(rule, at=NOW))
        assert set(found.values_list("pk", flat=True)) == {
            pk for pk, facts in population.items() if matches(rule, facts, NOW)
        }

    compare()
