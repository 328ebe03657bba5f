"""Client certificates for APNs, from an authority that only the simulator trusts.

Its key stays in the simulator's folder: nobody else believes what it signs.
"""

from datetime import datetime, timedelta
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from devices.simulator.apns_accounts import TEAM, TOPIC

LIFETIME = timedelta(days=395)
ENVIRONMENT_MARKS = {
    "sandbox": x509.ObjectIdentifier("1.2.840.113635.100.6.3.1"),
    "production": x509.ObjectIdentifier("1.2.840.113635.100.6.3.2"),
}


def authority(folder: Path, *, at: datetime) -> Path:
    """The PEM file of whom the simulator believes about clients; made if missing."""
    path = folder / "apns" / "authority.pem"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _authority_name()
    made = (
        _builder(name, name, at - timedelta(days=4000), at + timedelta(days=3650))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.touch(mode=0o600)
    path.write_bytes(made.public_bytes(Encoding.PEM) + _private(key))
    return path


def apns_certificate(
    folder: Path,
    topic: str,
    *,
    at: datetime,
    lifetime: timedelta = LIFETIME,
    environments: tuple[str, ...] = ("sandbox", "production"),
) -> str:
    """Make a client certificate for one app; returns the secret to upload, as JSON.

    A negative ``lifetime`` gives one that has ended. Raises ValueError for a topic
    that Apple would not give.
    """
    if not TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is not a topic")
    key = ec.generate_private_key(ec.SECP256R1())
    start = at - timedelta(days=1) - abs(lifetime)
    issuer = _authority_name()
    builder = _builder(_subject(topic), issuer, start, at + lifetime)
    builder = _marked(builder.public_key(key.public_key()), environments)
    signer = load_pem_private_key(authority(folder, at=at).read_bytes(), password=None)
    made = builder.sign(signer, hashes.SHA256())  # type: ignore[arg-type]
    certificate = made.public_bytes(Encoding.PEM).decode()
    secret = {"topic": topic, "certificate": certificate}
    return orjson.dumps(secret | {"private_key": _private(key).decode()}).decode()


def _authority_name() -> x509.Name:
    words = "Pushsite simulator: clients"
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _marked(
    builder: x509.CertificateBuilder, environments: tuple[str, ...]
) -> x509.CertificateBuilder:
    """For clients, and for these of Apple's environments."""
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = builder.add_extension(usage, critical=False)
    for name in environments:
        mark = x509.UnrecognizedExtension(ENVIRONMENT_MARKS[name], b"\x05\x00")
        builder = builder.add_extension(mark, critical=False)
    return builder


def _subject(topic: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, topic),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Apple Push Services: {topic}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
        ]
    )


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


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
