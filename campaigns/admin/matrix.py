"""Every text of a draft as a CSV file for translators, and its way back.

A file that is uploaded changes nothing: the page shows what it would change and which
rows it refuses, and the same text is saved when somebody says so.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import compose, preview
from campaigns.admin.translating import MOST
from campaigns.content import languages, locales, matrix
from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, WrittenLanguage
from campaigns.models.states import CampaignState
from devices.admin import pages

TEMPLATE = "admin/campaigns/matrix.html"


def download(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The texts of a campaign: a row for each, a column for each language."""
    campaign = compose.find(campaign_id)
    answer = HttpResponse(
        matrix.write(_own(campaign), campaign.translations),
        content_type="text/csv; charset=utf-8",
    )
    name = f"texts-{campaign.pk}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Choose a file, look at what it would change, and save that."""
    draft = compose.find(campaign_id)
    if draft.state != CampaignState.DRAFT:
        return redirect("admin:campaigns_campaign_change", draft.pk)
    if request.method != "POST":
        return _draw(request, draft)
    text, wrong = _file(request)
    if wrong:
        return _draw(request, draft, error=wrong)
    found = _read(text, draft)
    if "save" in request.POST and found.changes:
        return _save(request, draft, found)
    return _draw(request, draft, found=found, text=text, shown=list(_shown(found)))


def _draw(request: HttpRequest, draft: Campaign, **more: Any) -> HttpResponse:
    title = _("Texts of “%(name)s” as a file") % {"name": draft.name}
    return pages.draw(request, TEMPLATE, title=title, campaign=draft, **more)


def _file(request: HttpRequest) -> tuple[str, str]:
    """The text of the file, or the one that was shown already; or what is wrong."""
    file = request.FILES.get("file")
    if file is None:
        text = request.POST.get("text", "")
        return text, "" if text else _("Choose a file first.")
    if (file.size or 0) > matrix.MOST_BYTES:
        return "", _("This file is too large: 1 MB at most.")
    try:
        return file.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("Save the file as CSV in UTF-8, then upload it again.")


def _own(campaign: Campaign) -> dict[str, Any]:
    return {
        "locale": campaign.locale,
        "title": campaign.title,
        "body": campaign.body,
        "link": campaign.link,
        "buttons": campaign.buttons,
        "platforms": campaign.platforms,
    }


def _read(text: str, draft: Campaign) -> matrix.Read:
    known = preview.fields_of(draft.application)
    usable = WrittenLanguage.objects.tags()
    return matrix.read(
        text, _own(draft), draft.translations, known=known, usable=usable
    )


def _shown(found: matrix.Read) -> Iterator[tuple[str, matrix.Change]]:
    for each in found.changes:
        yield capfirst(languages.name(each.locale)), each


def _save(request: HttpRequest, draft: Campaign, found: matrix.Read) -> HttpResponse:
    digest = locales.digest(draft.title, draft.body)
    merged = matrix.merged(_own(draft), draft.translations, found, digest=digest)
    asked = request.POST.get("version", "")
    try:
        lifecycle.save_draft(
            draft,
            {"translations": merged[:MOST]},
            user=compose.user_of(request),
            version=int(asked) if asked.isdecimal() and len(asked) < 10 else 0,
            at=clock.now(),
        )
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_campaign_texts", draft.pk)
    sentence = ngettext(
        "%(n)s text was changed.", "%(n)s texts were changed.", len(found.changes)
    )
    messages.success(request, sentence % {"n": len(found.changes)})
    return redirect("admin:campaigns_campaign_change", draft.pk)
