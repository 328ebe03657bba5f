"""What a draft says of a person beside its texts, as the compose page posts it."""

from typing import Any

from django.http import QueryDict

from campaigns.admin import posted

FIELDS = ("leave_out", "image")


def read(post: QueryDict) -> dict[str, Any]:
    """The fields as posted; none where the form does not speak of them."""
    return {name: posted.text(post, name).strip() for name in FIELDS if name in post}
