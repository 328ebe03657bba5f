"""Secrets at rest open with the right key, in the right place, unchanged."""

import base64
import os

import pytest

from devices.sealing import Keyring, SealBroken

OLD, NEW = (base64.urlsafe_b64encode(os.urandom(32)).decode() for _ in range(2))


def test_what_was_sealed_opens_again():
    ring = Keyring.read(NEW)

    sealed = ring.seal("secret – ключ", bound_to="here")

    assert b"secret" not in sealed
    assert ring.unseal(sealed, bound_to="here") == "secret – ключ"


def test_the_same_secret_never_looks_the_same():
    ring = Keyring.read(NEW)

    assert ring.seal("a", bound_to="here") != ring.seal("a", bound_to="here")


def test_an_old_key_still_opens_and_no_longer_seals():
    sealed = Keyring.read(OLD).seal("secret", bound_to="here")
    ring = Keyring.read(NEW, OLD)

    assert ring.unseal(sealed, bound_to="here") == "secret"
    assert not ring.is_current(sealed)
    assert ring.is_current(ring.seal("secret", bound_to="here"))


def test_without_its_key_it_stays_closed():
    sealed = Keyring.read(OLD).seal("secret", bound_to="here")

    with pytest.raises(SealBroken, match="another CREDENTIAL_KEY"):
        Keyring.read(NEW).unseal(sealed, bound_to="here")


def test_in_another_place_it_stays_closed():
    ring = Keyring.read(NEW)

    with pytest.raises(SealBroken):
        ring.unseal(ring.seal("secret", bound_to="here"), bound_to="there")


def test_one_changed_bit_closes_it():
    ring = Keyring.read(NEW)
    sealed = bytearray(ring.seal("secret", bound_to="here"))
    sealed[-1] ^= 1

    with pytest.raises(SealBroken):
        ring.unseal(bytes(sealed), bound_to="here")


@pytest.mark.parametrize("text", ["short", "not base64!", base64.b64encode(b"x" * 31)])
def test_what_is_no_key_is_named_by_a_sentence(text):
    with pytest.raises(ValueError, match="base64 of 32 bytes"):
        Keyring.read(text if isinstance(text, str) else text.decode())


def test_keys_do_not_show_in_a_traceback():
    assert repr(Keyring.read(NEW)) == "Keyring()"
