"""The pages of campaigns: each parses, calls one function, and answers."""

from . import campaigns, system  # noqa: F401
