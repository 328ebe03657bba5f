"""Reads a QR code of level M, versions 1 to 6, as a camera's program would.

It shares nothing with what draws them: arithmetic by tables of logarithms, and the
correction is proved by its syndromes.
"""

MASKS = (
    "(r + c) % 2",
    "r % 2",
    "c % 3",
    "(r + c) % 3",
    "(r // 2 + c // 3) % 2",
    "(r * c) % 2 + (r * c) % 3",
    "((r * c) % 2 + (r * c) % 3) % 2",
    "((r + c) % 2 + (r * c) % 3) % 2",
)
BLOCKS = {1: (1, 10), 2: (1, 16), 3: (1, 26), 4: (2, 18), 5: (2, 24), 6: (4, 16)}
FORMATS = {
    0b101010000010010: 0,
    0b101000100100101: 1,
    0b101111001111100: 2,
    0b101101101001011: 3,
    0b100010111111001: 4,
    0b100000011001110: 5,
    0b100111110010111: 6,
    0b100101010100000: 7,
}
"""The words of ISO/IEC 18004, table C.1, for level M."""

POWERS = [1]
for _each in range(254):
    doubled = POWERS[-1] * 2
    POWERS.append(doubled ^ 0x11D if doubled > 255 else doubled)
LOGS = {power: log for log, power in enumerate(POWERS)}


def read(rows: list[list[int]]) -> str:
    """The text of a code; an AssertionError names what a camera would stumble over."""
    size = len(rows)
    version = (size - 17) // 4
    mask = MASKS[_format_of(rows)]
    bits = [
        rows[r][c] ^ (eval(mask, {"r": r, "c": c}) == 0)
        for r, c in _places(size)
        if not _is_fixed(r, c, size)
    ]
    words = [
        int("".join(map(str, map(int, bits[at : at + 8]))), 2)
        for at in range(0, len(bits) - 7, 8)
    ]
    count, correcting = BLOCKS[version]
    carried = len(words) // count - correcting
    data, rest = words[: carried * count], words[carried * count :]
    text = b""
    for number in range(count):
        block = data[number::count]
        _prove(block + rest[number::count], correcting)
        text += bytes(block)
    whole = int.from_bytes(text) >> 4
    length = text[0] << 4 & 0xF0 | text[1] >> 4
    assert text[0] >> 4 == 4, "bytes"
    shift = 8 * (len(text) - 2 - length)
    return (whole >> shift & (1 << 8 * length) - 1).to_bytes(length).decode()


def _format_of(rows: list[list[int]]) -> int:
    size = len(rows)
    first = [rows[8][c] for c in (0, 1, 2, 3, 4, 5, 7, 8)]
    first += [rows[r][8] for r in (7, 5, 4, 3, 2, 1, 0)]
    second = [rows[r][8] for r in range(size - 1, size - 8, -1)]
    second += [rows[8][c] for c in range(size - 8, size)]
    assert first == second, "the two copies of the format differ"
    assert rows[size - 8][8] == 1, "the dark module"
    return FORMATS[int("".join(map(str, first)), 2)]


def _places(size: int) -> list[tuple[int, int]]:
    columns = [c for c in range(size - 1, -1, -1) if c != 6]
    pairs = zip(columns[::2], columns[1::2], strict=True)
    found = []
    for number, pair in enumerate(pairs):
        down = range(size) if number % 2 else range(size - 1, -1, -1)
        found += [(r, c) for r in down for c in pair]
    return found


def _is_fixed(r: int, c: int, size: int) -> bool:
    finders = (r < 9 and c < 9) or (r < 9 and c > size - 9) or (r > size - 9 and c < 9)
    alignment = size > 21 and size - 9 <= r <= size - 5 and size - 9 <= c <= size - 5
    return finders or alignment or r == 6 or c == 6


def _prove(block: list[int], correcting: int) -> None:
    for root in range(correcting):
        syndrome = 0
        for place, word in enumerate(reversed(block)):
            if word:
                syndrome ^= POWERS[(LOGS[word] + root * place) % 255]
        assert syndrome == 0, "the correction is not that of the text"
