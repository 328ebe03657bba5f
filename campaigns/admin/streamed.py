"""Files that are made while they are sent: any number of rows, in little memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would compute."""
AT_ONCE = 500


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def table(
    name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """A CSV file with these headings and rows, whose cells no spreadsheet computes."""
    answer = StreamingHttpResponse(
        lines(heading, rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def lines(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    kept = ["\ufeff" + writer.writerow(heading)]
    for row in rows:
        kept.append(writer.writerow([cell(each) for each in row]))
        if len(kept) == AT_ONCE:
            yield "".join(kept)
            kept = []
    yield "".join(kept)


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
