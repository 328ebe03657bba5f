"""What is rendered: every variant of a message, and who gets which."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from campaigns.audience import split
from campaigns.content.render import CompiledContent, compile_content
from campaigns.models import variants


class Messages(NamedTuple):
    """``made`` by the variant's number, A first; ``tags`` number their languages.

    ``number`` is the SQL that tells the variant of judged.person_id.
    """

    made: tuple[CompiledContent, ...]
    tags: list[str]
    number: str

    @property
    def fields(self) -> tuple[str, ...]:
        """What they read of a person."""
        return tuple(dict.fromkeys(name for each in self.made for name in each.fields))


def ready(content: Mapping[str, Any]) -> Messages:
    """The content of a revision or a draft, made ready; raises ContentError."""
    tags = variants.tags_in(content)
    return Messages(
        made=tuple(
            compile_content(each, None).number_as(tags)
            for each in variants.contents(content)
        ),
        tags=tags,
        number=split.of_content("judged.person_id", content),
    )
