"""What the buttons of a segment do: count, archive, keep who matches, follow up."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin import starting
from campaigns.audience import lists, segments
from campaigns.delivery import bell, clock, lifecycle
from campaigns.models import Segment
from campaigns.models.campaigns import AudienceKind
from devices.admin import pages

LIST = "admin:campaigns_segment_changelist"
LISTS = "admin:campaigns_list_overview"


def act(
    move: Callable[[HttpRequest, Segment], str], *, there: str = LIST
) -> Callable[[HttpRequest, int], HttpResponse]:
    """A POST on one segment; ``move`` returns the sentence to say."""

    @require_POST
    def view(request: HttpRequest, segment_id: int) -> HttpResponse:
        segment = get_object_or_404(Segment, pk=segment_id)
        try:
            messages.success(request, move(request, segment))
        except segments.Refused as refused:
            messages.error(request, str(refused))
        return redirect(there)

    return view


def count_again(request: HttpRequest, segment: Segment) -> str:
    bell.ring(bell.COUNT_SEGMENT, segment.pk)
    return _("“%(name)s” is being counted.") % {"name": segment.name}


def archive(request: HttpRequest, segment: Segment) -> str:
    segments.archive(segment, user=pages.staff(request), at=clock.now())
    return _("“%(name)s” is archived.") % {"name": segment.name}


def keep(request: HttpRequest, segment: Segment) -> str:
    """A list of those who match at this moment."""
    when = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    name = _("%(name)s, %(when)s") % {"name": segment.name[:90], "when": when}
    made = lists.keep(segment, name=name, user=pages.staff(request), at=clock.now())
    bell.ring(bell.FILL_LIST, made.pk)
    return _("Those who match now are being kept as the list “%(name)s”.") % {
        "name": made.name
    }


@require_POST
def follow_up(request: HttpRequest, segment_id: int) -> HttpResponse:
    """A new draft of a campaign to the people of a segment."""
    rows = Segment.objects.select_related("application")
    segment = get_object_or_404(rows, pk=segment_id, archived_at=None)
    user = pages.staff(request)
    draft = starting.begin("", segment.application, user=user)
    changes = {"audience": AudienceKind.SEGMENT, "segment": segment}
    name = (_("Follow-up to %(name)s") % {"name": segment.name})[:120]
    try:
        lifecycle.save_draft(
            draft,
            {**changes, "name": name},
            user=user,
            version=draft.version,
            at=clock.now(),
        )
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    return redirect("admin:campaigns_campaign_change", draft.pk)
