"""The pages of campaigns: each parses, calls one function, and answers."""

from . import system  # noqa: F401
