"""From a revision's content to what renders it: every text compiled, or all problems.

One renderer for preview, test send, dry run and send: campaigns.content.compiled.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from campaigns.content import links, options
from campaigns.content.compiled import (
    IMAGE_OF,
    MORE,
    NO_DATA,
    CompiledContent,
    Skip,
    SkipReason,
    Words,
    is_too_long,
)
from campaigns.content.grammar import MAX_RENDERED
from campaigns.content.personalisation import Template, TemplateError
from campaigns.content.personalisation import compile as compile_text
from campaigns.content.texts import CARDS, Content, ContentError

__all__ = [
    "IMAGE_OF",
    "CompiledContent",
    "Skip",
    "SkipReason",
    "Words",
    "compile_content",
    "unsafe_links",
]


def compile_content(
    revision_content: Mapping[str, object], known: Collection[str] | None
) -> CompiledContent:
    """Make a revision's content ready; raises `ContentError` with all problems.

    ``known`` as personalisation.known_fields gives it; None at send, when the content
    was checked at save. A problem of a translation is named "fr.title".
    """
    content = Content.from_json(revision_content)
    problems: dict[str, str] = {}
    translations = [
        _compiled(each, known, problems, prefix=f"{each.locale}.")
        for each in content.translations
    ]
    made = _compiled(content, known, problems, translations=translations)
    if problems:
        raise ContentError(problems)
    return made


def _compiled(
    content: Content,
    known: Collection[str] | None,
    problems: dict[str, str],
    *,
    prefix: str = "",
    translations: Sequence[CompiledContent] = (),
) -> CompiledContent:
    """One language with what its platforms have otherwise."""
    platforms = {
        each: _on(each, content, known, problems, prefix=prefix)
        for each in options.PLATFORMS
        if options.differs(content.platforms, each) or content.cards
    }
    templates = _templates(content, known, problems, prefix=prefix)
    return CompiledContent(content, templates, translations, platforms=platforms)


def _on(
    platform: str,
    content: Content,
    known: Collection[str] | None,
    problems: dict[str, str],
    *,
    prefix: str,
) -> CompiledContent:
    mine = content.on(platform)
    wrong: dict[str, str] = {}
    more = dict(options.texts(content.platforms, platform))
    templates = _templates(mine, known, wrong, more=more)
    own = content.platforms.get(platform, {})
    for name, sentence in wrong.items():
        if name in own:
            problems[f"{prefix}{platform}:{name}"] = sentence
        elif name in more:
            problems[f"{prefix}{options.ALL}:{name}"] = sentence
    made = options.made(content.platforms, platform)
    return CompiledContent(mine, templates, options=made)


def _templates(
    content: Content,
    known: Collection[str] | None,
    problems: dict[str, str],
    *,
    prefix: str = "",
    more: Mapping[str, str] = NO_DATA,
) -> dict[str, Template]:
    """The texts made ready; what is wrong with them is put among the problems.

    ``more`` are the texts of one platform, which are named after MORE.
    """
    templates: dict[str, Template] = {}
    named = ((MORE + name, text) for name, text in more.items())
    for name, text in (*content.texts(), *named):
        try:
            templates[name] = _made(text, known, content)
        except TemplateError as wrong:
            field = _field(name)
            field = field.removeprefix(MORE)
            problems[prefix + field] = wrong.sentence
    for name, unsafe in unsafe_links(content, schemes=None):
        problems.setdefault(prefix + name, unsafe)
    return templates


def _field(name: str) -> str:
    """Where a text stands on a page: all buttons in one place, and all cards."""
    if name.startswith("buttons."):
        return "buttons"
    return "cards" if name.startswith(f"data.{CARDS}") else name


def unsafe_links(
    content: Content, *, schemes: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each address that nobody should open (links.problem)."""
    opened = [("link", content.link)]
    opened += [("buttons", each.link) for each in content.buttons]
    opened += [("cards", each.link) for each in content.cards]
    checked = [(*each, schemes) for each in opened] + [("image", content.image, ())]
    for name, link, allowed in checked:
        unsafe = links.problem(link, schemes=allowed) if link else ""
        if unsafe:
            yield name, unsafe


def _made(text: str, known: Collection[str] | None, content: Content) -> Template:
    template = compile_text(
        text, known=known, language=content.locale or "en", codes=content.codes
    )
    if not template.variables and is_too_long(str(template.render({}))):
        sentence = _("This text is too long for any phone: %(most)s bytes at most.")
        raise TemplateError(sentence % {"most": MAX_RENDERED})
    return template
