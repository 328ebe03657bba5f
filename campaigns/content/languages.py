"""What languages are called, to whoever reads the page, and how their tags are spelt.

Names come from the CLDR; tags are those of BCP 47: a language, and where it matters a
script and a region ("zh-Hant-TW").
"""

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError, localedata
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MOST_CHARACTERS = 20
TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?"
    r"(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
)


def tag(text: str) -> str | None:
    """The tag as it is usually written ("fr_ca" is fr-CA); None where it is none."""
    plain = text.strip().lower().replace("_", "-")
    found = TAG.fullmatch(plain) if len(plain) <= MOST_CHARACTERS else None
    if found is None:
        return None
    script, region = found["script"], found["region"]
    parts = [found["language"], script and script.title(), region and region.upper()]
    return "-".join(filter(None, parts)) + found["rest"]


def name(text: str) -> str:
    """What a tag is called in the active language: "French (Canada)", or the tag."""
    found = TAG.fullmatch(text.lower().replace("_", "-"))
    if found is None:
        return text
    reader = _reader(get_language() or "en")
    language = reader.languages.get(found["language"])
    if language is None:
        return text
    script, region = found["script"], found["region"]
    more = [
        script and reader.scripts.get(script.title(), script.title()),
        region and reader.territories.get(region.upper(), region.upper()),
        found["rest"].strip("-"),
    ]
    details = ", ".join(filter(None, more))
    return f"{language} ({details})" if details else language


def labelled(text: str, sentence: str) -> str:
    """A sentence about what is said in the language of this tag."""
    facts = {"language": capfirst(name(text)), "sentence": sentence}
    return _("%(language)s: %(sentence)s") % facts


def is_known(text: str) -> bool:
    """Whether the language of a tag has a name."""
    language = text.lower().replace("_", "-").partition("-")[0]
    return language in _reader("en").languages


def written(text: str) -> str:
    """The language of a tag with its script, without its region: what is translated."""
    found = TAG.fullmatch(text.lower().replace("_", "-"))
    if found is None:
        return ""
    script = found["script"]
    return f"{found['language']}-{script.title()}" if script else found["language"]


def everywhere() -> list[tuple[str, str]]:
    """(tag, name) of the some 150 languages that most texts are in, by name."""
    return list(_everywhere(get_language() or "en"))


@lru_cache(8)
def _everywhere(language: str) -> tuple[tuple[str, str], ...]:
    reader = _reader(language)
    known = [each for each in localedata.locale_identifiers() if len(each) == 2]
    named = [(each, reader.languages[each]) for each in known]
    return tuple(sorted(named, key=lambda pair: _unaccented(pair[1])))


def _unaccented(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


@lru_cache(8)
def _reader(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
