"""A QR code (ISO/IEC 18004): bytes at error correction level M, versions 1 to 6.

Those versions hold up to 106 bytes, which is more than a link with a code; they need
no version information, and their blocks are all of one length.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

Square = list[list[int]]
"""Rows of modules: 1 is dark."""


class Version(NamedTuple):
    """Codewords of data and of correction in a block, and how many blocks."""

    carried: int
    correcting: int
    blocks: int


VERSIONS = (
    *(Version(16, 10, 1), Version(28, 16, 1), Version(44, 26, 1)),
    *(Version(32, 18, 2), Version(43, 24, 2), Version(27, 16, 4)),
)
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
FINDERS = ("10111010000", "00001011101")
QUIET = 4
"""Modules of light around the code."""


def path(text: str) -> tuple[int, str]:
    """The code's width in modules, quiet zone included, and its SVG path.

    Raises ValueError for a text of more than 106 bytes.
    """
    rows = modules(text)
    dark = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, each in enumerate(row)
        if each
    ]
    return len(rows) + 2 * QUIET, "".join(dark)


def modules(text: str) -> Square:
    """The code as it is drawn, with the mask that is read best."""
    number, version = _version_for(text.encode())
    size = 17 + 4 * number
    fixed = _patterns(size, with_alignment=number > 1)
    bits = _interleaved(_padded(text.encode(), version), version)
    drawn = (_masked(size, fixed, bits, mask) for mask in range(len(MASKS)))
    return min(drawn, key=_penalty)


def _version_for(text: bytes) -> tuple[int, Version]:
    for number, version in enumerate(VERSIONS, start=1):
        if len(text) <= version.carried * version.blocks - 2:
            return number, version
    raise ValueError("A QR code of ours holds 106 bytes at most.")


def _padded(text: bytes, version: Version) -> bytes:
    """Mode and length, the text, an end, and what fills the rest."""
    whole = version.carried * version.blocks
    number = (0b0100 << 8 | len(text)) << 8 * len(text) | int.from_bytes(text)
    head = (number << 4).to_bytes(len(text) + 2)
    return head + (b"\xec\x11" * whole)[: whole - len(head)]


def _interleaved(carried: bytes, version: Version) -> str:
    """The bits of all blocks, one codeword of each in turn."""
    size = version.carried
    blocks = [carried[at : at + size] for at in range(0, len(carried), size)]
    words = bytes(word for each in zip(*blocks, strict=True) for word in each)
    corrections = [_correction(each, version.correcting) for each in blocks]
    words += bytes(word for each in zip(*corrections, strict=True) for word in each)
    return "".join(f"{word:08b}" for word in words)


def _correction(block: bytes, count: int) -> list[int]:
    """The Reed-Solomon remainder of a block."""
    generator = _generator(count)
    rest = [0] * count
    for word in block:
        factor = word ^ rest[0]
        shifted = [*rest[1:], 0]
        rest = [
            each ^ _product(term, factor)
            for each, term in zip(shifted, generator, strict=True)
        ]
    return rest


@cache
def _generator(count: int) -> tuple[int, ...]:
    """The factors of (x - 1)(x - 2)(x - 4)…, without the highest, which is 1."""
    factors = [*([0] * (count - 1)), 1]
    root = 1
    for _each in range(count):
        shifted = [*factors[1:], 0]
        factors = [
            _product(factor, root) ^ right
            for factor, right in zip(factors, shifted, strict=True)
        ]
        root = _product(root, 2)
    return tuple(factors)


def _product(left: int, right: int) -> int:
    """Of two elements of GF(2^8) by x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (right >> bit & 1) * left
    return product


Fixed = dict[tuple[int, int], int]
"""Modules by (x, y) that no text changes."""


def _patterns(size: int, *, with_alignment: bool) -> Fixed:
    fixed: Fixed = {}
    for at in range(size):
        fixed[at, 6] = fixed[6, at] = int(at % 2 == 0)
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        fixed |= {each: dark for each, dark in _rings(x, y, 4) if _is_in(each, size)}
    if with_alignment:
        fixed |= dict(_rings(size - 7, size - 7, 2))
    fixed |= _format(size, mask=0)
    return fixed


def _rings(x: int, y: int, reach: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Squares around a middle: dark but for the second one, and the fifth."""
    light = (2, 4) if reach > 2 else (1,)
    for right in range(-reach, reach + 1):
        for down in range(-reach, reach + 1):
            ring = max(abs(right), abs(down))
            yield (x + right, y + down), int(ring not in light)


def _is_in(place: tuple[int, int], size: int) -> bool:
    return all(each in range(size) for each in place)


def _format(size: int, *, mask: int) -> Fixed:
    """The level (M is 0) and the mask, twice, and the module that is always dark."""
    rest = mask
    for _bit in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    word = (mask << 10 | rest) ^ 0x5412
    bits = [word >> at & 1 for at in range(15)]
    beside = [*((8, at) for at in (0, 1, 2, 3, 4, 5, 7, 8)), (7, 8)]
    beside += [(14 - at, 8) for at in range(9, 15)]
    apart = [(size - 1 - at, 8) for at in range(8)]
    apart += [(8, size - 15 + at) for at in range(8, 15)]
    found = dict(zip(beside, bits, strict=True)) | dict(zip(apart, bits, strict=True))
    return found | {(8, size - 8): 1}


def _masked(size: int, fixed: Fixed, bits: str, mask: int) -> Square:
    rows = [[0] * size for _row in range(size)]
    free = [each for each in _way(size) if each not in fixed]
    for (x, y), bit in zip(free, bits.ljust(len(free), "0"), strict=True):
        rows[y][x] = int(bit) ^ MASKS[mask](x, y)
    for (x, y), dark in (fixed | _format(size, mask=mask)).items():
        rows[y][x] = dark
    return rows


def _way(size: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time, from the right, up and down in turn."""
    for right in range(size - 1, 0, -2):
        column = right if right > 6 else right - 1
        upward = (column + 1) & 2 == 0
        for at in range(size):
            y = size - 1 - at if upward else at
            yield column, y
            yield column - 1, y


def _penalty(rows: Square) -> int:
    """How hard it is to read: long runs, blocks, finders' doubles, imbalance."""
    lines = ["".join(map(str, line)) for line in (*rows, *zip(*rows, strict=True))]
    runs = sum(
        len(run[0]) - 2 for line in lines for run in re.finditer("0{5,}|1{5,}", line)
    )
    doubles = sum(line.count(each) for line in lines for each in FINDERS)
    size = len(rows)
    dark = sum(map(sum, rows)) * 100 // size**2
    return runs + 3 * _blocks(rows) + 40 * doubles + 10 * (abs(dark - 50) // 5)


def _blocks(rows: Sequence[Sequence[int]]) -> int:
    """Squares of two by two modules of one colour."""
    return sum(
        above[x] == above[x + 1] == below[x] == below[x + 1]
        for above, below in pairwise(rows)
        for x in range(len(above) - 1)
    )
