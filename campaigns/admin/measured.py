"""How long what is typed gets for real people, and whether its links open."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import compose, draft_form
from campaigns.content.render import compile_content
from campaigns.content.texts import ContentError
from campaigns.delivery import clock
from campaigns.media import visiting
from campaigns.review import audience, lengths, links, message
from campaigns.review.readings import Reader


@require_POST
def sizes(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """A sentence for each title and text of what is typed; nothing is saved."""
    draft = compose.find(campaign_id)
    for name, value in draft_form.changes(request.POST, draft).items():
        setattr(draft, name, value)
    try:
        compiled = compile_content(draft.content(), None)
    except ContentError:
        return JsonResponse({"lengths": {}})
    people = audience.few(draft, at=clock.now()) if compiled.fields else []
    samples = [Reader(message.values_of(each), each.tag) for each in people]  # type: ignore[attr-defined]
    found = lengths.lengths(compiled, samples)
    return JsonResponse(
        {"lengths": {field: each.sentence for field, each in found.items()}}
    )


@require_POST
def visit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Open each link that is the same for everybody, and keep what came of it."""
    campaign = compose.find(campaign_id)
    there = reverse("admin:campaigns_campaign_review", args=[campaign.pk])
    compiled, _problems = message.texts(campaign)
    if compiled is None:
        messages.error(request, _("The message is not complete: mend it first."))
        return redirect(f"{there}#checks")
    mine = [each.address for each in links.of(compiled) if each.is_constant]
    visiting.all_of(
        campaign.application_id,
        mine[: links.ROOM],
        networks=settings.MEDIA_FETCH_NETWORKS,
        at=clock.now(),
    )
    messages.success(request, _("The links were visited: see below what came of it."))
    return redirect(f"{there}#checks")
