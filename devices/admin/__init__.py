"""The pages of devices: each parses, calls one function, and answers."""

from . import applications, dictionary, evidence, test_phones  # noqa: F401
