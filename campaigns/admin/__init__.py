"""The pages of campaigns: each parses, calls one function, and answers."""

from . import blocks, campaigns, media, people, primers, runs, segments, system, topics  # noqa: F401
