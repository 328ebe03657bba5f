"""ES256 whose token for the same claims is always the same text (RFC 6979).

Ordinary signatures hold chance, so every process would make a token of its own. Made
without, and with claims that follow the clock in steps, one token serves all workers
on all hosts, and none has to ask another.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import ECAlgorithm
from jwt.api_jws import PyJWS
from jwt.utils import der_to_raw_signature


class _Repeatable(ECAlgorithm):
    def sign(self, msg: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
        signature = key.sign(msg, ec.ECDSA(SHA256(), deterministic_signing=True))
        return der_to_raw_signature(signature, key.curve)


_signer = PyJWS(algorithms=[])
_signer.register_algorithm("ES256", _Repeatable(SHA256))


def token(
    claims: Mapping[str, Any],
    key: ec.EllipticCurvePrivateKey,
    *,
    headers: Mapping[str, str],
) -> str:
    """A JSON Web Token of these claims, with ``headers`` beside its algorithm."""
    return _signer.encode(
        orjson.dumps(claims), key, algorithm="ES256", headers=dict(headers)
    )
