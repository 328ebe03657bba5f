"""What a registered name does to messages."""

import pytest

from campaigns.delivery import messages, revisions
from campaigns.models import AndroidChannel, Destination
from campaigns.registries import keeping
from tests import builders

pytestmark = pytest.mark.django_db


def channel(key: str, **changes: object) -> AndroidChannel:
    application = builders.application()
    return AndroidChannel.objects.create(
        application=application, key=key, name=key, **changes
    )


def channels_of(campaign, frozen):
    """The channel of each language as it leaves."""
    run = builders.run(campaign, revision=frozen)
    letter = messages.letter(run.pk, frozen.pk)
    return [each.on("android").options.channel for each in letter.content.languages]


def test_changing_the_fallback_reroutes_what_is_scheduled_and_chose_none():
    channel("old", is_fallback=True)
    new = channel("new")
    chosen = builders.campaign(platforms={"android": {"channel": "old"}})
    campaign = builders.campaign(
        translations=[{"locale": "fr", "title": "Salut", "body": "Venez."}]
    )
    frozen = [revisions.freeze(each, user=None) for each in (campaign, chosen)]
    assert channels_of(campaign, frozen[0]) == ["old", "old"]

    user = builders.user("campaigns.change_androidchannel")
    keeping.change(new, {"is_fallback": True}, user=user)

    assert channels_of(campaign, frozen[0]) == ["new", "new"]
    assert channels_of(chosen, frozen[1]) == ["old"]
    assert campaign.content()["platforms"]["android"]["channel"] == "new"


def test_without_a_fallback_the_apps_own_channel_takes_it():
    old = channel("old", is_fallback=True)
    campaign = builders.campaign()
    frozen = revisions.freeze(campaign, user=None)
    user = builders.user("campaigns.change_androidchannel")

    keeping.change(old, {"is_fallback": False}, user=user)

    run = builders.run(campaign, revision=frozen)
    letter = messages.letter(run.pk, frozen.pk)
    assert letter.content.on("android").options is None
    assert campaign.content().get("platforms") is None


def test_a_value_is_part_of_the_address_and_one_of_a_person_stays():
    product = Destination(
        web="https://shop.example/{sku}?n={n}",
        parameters=[
            {"name": "sku", "kind": "text", "required": True},
            {"name": "n", "kind": "number", "required": False},
        ],
    )
    personal = "{{ sku | default: '7' }}"

    assert product.link("web", {"sku": "50 % & {n}/x", "n": "2"}) == (
        "https://shop.example/50%20%25%20%26%20%7Bn%7D%2Fx?n=2"
    )
    assert product.link("web", {"sku": personal}) == (
        f"https://shop.example/{personal}?n="
    )
    assert product.link("ios", {"sku": "x"}) == ""
    assert dict(product.problems({"n": "two"})) == {
        "sku": "Fill this in: the link needs it.",
        "n": "Write a number, or a value of the person.",
    }
    assert not list(product.problems({"sku": personal, "n": personal}))
