"""What people agree to: the states, the ledger, and what never changes them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from devices import consent, registration
from devices.consent import BulkPreference, Said
from devices.models import ConsentEvent, Preference, TopicPreference, Wording
from devices.refusals import Refused
from devices.registration import Facts, Registration
from tests.builders import NOW, application, installation, person, token_hash, topic

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SAID = Said(source="settings screen", text_version="v3", actor="device")


def state(one) -> str | None:
    return Preference.objects.filter(person=one).values_list("state", flat=True).first()


def test_a_person_is_subscribed_until_they_say_otherwise():
    one = person()

    assert state(one) is None
    assert not consent.subscribe(one, SAID, NOW)
    assert not ConsentEvent.objects.exists()


def test_each_answer_is_one_line_of_the_ledger():
    one = person()

    assert consent.opt_in(one, SAID, NOW)
    assert not consent.opt_in(one, SAID, NOW + HOUR)
    assert consent.unsubscribe(one, SAID, NOW + 2 * HOUR)
    assert consent.subscribe(one, SAID, NOW + 3 * HOUR)

    assert state(one) == "subscribed"
    lines = ConsentEvent.objects.order_by("pk").values_list("old", "new", "at")
    assert list(lines) == [
        ("subscribed", "opted_in", NOW),
        ("opted_in", "unsubscribed", NOW + 2 * HOUR),
        ("unsubscribed", "subscribed", NOW + 3 * HOUR),
    ]
    line = ConsentEvent.objects.first()
    assert (line.source, line.text_version, line.actor) == (
        "settings screen",
        "v3",
        "device",
    )


def test_an_older_answer_does_not_undo_a_later_one():
    one = person()
    consent.unsubscribe(one, SAID, NOW)

    assert not consent.opt_in(one, SAID, NOW - HOUR)
    assert state(one) == "unsubscribed"


def test_topics_are_kept_with_the_ledger_and_only_when_they_change():
    one, news, sport = person(), topic(key="news"), topic(key="sport")

    assert consent.set_topics(one, {"news": False, "sport": True}, SAID, NOW) == 2
    assert consent.set_topics(one, {"news": False, "sport": False}, SAID, NOW) == 1

    answers = dict(TopicPreference.objects.values_list("topic", "is_on"))
    assert answers == {news.pk: False, sport.pk: False}
    lines = ConsentEvent.objects.order_by("pk").values_list("topic__key", "old", "new")
    assert list(lines) == [
        ("news", "default", "off"),
        ("sport", "default", "on"),
        ("sport", "on", "off"),
    ]


@pytest.mark.parametrize("archived", [True, False])
def test_a_topic_that_is_not_there_is_refused_and_nothing_is_kept(archived):
    one = person()
    topic(key="news")
    if archived:
        topic(key="gone", archived_at=NOW)

    with pytest.raises(Refused) as refused:
        consent.set_topics(one, {"news": False, "gone": True}, SAID, NOW)

    assert refused.value.field == "/topics/gone"
    assert not TopicPreference.objects.exists()


def test_another_applications_topic_is_not_there():
    topic(key="news", application=application(name="Other"))

    with pytest.raises(Refused):
        consent.set_topics(person(), {"news": False}, SAID, NOW)


# What a device's permission means for its person


def report(device, permission, **facts):
    news = registration.Report(facts=Facts(permission=permission, **facts))
    return registration.report(device, news, NOW)


@pytest.mark.parametrize("before", ["unknown", "provisional", "denied"])
@pytest.mark.parametrize(
    ("platform", "os_version"), [("ios", "18.1"), ("android", "13"), ("web", "")]
)
def test_accepting_the_prompt_is_a_yes(before, platform, os_version):
    device = installation(platform=platform, permission=before, os_version=os_version)

    report(device, "granted", text_version="primer 4")

    assert state(device.person) == "opted_in"
    line = ConsentEvent.objects.get()
    assert (line.source, line.text_version) == ("system prompt", "primer 4")


@pytest.mark.parametrize("os_version", ["12", "8.1.0", ""])
def test_android_up_to_12_grants_without_asking_so_it_is_no_yes(os_version):
    device = installation(
        platform="android", permission="unknown", os_version=os_version
    )

    report(device, "granted")

    assert state(device.person) is None


def test_an_application_may_switch_that_off():
    shop = application(auto_opt_in=False)
    device = installation(person(application=shop), platform="ios", permission="denied")

    report(device, "granted")

    assert state(device.person) is None


def test_reporting_the_same_permission_again_is_no_answer():
    device = installation(platform="ios", permission="granted")
    consent.unsubscribe(device.person, SAID, NOW - HOUR)

    report(device, "granted")

    assert state(device.person) == "unsubscribed"


@pytest.mark.parametrize("permission", ["denied", "provisional", "unknown"])
def test_declining_changes_the_device_and_never_the_person(permission):
    device = installation(platform="ios", permission="granted")
    consent.opt_in(device.person, SAID, NOW - HOUR)

    report(device, permission)

    device.refresh_from_db()
    assert device.permission == permission
    assert state(device.person) == "opted_in"


def test_a_dead_token_never_changes_the_person():
    device = installation(token="gone")
    consent.opt_in(device.person, SAID, NOW)

    registration.retire_dead([(device.pk, token_hash("gone"), NOW)], NOW)

    assert state(device.person) == "opted_in"


@pytest.mark.parametrize(
    ("platform", "os_version", "permission", "kept"),
    [
        ("android", "12", None, ("granted", None)),
        ("android", "13", None, ("unknown", None)),
        ("android", "", None, ("unknown", None)),
        ("ios", "18", None, ("unknown", None)),
        ("ios", "18", "provisional", ("provisional", None)),
        ("ios", "18", "granted", ("granted", "opted_in")),
        ("android", "12", "granted", ("granted", None)),
    ],
)
def test_a_first_registration_follows_the_platform(
    platform, os_version, permission, kept
):
    given = Registration(
        key="phone",
        platform=platform,
        token="token",
        facts=Facts(permission=permission, os_version=os_version),
    )

    device = registration.register(application(), given, NOW).installation

    device.refresh_from_db()
    assert (device.permission, state(device.person)) == kept


def test_many_answers_load_with_their_ledger():
    people = [person() for _ in range(3)]
    states = ["opted_in", "unsubscribed", "subscribed"]
    rows = [BulkPreference(p.pk, s, NOW) for p, s in zip(people, states, strict=True)]

    assert consent.import_many(rows, source="import") == 3

    assert [state(one) for one in people] == states
    lines = ConsentEvent.objects.order_by("pk").values_list("person", "old", "new")
    assert list(lines) == [
        (people[0].pk, "subscribed", "opted_in"),
        (people[1].pk, "subscribed", "unsubscribed"),
    ]


# What was shown


def test_the_words_that_were_shown_are_kept_once_with_language_and_device():
    shown = Said(
        source="settings screen",
        text_version="v3",
        text="Send me offers.",
        locale="en",
        actor="device",
        proof="form 12",
    )
    for one in (person(), person()):
        device = installation(one)
        consent.opt_in(one, replace(shown, installation_id=device.pk), NOW)

    lines = ConsentEvent.objects.select_related("wording")
    assert {line.wording.text for line in lines} == {"Send me offers."}
    assert {line.installation.person for line in lines} == {one.person for one in lines}
    assert {(line.locale, line.proof) for line in lines} == {("en", "form 12")}
    assert Wording.objects.count() == 1


def test_an_answer_by_version_alone_finds_the_first_words_of_its_application():
    one = person()
    mine = {"application_id": one.application_id}
    kept = consent.keep_wording("v3", "fr", "Des offres.", NOW, **mine)
    consent.keep_wording("v3", "en", "Offers.", NOW, **mine)
    consent.keep_wording("v3", "fr", "Autre chose.", NOW, **mine)
    consent.opt_in(one, replace(SAID, locale="fr"), NOW)

    assert ConsentEvent.objects.get().wording == kept

    other = person(application=application(name="Other"))
    consent.opt_in(other, replace(SAID, locale="fr"), NOW)
    assert ConsentEvent.objects.get(person=other).wording is None


def test_the_same_answer_said_again_is_newer_than_what_a_file_says():
    one, news = person(), topic()
    consent.unsubscribe(one, SAID, NOW)
    consent.set_topics(one, {news.key: False}, SAID, NOW)

    assert not consent.unsubscribe(one, SAID, NOW + 2 * HOUR)
    assert consent.set_topics(one, {news.key: False}, SAID, NOW + 2 * HOUR) == 0

    assert not consent.opt_in(one, SAID, NOW + HOUR)
    assert Preference.objects.get().changed_at == NOW + 2 * HOUR
    assert TopicPreference.objects.get().changed_at == NOW + 2 * HOUR
    assert ConsentEvent.objects.count() == 2


# A topic that is required, and a pause


def test_a_required_topic_is_not_switched_off_and_an_earlier_word_stays():
    one, before, orders = person(), person(), topic(key="orders")
    consent.set_topics(before, {"orders": False}, SAID, NOW)
    orders.__class__.objects.update(is_required=True)

    with pytest.raises(Refused) as refused:
        consent.set_topics(one, {"orders": False}, SAID, NOW)
    consent.set_topics(before, {"orders": False}, SAID, NOW)

    assert refused.value.code == "required_topic"
    assert [is_on for _topic, is_on in consent.topics_of(before)] == [False]


def test_a_topic_is_named_in_the_language_of_its_reader():
    news = topic(name="News", texts={"fr": {"name": "Nouvelles", "description": ""}})

    assert [news.words(tag).name for tag in ("fr-CA", "fr", "de", "")] == [
        "Nouvelles",
        "Nouvelles",
        "News",
        "News",
    ]


def test_a_pause_has_its_line_and_ends_by_itself_or_by_a_word():
    one, until = person(), NOW + timedelta(days=7)

    assert consent.pause(one, until, SAID, NOW)
    assert not consent.pause(one, until, SAID, NOW)
    assert consent.paused_until(one, NOW) == until
    assert consent.paused_until(one, until) is None
    assert consent.resume(one, SAID, NOW + HOUR)
    assert not consent.resume(one, SAID, NOW + HOUR)

    assert state(one) == "subscribed"
    lines = ConsentEvent.objects.order_by("pk").values_list("old", "new", "until")
    assert list(lines) == [
        ("not paused", "paused", until),
        ("paused", "not paused", None),
    ]


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_pause_ends_ahead_and_within_a_year(days):
    with pytest.raises(Refused):
        consent.pause(person(), NOW + timedelta(days=days), SAID, NOW)


# Answers of people who are there, by the million


def test_an_import_lowers_consent_and_raises_it_only_with_a_proof():
    gone, member, fresh = person(), person(preference="opted_in"), person()
    consent.unsubscribe(gone, SAID, NOW - HOUR)
    rows = [
        BulkPreference(gone.pk, "subscribed", NOW),
        BulkPreference(member.pk, "unsubscribed", NOW + HOUR),
        BulkPreference(fresh.pk, "opted_in", NOW),
        BulkPreference(fresh.pk, "subscribed", NOW - HOUR),
    ]
    plain = Said(source="import", text="Send me offers.")

    assert consent.import_answers(rows, plain, NOW) == (1, 0, 2)
    assert [state(one) for one in (gone, member, fresh)] == [
        "unsubscribed",
        "unsubscribed",
        None,
    ]

    proved = replace(plain, proof="opt-in.csv, ticked")
    assert consent.import_answers(rows, proved, NOW) == (2, 1, 0)
    assert [state(one) for one in (gone, fresh)] == ["subscribed", "opted_in"]
    last = ConsentEvent.objects.get(person=fresh)
    assert (last.old, last.new, last.proof) == (
        "subscribed",
        "opted_in",
        "opt-in.csv, ticked",
    )
    assert last.wording.text == "Send me offers."


def test_an_import_never_undoes_a_later_word():
    one = person()
    consent.unsubscribe(one, SAID, NOW)
    proved = Said(source="import", proof="ticked")

    rows = [BulkPreference(one.pk, "opted_in", NOW - HOUR)]

    assert consent.import_answers(rows, proved, NOW) == (0, 1, 0)
    assert state(one) == "unsubscribed"


def test_imported_topics_follow_the_same_rule():
    one, news = person(), topic(key="news", default_on=False)
    orders = topic(key="orders", is_required=True)
    offers = topic(key="offers")
    rows = [(one.pk, news.pk, True), (one.pk, orders.pk, False)]
    rows.append((one.pk, offers.pk, False))

    assert stage_topics(rows, Said(source="import")) == (1, 0, 2)
    assert stage_topics(rows, Said(source="import", proof="ticked")) == (1, 1, 1)

    assert dict(one.topic_preferences.values_list("topic__key", "is_on")) == {
        "news": True,
        "offers": False,
    }
    lines = ConsentEvent.objects.order_by("pk").values_list("topic__key", "old", "new")
    assert list(lines) == [("offers", "default", "off"), ("news", "default", "on")]


def stage_topics(rows, said):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS answering_topics"
            " (person_id bigint, topic_id bigint, is_on boolean, at timestamptz);"
            " TRUNCATE answering_topics"
        )
        cursor.executemany(
            "INSERT INTO answering_topics VALUES (%s, %s, %s, %s)",
            [(*row, NOW) for row in rows],
        )
    return consent.keep_staged_topics(said, NOW)
