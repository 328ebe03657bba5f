"""The simulator's own certificate authority, made once in its folder.

The authority's private key is thrown away after it signed one certificate, so
that nobody can make another that a machine with this authority would trust.
"""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = (
    "fcm.googleapis.com",
    "oauth2.googleapis.com",
    "api.push.apple.com",
    "api.sandbox.push.apple.com",
    "api.development.push.apple.com",
    "web.push.apple.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "login.live.com",
    "login.microsoftonline.com",
    "simulator",
    "localhost",
)
LIFETIME = timedelta(days=3650)
SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
"""Python 3.13 wants an authority to say so, and key identifiers (RFC 5280)."""

_asked: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def files(folder: Path, *, at: datetime) -> tuple[Path, Path]:
    """The authority's certificate, and the server's with its key; made if missing."""
    authority, server = folder / "ca.pem", folder / "server.pem"
    if not (authority.exists() and server.exists() and _covers(server, at)):
        folder.mkdir(parents=True, exist_ok=True)
        make(authority, server, at=at)
    return authority, server


def context(
    server: Path, versions: Sequence[str] = ("h2", "http/1.1")
) -> ssl.SSLContext:
    """TLS with HTTP/2 and HTTP/1.1, as the providers offer them, or less."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(server)
    tls.set_alpn_protocols(versions)
    tls.sni_callback = _note_host
    return tls


def make(
    authority: Path,
    server: Path,
    *,
    at: datetime,
    hosts: tuple[str, ...] = HOSTS,
    lifetime: timedelta = LIFETIME,
) -> None:
    """Write both files for these hosts, valid from a day before ``at``."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _file in range(2))
    ca_name, name = _name("Pushsite simulator authority"), _name(hosts[0])
    start, end = at - timedelta(days=1), at + lifetime
    ca = (
        _builder(ca_name, ca_name, start, end)
        .public_key(ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(SIGNS_CERTIFICATES, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()),
            critical=False,
        )
        .sign(ca_key, hashes.SHA256())
    )
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
    names.append(x509.IPAddress(ip_address("127.0.0.1")))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        _builder(name, ca_name, start, end)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            critical=False,
        )
        .sign(ca_key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server.touch(mode=0o600)
    server.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    authority.write_bytes(ca.public_bytes(Encoding.PEM))


def asked_for(tls: ssl.SSLObject) -> str:
    """The host that a client named when it began (SNI); "" when it named none."""
    return _asked.get(tls, "")


def _note_host(tls: Any, host: str | None, _context: ssl.SSLContext) -> None:
    _asked[tls] = (host or "").lower()


def _builder(
    subject: x509.Name, issuer: x509.Name, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _covers(server: Path, at: datetime) -> bool:
    """Whether the certificate names every host and its authority, for a month yet."""
    certificate = x509.load_pem_x509_certificate(server.read_bytes())
    names = certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    ).value.get_values_for_type(x509.DNSName)
    identified = any(
        isinstance(each.value, x509.AuthorityKeyIdentifier)
        for each in certificate.extensions
    )
    lasts = certificate.not_valid_after_utc > at.astimezone(UTC) + timedelta(days=30)
    return lasts and identified and set(HOSTS) <= set(names)
