"""A QR code says what was put in, to whoever reads it by the standard."""

import pytest

from devices.admin import qr
from tests.devices import qr_reader


@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106])
def test_a_reader_finds_the_text(length):
    text = ("shop://pushsite/pair?code=K7MQ2XRT-" * 4)[:length]

    assert qr_reader.read(qr.modules(text)) == text


def test_a_text_of_another_alphabet_is_read_too():
    assert qr_reader.read(qr.modules("Léa, حساب")) == "Léa, حساب"


def test_the_finders_stand_in_three_corners():
    rows = qr.modules("K7MQ2XRT")
    ring = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]

    for top, left in ((0, 0), (0, 14), (14, 0)):
        drawn = ["".join(map(str, row[left : left + 7])) for row in rows[top : top + 7]]
        assert drawn == ring


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="106"):
        qr.modules("x" * 107)


def test_the_path_leaves_four_modules_of_light_around():
    width, path = qr.path("K7MQ2XRT")

    assert width == 21 + 8
    assert path.startswith("M4 4h1v1h-1z")
