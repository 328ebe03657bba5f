"""JSON as strangers send it: read strictly, or refused before anything else."""

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from .problems import Problem

DEEPEST = 12
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class DuplicateKey(ValueError):
    """The same key twice in one object: two readers would see two things."""


class StrictParser(Parser):
    """JSON without its gaps: duplicate keys, NaN, NUL and half surrogates."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body, or Problem with what is wrong with it."""
        if request.content_type != "application/json":
            raise Problem(
                415, "not_json", _("Send JSON with “Content-Type: application/json”.")
            )
        return parse(request.body)


def parse(body: bytes) -> Any:
    """Read JSON text from a stranger; raises Problem."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise bad(_("The body is not valid JSON.")) from broken
    if depth_exceeds(value, DEEPEST):
        raise bad(_("The body is nested too deeply."))
    if NUL.search(body):
        raise bad(_("Texts must not hold the NUL character."))
    try:
        json.loads(body, object_pairs_hook=once, parse_int=len, parse_float=len)
    except DuplicateKey as twice:
        raise bad(_("An object holds the same key twice.")) from twice
    return value


def once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _value in pairs}) < len(pairs):
        raise DuplicateKey


def depth_exceeds(value: Any, limit: int) -> bool:
    """Whether lists and objects stand in each other more than ``limit`` deep."""
    layer: list[Any] = [value]
    for _level in range(limit + 1):
        layer = [inner for outer in layer for inner in containers_in(outer)]
        if not layer:
            return False
    return True


def containers_in(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return ()
    return [each for each in inner if isinstance(each, dict | list)]


def bad(message: Any) -> Problem:
    return Problem(400, "bad_json", message)
