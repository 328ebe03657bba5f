"""Charts that the server draws: SVG for the eye, a sentence and a table for everybody.

A page makes a chart here and includes the kit's one template, under a page that loads
pushsite/charts.css::

    chart = charts.bars("funnel", title=…, summary=…, unit=_("Devices"), rows=[
        charts.Bar(label=_("Shown"), value=120, note=_("120 of 120")),
    ])
    {% include "admin/pushsite/chart.html" with chart=context_name %}

Widths are percentages of the drawing, never of a picture: text keeps its size from
360 pixels on. ``look`` chooses colour and pattern, and a label always says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise

Words = str | Promise
Look = Literal["plain", "hatched", "dotted", "ok", "bad", "quiet", "unsure"]

HEIGHT = 96
"""Pixels of a column chart's drawing, without its labels."""
PATTERNS: dict[str, str] = {
    "hatched": "hatched",
    "bad": "hatched",
    "dotted": "dotted",
    "unsure": "dotted",
}
"""The looks that are drawn with a pattern, and with which one."""
GAP = 0.15
"""Share of a column's place that stays empty beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a bar chart: ``note`` explains it in a few words below.

    ``text`` replaces the number beside the bar; ``url`` leads to what it counts.
    """

    label: Words
    value: int
    note: Words = ""
    text: Words = ""
    url: str = ""
    look: Look = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    """``width`` in per cent of the longest, "0" to "100", as SVG writes it."""

    id: str
    pattern: str
    label: Words
    text: Words
    note: Words
    url: str
    look: Look
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A row of columns under one label, drawn on a scale of its own."""

    label: Words
    values: Sequence[int]
    look: Look = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One drawn column: ``x`` and ``width`` in per cent, ``y`` and ``height`` in px."""

    x: str
    width: str
    y: str
    height: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A drawn series: ``most`` is its highest value, as text."""

    id: str
    pattern: str
    label: Words
    look: Look
    most: str
    columns: list[Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What the template draws. ``key`` is unique on the page: ids begin with it.

    ``table`` has one row of texts for each label, under ``head``.
    """

    key: str
    kind: Literal["bars", "columns"]
    title: Words
    summary: Words
    head: list[Words]
    table: list[tuple[Words, list[Words]]]
    bars: list[DrawnBar]
    strips: list[Strip]
    ends: tuple[Words, Words] = ("", "")
    height: int = HEIGHT


def bars(
    key: str,
    *,
    title: Words,
    summary: Words,
    unit: Words,
    rows: Sequence[Bar],
    what: Words = "",
) -> Chart:
    """Horizontal bars against the longest of them; ``what`` heads the labels."""
    longest = max((row.value for row in rows), default=0)
    drawn = [_bar(f"{key}-{n}", row, longest) for n, row in enumerate(rows)]
    return Chart(
        key=key,
        kind="bars",
        title=title,
        summary=summary,
        head=[what or title, unit],
        table=[(bar.label, [bar.text]) for bar in drawn],
        bars=drawn,
        strips=[],
    )


def columns(
    key: str,
    *,
    title: Words,
    summary: Words,
    what: Words,
    labels: Sequence[Words],
    series: Sequence[Series],
) -> Chart:
    """Columns over time, a strip for each series; ``what`` heads the labels.

    Every series has one value for each of ``labels``.
    """
    return Chart(
        key=key,
        kind="columns",
        title=title,
        summary=summary,
        head=[what, *(each.label for each in series)],
        table=[
            (label, [intcomma(each.values[place]) for each in series])
            for place, label in enumerate(labels)
        ],
        bars=[],
        strips=[_strip(f"{key}-{n}", each, labels) for n, each in enumerate(series)],
        ends=(labels[0], labels[-1]) if labels else ("", ""),
    )


def _bar(name: str, row: Bar, longest: int) -> DrawnBar:
    return DrawnBar(
        id=name,
        pattern=PATTERNS.get(row.look, ""),
        label=row.label,
        text=row.text or intcomma(row.value),
        note=row.note,
        url=row.url,
        look=row.look,
        width=_number(100 * row.value / longest if longest else 0),
    )


def _strip(name: str, series: Series, labels: Sequence[Words]) -> Strip:
    most = max(series.values, default=0)
    place = 100 / max(len(series.values), 1)
    return Strip(
        id=name,
        pattern=PATTERNS.get(series.look, ""),
        label=series.label,
        look=series.look,
        most=intcomma(most),
        columns=[
            Column(
                x=_number(place * (number + GAP / 2)),
                width=_number(place * (1 - GAP)),
                y=_number(HEIGHT - _height(value, most)),
                height=_number(_height(value, most)),
                title=f"{labels[number]} · {intcomma(value)}",
            )
            for number, value in enumerate(series.values)
            if value
        ],
    )


def _height(value: int, most: int) -> float:
    """Pixels; what is not nothing can be seen."""
    return max(2.0, HEIGHT * value / most) if most else 0.0


def _number(value: float) -> str:
    """As SVG reads it, whatever the reader's decimal mark is."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
