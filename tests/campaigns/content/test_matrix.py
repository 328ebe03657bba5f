"""Texts as a table for translators: there, and back row by row."""

import csv
import io

from campaigns.content import direction, matrix

OWN = {
    "locale": "en",
    "title": "=Sale",
    "body": 'Hi {{ first_name | default: "there" }}\nCome in.',
    "link": "",
    "buttons": [{"label": "Look", "link": "https://shop.example/a"}],
    "platforms": {"ios": {"subtitle": "Today", "sound": "none"}},
}
FRENCH = {"locale": "fr", "title": "Soldes", "body": "Venez", "link": "", "source": "x"}
KNOWN = ["first_name"]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def back(table: list[list[str]], **more: object) -> matrix.Read:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(table)
    return matrix.read(file.getvalue(), OWN, [FRENCH], known=KNOWN, **more)  # type: ignore[arg-type]


def test_what_is_downloaded_and_uploaded_again_changes_nothing() -> None:
    table = rows(matrix.write(OWN, [FRENCH]))
    assert table[0] == ["id", "en", "fr"]
    assert table[1] == ["title", "'=Sale", "Soldes"], "no cell is a formula"
    keys = [row[0] for row in table[1:]]
    assert keys == ["title", "body", "link", "buttons.1.label", "ios:subtitle"]
    found = back(table)
    assert (found.changes, found.refused) == ([], [])


def test_filled_cells_become_texts_of_their_language_and_add_one() -> None:
    table = rows(matrix.write(OWN, [FRENCH]))
    table[0].append("ar")
    said = {"title": "تخفيضات", "buttons.1.label": "انظر", "ios:subtitle": "اليوم"}
    for row in table[1:]:
        row.append(said.get(row[0], ""))
    table[2][2] = "Venez vite"
    found = back(table)
    merged = {
        each["locale"]: each
        for each in matrix.merged(OWN, [FRENCH], found, digest="now")
    }
    assert merged["fr"] == FRENCH | {"body": "Venez vite", "source": "now"}
    arabic = merged["ar"]
    assert (arabic["title"], arabic["body"]) == ("تخفيضات", "")
    assert arabic["buttons"] == [{"label": "انظر", "link": "https://shop.example/a"}]
    assert arabic["platforms"] == {"ios": {"subtitle": "اليوم"}}
    assert matrix.merged(
        OWN, [FRENCH], back(rows(matrix.write(OWN, []))), digest=""
    ) == [FRENCH]


def test_each_row_that_does_not_fit_is_refused_by_its_line() -> None:
    table = [
        ["id", "en", "fr", "Klingon!", "de"],
        ["title", "Old sale", "Neu", "", ""],
        ["body", OWN["body"], "Salut {{ frist_name | default: 'x' }}", "", ""],
        ["footer", "a", "b", "", ""],
        ["ios:subtitle", "Today", "Aujourd’hui", "", "Heute"],
        ["ios:subtitle", "Today", "Encore", "", ""],
    ]
    found = back(table, usable=["en", "fr"])
    said = dict.fromkeys(line for line, _why in found.refused)
    assert list(said) == [1, 2, 4, 5, 7], "the text of the second row has two lines"
    why = " ".join(sentence for _line, sentence in found.refused)
    for words in ("Klingon!", "“de” is not among", "download", "first_name", "twice"):
        assert words in why
    assert [each.after for each in found.changes] == ["Aujourd’hui"]


def test_a_file_that_is_no_table_of_texts_says_what_it_needs() -> None:
    assert "columns" in matrix.read("a,b\n", OWN, [], known=[]).refused[0][1]
    assert "“en”" in back([["id", "fr"], ["title", "x"]]).refused[0][1]


def test_texts_from_right_to_left_are_looked_at_before_they_go_wrong() -> None:
    said = {
        "Sale مرحبا": "first letter",
        "🎉 مرحبا بكم": "emoji",
        "استخدم SALE20 اليوم": "code in the middle",
        "استخدم {{ promo.summer }} اليوم": "code in the middle",
        "اشتر Nike اليوم": "two directions",
    }
    for text, words in said.items():
        assert words in " ".join(direction.problems(text, "ar")), text
    for fine in (
        "مرحبا بكم",
        "استخدم\nSALE20",
        'أهلا {{ name | default: "x" }} 🎉',
        "",
    ):
        assert list(direction.problems(fine, "ar")) == [], fine
    assert list(direction.problems("🎉 Sale مرحبا", "en")) == []
