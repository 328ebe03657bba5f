"""Service-account key files made on the spot; Google knows none of them."""

import functools
import json

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)


@functools.cache
def private_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def service_account(project: str = "shop-1", *, simulated: bool = True) -> str:
    domain = "simulator.invalid" if simulated else "iam.gserviceaccount.com"
    return json.dumps(
        {
            "type": "service_account",
            "project_id": project,
            "private_key_id": "1",
            "private_key": private_pem(),
            "client_email": f"sender@{project}.{domain}",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )
