"""The pages of devices: each parses, calls one function, and answers."""

from . import applications, test_phones  # noqa: F401
