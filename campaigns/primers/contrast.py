"""How well two colours can be told apart (WCAG 2.2, relative luminance). Pure."""

LEAST = 4.5
"""WCAG 2.2, 1.4.3: text smaller than large."""


def ratio(one: str, other: str) -> float:
    """From 1 to 21; colours as #rrggbb."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shown(value: float) -> float:
    """One decimal, cut rather than rounded: 4.46 must not read 4.5."""
    return int(value * 10) / 10


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
