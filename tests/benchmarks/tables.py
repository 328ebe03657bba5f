"""The table that `make bench` prints."""

from collections.abc import Mapping

from tests.benchmarks.figures import Figure

HEADS = (
    "key",
    "median",
    "least",
    "most",
    "library",
    "ratio",
    "bulk",
    "ratio",
    "unit",
)


def table(figures: Mapping[str, Figure]) -> str:
    """A line for each key, then what was seen besides, then the notes."""
    lines = [_line(HEADS), "|---" * len(HEADS) + "|"]
    lines += [_line(_cells(name, figure)) for name, figure in figures.items()]
    for name, figure in figures.items():
        lines += [f"{name}: {told}" for told in _besides(figure)]
    return "\n".join(lines)


def _cells(name: str, figure: Figure) -> list[str]:
    kept = figure.as_json()
    runs = kept["runs"]
    return [
        name,
        _number(kept["value"]),
        _number(min(runs, default=None)),
        _number(max(runs, default=None)),
        _number(kept["library"]),
        _number(kept["ratio"]),
        _number(kept.get("library_bulk")),
        _number(kept.get("ratio_bulk")),
        figure.unit,
    ]


def _besides(figure: Figure) -> list[str]:
    facts = figure.as_json().get("facts", {})
    spoken = "; ".join(f"{head} {_number(value)}" for head, value in facts.items())
    return [each for each in (spoken, figure.note, figure.missing) if each]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _line(cells: object) -> str:
    return f"| {' | '.join(cells)} |"  # type: ignore[arg-type]
