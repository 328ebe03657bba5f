"""Two who have the same draft open hear of each other."""

from datetime import timedelta

import pytest

from campaigns.models import Writer
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def test_a_writer_hears_of_the_others_while_they_are_there() -> None:
    draft, other = builders.campaign(), builders.campaign()
    ana = signed_in("Marketer", username="ana", first_name="Ana", last_name="Lopes")
    bo = signed_in("Administrator", username="bo")
    here = f"/admin/campaigns/campaign/{draft.pk}/here/"

    assert ana.post(here).json() == {"sentence": ""}
    assert ana.post(here).json() == {"sentence": ""}
    assert bo.post(here).json() == {"sentence": "Ana Lopes is editing this too."}
    assert ana.post(here).json() == {"sentence": "bo is editing this too."}
    elsewhere = f"/admin/campaigns/campaign/{other.pk}/here/"
    assert bo.post(elsewhere).json() == {"sentence": ""}
    assert Writer.objects.filter(campaign=draft).count() == 2

    bos = Writer.objects.get(campaign=draft, user=bo.user)
    Writer.objects.update(seen_at=bos.seen_at - timedelta(minutes=1))
    assert ana.post(here).json() == {"sentence": ""}
    assert signed_in("Analyst").post(here).status_code == 403
