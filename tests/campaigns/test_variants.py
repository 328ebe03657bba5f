"""What differs between two messages is all that a variant keeps, and is enough."""

import random
from typing import Any

from campaigns.models import variants

NAMES = ("title", "ios", "subtitle", "fr")


def a_message(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    """Texts, numbers and lists under some of the names, nested."""
    found: dict[str, Any] = {}
    for name in chance.sample(NAMES, chance.randrange(4)):
        kind = chance.randrange(4 if depth else 3)
        plain: list[Any] = [chance.choice("abc"), chance.randrange(3), ["x"]]
        found[name] = a_message(chance, depth - 1) if kind == 3 else plain[kind]
    return found


def test_a_difference_makes_the_one_of_the_other() -> None:
    chance = random.Random(7)
    for _each in range(2_000):
        base, wanted = a_message(chance), a_message(chance)
        patch = variants.difference(base, wanted)
        assert variants.merged(base, patch) == wanted
        assert (patch == {}) == (base == wanted)


def test_equal_shares_leave_the_rest_to_a() -> None:
    three = [{"key": key, "weight": 1, "changes": {}} for key in "BC"]
    assert [each["weight"] for each in variants.even(three, control=0)] == [33, 33]
