"""The public key that proves who a person is: read strictly, refused in words."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SMALLEST_RSA = 2048
LONGEST = 10_000


def cleaned(text: str) -> str:
    """The key as it is kept, "" for none. Raises ValidationError with what to do."""
    pem = text.strip()
    if not pem:
        return ""
    if "PRIVATE KEY" in pem:
        raise ValidationError(
            _(
                "This is a private key. Keep it on your server, consider it known "
                "now, and give the public key that belongs to a new one."
            )
        )
    try:
        key = load_pem_public_key(pem[:LONGEST].encode())
    except (ValueError, UnsupportedAlgorithm) as broken:
        raise ValidationError(
            _(
                "This is no public key in PEM form, which begins with "
                "-----BEGIN PUBLIC KEY-----."
            )
        ) from broken
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return pem
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA:
        return pem
    raise ValidationError(
        _("Give a P-256 key (ES256), or an RSA key of at least 2,048 bits (RS256).")
    )
