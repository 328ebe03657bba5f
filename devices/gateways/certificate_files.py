"""Certificates as people have them: in a .p12 or a .pem file."""

import re

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from django.utils.translation import gettext as _

from devices.gateways.base import CredentialRefused

PEM = re.compile(r"(-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \2-----)", re.DOTALL)


def pem_of(content: bytes, password: str) -> dict[str, str]:
    """Certificate and private key as PEM texts, from a .p12 or a .pem file.

    Raises CredentialRefused for a .p12 file that the password does not open.
    """
    if b"-----BEGIN" in content:
        parts = PEM.findall(content.decode(errors="replace"))
        told = {label: text for text, label in reversed(parts)}
        key = next((text for name, text in told.items() if "PRIVATE KEY" in name), "")
        return {"certificate": told.get("CERTIFICATE", ""), "private_key": key}
    try:
        pair = pkcs12.load_pkcs12(content, password.encode() or None)
    except ValueError as broken:
        raise CredentialRefused(
            _(
                "This file cannot be opened with this password. Give the .p12 file "
                "and the password that was asked for at its export."
            )
        ) from broken
    return {
        "certificate": _certificate_of(pair),
        "private_key": _key_of(pair),
    }


def _certificate_of(pair: pkcs12.PKCS12KeyAndCertificates) -> str:
    if pair.cert is None:
        return ""
    return pair.cert.certificate.public_bytes(Encoding.PEM).decode()


def _key_of(pair: pkcs12.PKCS12KeyAndCertificates) -> str:
    if pair.key is None:
        return ""
    how = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pair.key.private_bytes(*how).decode()
