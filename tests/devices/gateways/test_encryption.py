"""Encryption for browsers, against the published example and at its limits."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from devices.gateways import encryption
from devices.gateways.encryption import BadSubscription, from_base64url
from devices.simulator.webpush_browsers import Browser, Undecipherable

# RFC 8291, section 5 and appendix A.
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER_POINT = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIA"
    "iw4"
)
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SHARED = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"
CONTENT_KEY = "oIhVW04MRdy2XN9CiKLxTg"
NONCE = "4h_95klXJ5E_qnoN"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def sender_key() -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(from_base64url(SENDER_KEY), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def test_the_published_example_is_reproduced_to_the_byte() -> None:
    keys = encryption.read_keys(RECEIVER_POINT, AUTH)

    body = encryption.seal(
        PLAINTEXT, keys, sender=sender_key(), salt=from_base64url(SALT)
    )

    assert encryption.to_base64url(body) == BODY


def test_the_published_keys_follow_from_the_shared_secret() -> None:
    keys = encryption.read_keys(RECEIVER_POINT, AUTH)
    point = from_base64url(BODY)[21:86]

    derived = encryption.derive(
        from_base64url(SHARED), keys, point=point, salt=from_base64url(SALT)
    )

    assert derived == (from_base64url(CONTENT_KEY), from_base64url(NONCE))


BROWSER = Browser(b"a secret", "https://web.push.apple.com/x")


def for_browser() -> encryption.Keys:
    return encryption.Keys(BROWSER.point, BROWSER.auth)


def test_a_message_is_read_by_its_browser_and_by_no_other() -> None:
    body = encryption.encrypt(b"for one", for_browser())

    assert BROWSER.decrypt(body) == b"for one"
    with pytest.raises(Undecipherable):
        Browser(b"a secret", "https://web.push.apple.com/y").decrypt(body)


def test_each_message_has_a_key_and_a_salt_of_its_own() -> None:
    bodies = [encryption.encrypt(b"same", for_browser()) for _time in range(50)]

    assert len({body[:16] for body in bodies}) == 50
    assert len({body[21:86] for body in bodies}) == 50


def test_the_largest_message_fills_one_record() -> None:
    largest = b"x" * encryption.LARGEST

    body = encryption.encrypt(largest, for_browser())

    assert encryption.LARGEST == 3993
    assert len(body) == 4096
    assert BROWSER.decrypt(body) == largest
    with pytest.raises(ValueError, match="3994 bytes do not fit"):
        encryption.encrypt(largest + b"x", for_browser())


@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_keys_are_read_with_and_without_padding(padding: str) -> None:
    keys = encryption.read_keys(RECEIVER_POINT + padding, AUTH + padding)

    assert (len(keys.point), len(keys.auth)) == (65, 16)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        (RECEIVER_POINT, ""),
        (RECEIVER_POINT[:-2], AUTH),
        (RECEIVER_POINT, AUTH + "AAAA"),
        ("A" + RECEIVER_POINT[1:], AUTH),
        (RECEIVER_POINT[:-1] + "!", AUTH),
        ("é" * 87, AUTH),
        (RECEIVER_POINT, "=" * 22),
        (RECEIVER_POINT, AUTH[:-1] + "\n"),
    ],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BadSubscription):
        encryption.read_keys(p256dh, auth)


def test_a_point_beside_the_curve_is_refused() -> None:
    beside = bytearray(from_base64url(RECEIVER_POINT))
    beside[-1] ^= 1

    with pytest.raises(BadSubscription):
        encryption.encrypt(b"x", encryption.Keys(bytes(beside), bytes(16)))
