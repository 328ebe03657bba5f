"""Apple's client certificates: reading the fields of an uploaded one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from devices.gateways.apns_key import SIMULATED_TEAM, bundle_id
from devices.gateways.base import CredentialRefused

ENVIRONMENT_MARKS = {
    "sandbox": "1.2.840.113635.100.6.3.1",
    "production": "1.2.840.113635.100.6.3.2",
}
"""Apple's extensions of a push certificate, by environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApnsCertificate:
    """A client certificate for one app, with its key, both as PEM."""

    team_id: str
    topic: str
    expires_at: datetime
    certificate: str = field(repr=False)
    private_key: str = field(repr=False)

    @property
    def account(self) -> str:
        """The app as Apple names it: team and bundle id."""
        return f"{self.team_id}.{self.topic}".lstrip(".")

    @property
    def simulated(self) -> bool:
        """Whether the simulator made this certificate."""
        return self.team_id == SIMULATED_TEAM


def read(
    fields: Mapping[str, str], *, environment: str = "", at: datetime | None = None
) -> ApnsCertificate:
    """A certificate from its uploaded fields.

    One that ended before ``at``, or is for the other environment, is refused where
    these are given. Raises CredentialRefused with a sentence.
    """
    certificate = _read_certificate(fields["certificate"])
    if at is not None:
        _refuse_ended(certificate, at)
    _refuse_other_environment(certificate, environment)
    topic = bundle_id(fields.get("topic", "") or _named(certificate, NameOID.USER_ID))
    _refuse_other_app(certificate, topic)
    _refuse_stranger_key(certificate, fields.get("private_key", ""))
    return ApnsCertificate(
        team_id=_named(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME),
        topic=topic,
        expires_at=certificate.not_valid_after_utc,
        certificate=fields["certificate"],
        private_key=fields["private_key"],
    )


def _refuse_ended(certificate: x509.Certificate, at: datetime) -> None:
    ends = certificate.not_valid_after_utc
    if ends > at:
        return
    raise CredentialRefused(
        _(
            "This certificate ended on %(day)s. Make a new one in your Apple "
            "developer account, or use an APNs key, which does not expire."
        )
        % {"day": ends.date().isoformat()}
    )


def _refuse_other_environment(certificate: x509.Certificate, environment: str) -> None:
    """Apple marks for which environments a certificate is; most are for both."""
    marks = {each.oid.dotted_string for each in certificate.extensions}
    marked = [name for name, oid in ENVIRONMENT_MARKS.items() if oid in marks]
    if environment in ENVIRONMENT_MARKS and marked and environment not in marked:
        raise CredentialRefused(
            _(
                "This certificate is for the other environment. Store it there, or "
                "make one for production and sandbox together."
            )
        )


def _read_certificate(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as broken:
        raise CredentialRefused(
            _(
                "The certificate cannot be read. Export it from Keychain Access, "
                "convert it to PEM and give everything from BEGIN CERTIFICATE to END "
                "CERTIFICATE."
            )
        ) from broken


def _named(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(name)
    return str(values[0].value) if values else ""


def _refuse_other_app(certificate: x509.Certificate, topic: str) -> None:
    """Apple writes the bundle id into the subject; some topics have a suffix."""
    app = _named(certificate, NameOID.USER_ID)
    if app and topic != app and not topic.startswith(f"{app}."):
        raise CredentialRefused(
            _(
                "This certificate is for the app %(app)s and not for %(topic)s. "
                "Correct the bundle ID, or give the certificate of that app."
            )
            % {"app": app, "topic": topic}
        )


def _refuse_stranger_key(certificate: x509.Certificate, pem: str) -> None:
    if not pem:
        raise CredentialRefused(
            _(
                "The certificate came without its private key. In Keychain Access "
                "export the key that is shown below the certificate together with it."
            )
        )
    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    given = _public_half(pem).public_bytes(*shape)
    if given != certificate.public_key().public_bytes(*shape):
        raise CredentialRefused(
            _(
                "The private key belongs to another certificate. Export both together "
                "from Keychain Access."
            )
        )


def _public_half(pem: str) -> PublicKeyTypes:
    try:
        return load_pem_private_key(pem.encode(), password=None).public_key()
    except TypeError as locked:
        raise CredentialRefused(
            _("The private key has a password. Export it again without one.")
        ) from locked
    except (ValueError, UnsupportedAlgorithm) as broken:
        raise CredentialRefused(
            _(
                "The private key of the certificate cannot be read. Convert it to PEM "
                "and give everything from BEGIN PRIVATE KEY to END PRIVATE KEY."
            )
        ) from broken
