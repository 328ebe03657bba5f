"""The pages of campaigns: each parses, calls one function, and answers."""

from . import (  # noqa: F401
    blocks,
    campaigns,
    fast,
    house,
    imports,
    media,
    people,
    primers,
    promo_codes,
    registries,
    runs,
    segments,
    system,
    topics,
    written_languages,
)
