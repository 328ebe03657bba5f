"""What a browser would post of a form that a page draws, before anybody types."""

from html.parser import HTMLParser
from typing import Any


class Form(HTMLParser):
    """The successful controls of the form with an id, in the order of the page."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form
        self.inside = False
        self.fields: dict[str, list[str]] = {}
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        each = dict(attrs)
        if tag == "form":
            self.inside = each.get("id") == self.form
        if not self.inside:
            return
        if tag == "input" and each.get("name"):
            self._input(each)
        elif tag == "select":
            self._select = each.get("name", "")
        elif tag == "option" and self._select:
            first = self._select not in self.fields
            if first or "selected" in each:
                self.fields[self._select] = [each.get("value", "")]
        elif tag == "textarea":
            self._area = each.get("name", "")
            self.fields[self._area] = [""]

    def _input(self, each: dict[str, str]) -> None:
        kind = each.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in each:
            return
        self.fields.setdefault(each["name"], []).append(each.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data


def form(html: str, form_id: str) -> dict[str, list[str]]:
    """The names and values that the form with this id would post."""
    reader = Form(form_id)
    reader.feed(html)
    return reader.fields
