"""The languages of the workspace: messages may be in no other."""

import pytest

from campaigns.models import Campaign, WrittenLanguage
from campaigns.review import checks
from campaigns.starting import written_languages
from campaigns.starting.refusals import Refused
from tests import builders
from tests.builders import NOW
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/campaigns/writtenlanguage/"
FRENCH = {"locale": "fr", "title": "Soldes", "body": "Venez", "source": ""}
GERMAN = {"locale": "de", "title": "Hallo", "body": "Kommt", "source": ""}


def add(client, draft: Campaign, tag: str) -> str:
    asked = form(draft, locale="en", translation=["fr"], do="language")
    there = f"/admin/campaigns/campaign/{draft.pk}/languages/"
    return client.post(there, asked | {"new_language_tag": tag}).content.decode()


def test_a_message_takes_listed_languages_alone_once_there_are_any() -> None:
    administrator = signed_in("Administrator")
    draft = builders.campaign(locale="en", translations=[FRENCH, GERMAN])
    assert "language-it" in add(administrator, draft, "it"), "none is listed: any"

    for tag in ("en", "fr", "ar"):
        administrator.post(f"{PAGE}register/", {"tag": tag})

    assert "not among the languages" in add(administrator, draft, "it")
    assert "language-ar" in add(administrator, draft, "ar")
    page = administrator.get(PAGE).content.decode()
    assert "read from right to left" in page
    stops = [each.sentence for each in checks.stops(draft, at=NOW)]
    assert "German is not among the languages of messages." in stops
    assert signed_in("Marketer").post(f"{PAGE}register/").status_code == 403
    administrator.post(f"{PAGE}register/", {"tag": "zz"})
    assert set(WrittenLanguage.objects.tags() or ()) == {"en", "fr", "ar"}


def test_removing_a_language_takes_its_texts_out_of_drafts() -> None:
    rights = [f"campaigns.{verb}_writtenlanguage" for verb in ("add", "delete")]
    user = builders.user(*rights)
    french, english = (
        written_languages.add(tag, user=user, at=NOW) for tag in ("fr", "en")
    )
    draft = builders.campaign(locale="en", translations=[FRENCH, GERMAN])
    scheduled = builders.campaign(translations=[FRENCH], state="scheduled")

    assert written_languages.remove(french, user=user) == 1

    draft.refresh_from_db()
    scheduled.refresh_from_db()
    assert draft.translations == [GERMAN]
    assert scheduled.translations == [FRENCH]
    with pytest.raises(Refused, match="written in it"):
        written_languages.remove(english, user=user)
