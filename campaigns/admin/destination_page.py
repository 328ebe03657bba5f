"""The destination of a draft on the compose page: picked, filled in, resolved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from campaigns.admin import option_form, option_words
from campaigns.models import Campaign, Destination, contents

TEMPLATE = "admin/campaigns/compose_destination.html"


def context(draft: Campaign) -> dict[str, Any]:
    """The destinations there are, the chosen one, what it needs, where it leads."""
    found, values = contents.destination(draft.platforms, draft.application)
    links = contents.links(draft.platforms, draft.application)
    return {
        "all": Destination.objects.filter(application=draft.application),
        "chosen": found,
        "gone": contents.unfilled(draft.platforms, draft.application).get(
            "destination", ""
        ),
        "parameters": [
            {**each, "value": values.get(each["name"], "")}
            for each in (found.parameters if found else ())
        ],
        "links": [
            (word, links[key])
            for key, word in option_words.PLATFORMS.items()
            if key in links
        ],
    }


@require_POST
def chosen(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The same of what is typed, without saving it."""
    rows = Campaign.objects.select_related("application")
    draft = get_object_or_404(rows, pk=campaign_id)
    posted = option_form.read(request.POST, draft, application=draft.application)
    draft.platforms = posted.get("platforms", draft.platforms)
    found = {"campaign": draft, "destinations": context(draft)}
    return render(request, TEMPLATE, found)
