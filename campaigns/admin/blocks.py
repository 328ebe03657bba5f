"""Content blocks in the admin: what they say in each language, and who uses them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import posted
from campaigns.admin.asking import number_of
from campaigns.admin.own_pages import OwnPages
from campaigns.content import languages
from campaigns.delivery import clock
from campaigns.models import ContentBlock
from campaigns.starting import blocks
from campaigns.starting.refusals import Refused
from devices.admin import pages
from devices.models import Application

CHANGE, LOCK = "campaigns.change_contentblock", "campaigns.lock_contentblock"
MOST_LANGUAGES = 20


def read(post: QueryDict, block: ContentBlock | None) -> blocks.Wording:
    """What was posted: a text for each language, the block's own first."""
    tags = post.getlist("language")[:MOST_LANGUAGES]
    texts = {
        tag: posted.text(post, f"text.{number}") for number, tag in enumerate(tags)
    }
    return blocks.Wording(
        key=block.key if block else post.get("key", ""),
        texts=texts,
        is_locked="is_locked" in post,
    )


def texts_of(block: ContentBlock | None) -> dict[str, str]:
    """What a block says by language, and one more language to say it in."""
    own = get_language() or "en"
    if block is None:
        return {own: "", "fr" if own == "en" else "en": ""}
    said = {each["locale"]: each["text"] for each in block.translations}
    return {block.locale: block.text, **said, "": ""}


def show(request: HttpRequest, block: ContentBlock | None, **more: Any) -> HttpResponse:
    """The form of a block, new or not."""
    texts = more.pop("texts", None) or texts_of(block)
    context = {
        "passage": block,
        "key": block.key if block else request.POST.get("key", ""),
        "texts": [
            (number, tag, languages.name(tag) if tag else "", text)
            for number, (tag, text) in enumerate(texts.items())
        ],
        "named": f"{{{{ block.{block.key} }}}}" if block else "",
        "users": blocks.users_of(block)[:20] if block else [],
        "applications": Application.objects.all(),
        "may_change": may_change(request, block),
        "may_lock": request.user.has_perm(LOCK),
        **more,
    }
    title = block.key if block else _("New content block")
    return pages.draw(
        request, "admin/campaigns/block/form.html", title=title, **context
    )


def may_change(request: HttpRequest, block: ContentBlock | None) -> bool:
    if block is not None and block.is_locked and not request.user.has_perm(LOCK):
        return False
    return request.user.has_perm(CHANGE)


def save(request: HttpRequest, block: ContentBlock | None) -> HttpResponse:
    """Write what was posted, or say beside it why not."""
    wording = read(request.POST, block)
    user, at = pages.staff(request), clock.now()
    try:
        if block is None:
            place = posted.application(request.POST)
            block = blocks.create(wording, application_id=place, user=user, at=at)
        else:
            version = number_of(request.POST.get("version", ""))
            blocks.change(block, wording, version=version, user=user, at=at)
    except Refused as refused:
        return show(request, block, texts=wording.texts, error=str(refused))
    messages.success(request, _("Saved. Drafts that use it say so from now on."))
    return redirect("admin:campaigns_contentblock_change", block.pk)


@require_POST
def remove(request: HttpRequest, block_id: int) -> HttpResponse:
    """Take a block away that no draft uses."""
    block = get_object_or_404(ContentBlock, pk=block_id)
    try:
        blocks.delete(block, user=pages.staff(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_contentblock_change", block.pk)
    sentence = _("“%(key)s” is deleted. What was sent keeps its text.")
    messages.success(request, sentence % {"key": block.key})
    return redirect("admin:campaigns_contentblock_changelist")


@admin.register(ContentBlock)
class ContentBlockAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        gone = pages.address(
            "<int:block_id>/remove/",
            remove,
            name="campaigns_contentblock_remove",
            needs=(CHANGE,),
        )
        return [gone, *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        return pages.draw(
            request,
            "admin/campaigns/block/list.html",
            title=_("Content blocks"),
            blocks=ContentBlock.objects.select_related("application", "changed_by"),
            may_add=self.has_add_permission(request),
        )

    def form_page(self, request: HttpRequest, row: ContentBlock | None) -> HttpResponse:
        return save(request, row) if request.method == "POST" else show(request, row)
