"""Charts: what is drawn, said in a sentence, and readable as a table."""

from django.template.loader import render_to_string
from django.utils import translation

from campaigns.admin import charts


def drawn(chart: charts.Chart) -> str:
    return render_to_string("admin/pushsite/chart.html", {"chart": chart})


def funnel(**changes: object) -> charts.Chart:
    rows = [
        charts.Bar(label="Shown", value=1200, note="All of them"),
        charts.Bar(label="Granted", value=300, look="hatched"),
    ]
    facts = {"title": "Funnel", "summary": "A quarter agreed.", "unit": "People"}
    return charts.bars("funnel", **facts | {"rows": rows} | changes)


def test_the_longest_bar_is_as_wide_as_the_drawing() -> None:
    assert [bar.width for bar in funnel().bars] == ["100", "25"]


def test_nothing_at_all_is_drawn_without_dividing_by_it() -> None:
    chart = funnel(rows=[charts.Bar(label="Shown", value=0)])
    assert [bar.width for bar in chart.bars] == ["0"]


def test_a_chart_is_a_sentence_and_a_table_too() -> None:
    page = drawn(funnel())
    assert "A quarter agreed." in page
    assert "Show as table" in page
    assert '<th scope="row">Granted</th><td class="ps-number">300</td>' in page


def test_svg_keeps_its_points_where_the_reader_has_commas() -> None:
    with translation.override("fr"):
        page = drawn(funnel(rows=[charts.Bar(label=x, value=x) for x in (3, 8)]))
    assert 'width="37.5%"' in page


def test_a_pattern_is_found_under_its_own_id() -> None:
    page = drawn(funnel())
    assert '<pattern id="funnel-1"' in page
    assert 'fill="url(#funnel-1)"' in page


def test_no_drawing_holds_a_style_of_its_own() -> None:
    assert "style=" not in drawn(funnel())


def test_every_series_has_a_scale_of_its_own_and_zero_draws_nothing() -> None:
    chart = charts.columns(
        "time",
        title="Over time",
        summary="Most at nine.",
        what="When",
        labels=["9", "10"],
        series=[
            charts.Series(label="Sent", values=[1000, 500]),
            charts.Series(label="Opened", values=[0, 4]),
        ],
    )
    sent, opened = chart.strips
    assert [column.height for column in sent.columns] == ["96", "48"]
    assert [column.height for column in opened.columns] == ["96"]
    assert chart.table == [("9", ["1,000", "0"]), ("10", ["500", "4"])]
    assert "highest 1,000" in drawn(chart)


def test_a_label_with_markup_is_only_a_label() -> None:
    assert "<script>" not in drawn(funnel(rows=[charts.Bar(label="<script>", value=1)]))
