"""Messages that a team keeps, and campaigns that begin with them."""

import pytest

from campaigns.models import Campaign, MessageTemplate
from campaigns.starting import templates
from campaigns.starting.refusals import Refused
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return builders.user(
        "campaigns.add_messagetemplate",
        "campaigns.change_messagetemplate",
        "campaigns.add_campaign",
    )


def save(campaign, user, name="Sale"):
    return templates.save(campaign, name=name, description="", user=user, at=NOW)


def test_a_template_takes_the_message_and_neither_audience_nor_schedule(writer):
    topic = builders.topic()
    french = {"locale": "fr", "title": "Soldes", "body": "Entrez.", "link": ""}
    source = builders.campaign(
        title="Sale",
        topic=topic,
        ttl=3_600,
        translations=[french],
        segment=builders.segment(),
        schedule={"kind": "now"},
    )

    draft, gone = templates.begin(save(source, writer), user=writer)

    assert gone == []
    assert (draft.title, draft.topic, draft.ttl) == ("Sale", topic, 3_600)
    assert draft.translations == [french]
    assert (draft.state, draft.owner) == ("draft", writer)
    assert (draft.audience, draft.segment, draft.schedule) == ("", None, {})


def test_a_template_whose_topic_is_gone_begins_without_it(writer):
    topic = builders.topic()
    source = builders.campaign(topic=topic)
    template = save(source, writer)
    Campaign.objects.filter(pk=source.pk).update(topic=None)
    topic.delete()
    draft, gone = templates.begin(template, user=writer)
    assert (draft.topic, gone) == (None, ["topic"])


def test_a_template_is_replaced_and_put_away(writer):
    template = save(builders.campaign(title="Old"), writer)
    templates.replace(template, builders.campaign(title="New"), user=writer, at=NOW)
    template.refresh_from_db()
    assert template.fields["title"] == "New"
    templates.archive(template, user=writer, at=NOW)
    with pytest.raises(Refused):
        templates.archive(template, user=writer, at=NOW)
    template.refresh_from_db()
    with pytest.raises(Refused):
        templates.begin(template, user=writer)
    save(builders.campaign(), writer)


def test_a_name_is_taken_once_and_never_empty(writer):
    save(builders.campaign(), writer)
    for name in ("Sale", " ", "x" * 121):
        with pytest.raises(Refused) as refused:
            save(builders.campaign(), writer, name)
        assert refused.value.field == "name"
    assert MessageTemplate.objects.count() == 1


def test_another_application_is_not_replaced(writer):
    template = save(builders.campaign(title="Ours"), writer)
    foreign = builders.campaign(application=builders.application(name="Other"))
    with pytest.raises(Refused):
        templates.replace(template, foreign, user=writer, at=NOW)
