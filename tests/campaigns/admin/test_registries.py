"""The pages where an administrator enters the names of the app."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from campaigns.models import AndroidChannel, Destination, IosCategory, IosThread, Sound
from campaigns.models.states import CampaignState
from devices.models import AuditEvent
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db

KINDS = {
    AndroidChannel: {"key": "offers", "name": "Offers", "importance": "high"},
    IosCategory: {"key": "YES_NO", "name": "Yes or no", "buttons": "Yes, No"},
    IosThread: {"key": "orders", "name": "Orders"},
    Sound: {"key": "bell.caf", "name": "Bell", "platform": "ios"},
    Destination: {"key": "cart", "name": "The cart", "web": "https://shop.example/c"},
}
NAMED = {
    AndroidChannel: {"android": {"channel": "offers"}},
    IosCategory: {"ios": {"category": "YES_NO"}},
    IosThread: {"ios": {"thread": "orders"}},
    Sound: {"ios": {"sound": "bell.caf"}},
    Destination: {"all": {"destination": {"key": "cart", "values": {}}}},
}


@pytest.fixture
def administrator() -> Client:
    return signed_in("Administrator")


def place(model: type, end: str = "") -> str:
    return f"/admin/campaigns/{model._meta.model_name}/{end}"


def entered(client: Client, model: type, **changes: object) -> str:
    """The page after a new entry was posted."""
    fields = {"application": builders.application().pk, **KINDS[model], **changes}
    answer = client.post(place(model, "add/"), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("model", KINDS)
def test_each_kind_is_registered_seen_in_its_uses_and_removed(
    administrator: Client, model: type
) -> None:
    assert "No " in administrator.get(place(model)).content.decode()
    entered(administrator, model)
    entry = model.objects.get()
    scheduled = builders.campaign(name="Tonight", state=CampaignState.SCHEDULED)
    scheduled.platforms = NAMED[model]
    scheduled.save()

    marketer = signed_in("Marketer")
    listed = marketer.get(place(model)).content.decode()
    assert KINDS[model]["name"] in listed
    assert 'Drafts and scheduled campaigns">1<' in listed
    page = marketer.get(place(model, f"{entry.pk}/change/")).content.decode()
    assert "Tonight" in page
    assert "disabled" in page
    assert marketer.get(place(model, "add/")).status_code == 403
    assert marketer.post(place(model, f"{entry.pk}/remove/")).status_code == 403

    refused = administrator.post(place(model, f"{entry.pk}/remove/"))
    said = [str(each) for each in get_messages(refused.wsgi_request)]
    assert "cannot be removed: scheduled campaigns use it (“Tonight”)" in said[-1]
    type(scheduled).objects.update(state=CampaignState.DRAFT)
    administrator.post(place(model, f"{entry.pk}/remove/"))
    assert not model.objects.exists()
    actions = AuditEvent.objects.filter(subject=model._meta.label_lower)
    assert set(actions.values_list("action", flat=True)) == {"registered", "removed"}


def test_a_name_is_registered_once_and_stays_as_it_is(administrator: Client) -> None:
    entered(administrator, AndroidChannel)
    again = entered(administrator, AndroidChannel, name="offers", importance="low")
    assert "This name is registered already." in again
    assert "“offers” is taken already." in again
    channel = AndroidChannel.objects.get()

    fields = {"key": "other", "name": "Deals", "importance": "low"}
    administrator.post(place(AndroidChannel, f"{channel.pk}/change/"), fields)
    channel.refresh_from_db()
    assert (channel.key, channel.name, channel.importance) == ("offers", "Deals", "low")

    empty = entered(administrator, Sound, key="none", name=" ")
    assert "has a meaning of its own" in empty
    assert "Write the name that marketers will pick." in empty
    assert not Sound.objects.exists()


def test_there_is_one_fallback_and_it_is_not_removed(administrator: Client) -> None:
    builders.campaign()
    first = AndroidChannel.objects.create(
        application=builders.application(), key="a", name="A", is_fallback=True
    )
    page = entered(administrator, AndroidChannel, is_fallback="yes")
    assert "1 draft or scheduled campaign chooses no channel now." in page
    first.refresh_from_db()
    assert not first.is_fallback

    new = AndroidChannel.objects.get(is_fallback=True)
    administrator.post(place(AndroidChannel, f"{new.pk}/remove/"))
    assert AndroidChannel.objects.filter(pk=new.pk).exists()
    administrator.post(place(AndroidChannel, f"{first.pk}/remove/"))
    assert not AndroidChannel.objects.filter(pk=first.pk).exists()


def test_a_destinations_parameters_are_those_of_its_links(
    administrator: Client,
) -> None:
    application = builders.application()
    application.link_schemes = ["shop"]
    application.save()
    links = {
        "ios": "shop://products/{sku}?from={page}",
        "android": "shop://products/{sku}",
        "web": "https://shop.example/products/{sku}",
    }
    told = {"page.kind": "number", "page.label": "Page", "sku.kind": "text"}

    page = entered(administrator, Destination, **links, **told)

    assert Destination.objects.get().parameters == [
        {"name": "sku", "label": "", "kind": "text", "required": False},
        {"name": "page", "label": "Page", "kind": "number", "required": False},
    ]
    assert 'name="page.label"' in page


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("javascript:alert(1)", "are refused"),
        ("other://screen", "are refused"),
        ("https://{site}/x", "Write the whole site"),
        ("https://shop.example/{SKU}", "Write a parameter as {sku}"),
        ("https://shop.example/{{ sku }}", "Write a parameter as {sku}"),
        ("", "Write a link for at least one platform."),
    ],
)
def test_a_link_that_nobody_should_open_is_refused_in_words(
    administrator: Client, link: str, sentence: str
) -> None:
    page = entered(administrator, Destination, web="", ios=link)

    assert sentence in page
    assert not Destination.objects.exists()
