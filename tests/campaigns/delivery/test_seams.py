"""The places where tests break a process: off, unless a simulated site asks."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from campaigns.delivery import seams

HERE = Path("/nowhere")


def test_a_site_without_a_seam_has_nothing_in_its_way():
    letter = object()

    assert seams.SEAM is None
    assert seams.over(letter) is letter
    assert seams.asked("", simulator="", folder=HERE) is None


def test_a_site_that_sends_to_the_providers_cannot_be_broken():
    with pytest.raises(ImproperlyConfigured, match="set SIMULATOR"):
        seams.asked("intended:stop", simulator="", folder=HERE)


@pytest.mark.parametrize("wanted", ["nowhere:kill", "intended:dance", "rendering:x:y"])
def test_a_seam_that_there_is_not_is_named_with_those_there_are(wanted):
    with pytest.raises(ImproperlyConfigured, match="intended, answered"):
        seams.asked(wanted, simulator="127.0.0.1:1", folder=HERE)


def test_a_seam_is_read_as_place_deed_and_row():
    seam = seams.asked("rendering:abort:137", simulator="127.0.0.1:1", folder=HERE)

    assert seam is not None
    assert (seam.name, seam.deed, seam.seq) == ("rendering", "abort", 137)
