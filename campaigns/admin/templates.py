"""Templates in the admin: messages kept to begin with, and keeping one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.admin import compose, differing, posted, starting
from campaigns.admin.own_pages import OwnPages
from campaigns.admin.phones import Phone
from campaigns.delivery import clock
from campaigns.models import ContentBlock, MessageTemplate
from campaigns.starting import templates
from campaigns.starting.refusals import Refused
from devices.admin import pages

VIEW, ADD = "campaigns.view_messagetemplate", "campaigns.add_messagetemplate"
CHANGE = "campaigns.change_messagetemplate"
LISTED = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A template and the phone that shows its message to somebody unknown."""

    template: MessageTemplate
    phone: Phone | None


def cards() -> list[Card]:
    """The templates that are kept, by name (the first hundred)."""
    rows = MessageTemplate.objects.filter(archived_at=None)
    found = rows.select_related("application", "saved_by")[:LISTED]
    return [Card(each, _phone(each)) for each in found]


def _phone(template: MessageTemplate) -> Phone | None:
    kept = ("locale", "title", "body")
    said = {name: template.fields.get(name, "") for name in kept}
    said = ContentBlock.objects.filled(said, template.application_id)
    if not (said["title"].strip() and said["body"].strip()):
        return None
    return starting.phone_of(said["title"], said["body"])


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Keep a campaign's message: as a new template, or in the place of one."""
    campaign = compose.find(campaign_id)
    mine = MessageTemplate.objects.filter(
        application=campaign.application_id, archived_at=None
    )
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _kept(request, campaign, mine)
        except Refused as refused:
            errors = {refused.field or "name": str(refused)}
    return pages.draw(
        request,
        "admin/campaigns/template/keep.html",
        title=_("Keep as a template"),
        campaign=campaign,
        name=request.POST.get("name", campaign.name),
        description=request.POST.get("description", ""),
        templates=mine,
        errors=errors,
    )


def _kept(request: HttpRequest, campaign: Any, mine: Any) -> HttpResponse:
    user, at = pages.staff(request), clock.now()
    replaced = posted.chosen(mine, request.POST.get("replaces"))
    if replaced is not None:
        templates.replace(replaced, campaign, user=user, at=at)
    else:
        templates.save(
            campaign,
            name=request.POST.get("name", ""),
            description=request.POST.get("description", ""),
            user=user,
            at=at,
        )
    messages.success(request, _("Kept. A new campaign may begin with it."))
    return redirect("admin:campaigns_messagetemplate_changelist")


@require_POST
def begin(request: HttpRequest, template_id: int) -> HttpResponse:
    """A draft with the template's message, opened at once."""
    template = get_object_or_404(MessageTemplate, pk=template_id)
    try:
        draft, gone = templates.begin(template, user=pages.staff(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_messagetemplate_changelist")
    messages.success(request, _("This draft says what the template says."))
    if gone:
        fields = ", ".join(map(differing.label, gone))
        sentence = _("What the template used for “%(fields)s” was deleted since.")
        messages.warning(request, sentence % {"fields": fields})
    return redirect("admin:campaigns_campaign_change", draft.pk)


@require_POST
def archive(request: HttpRequest, template_id: int) -> HttpResponse:
    """Put away; drafts that began with it stay as they are."""
    template = get_object_or_404(MessageTemplate, pk=template_id)
    try:
        templates.archive(template, user=pages.staff(request), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = _("“%(name)s” is put away. What began with it stays.")
        messages.success(request, sentence % {"name": template.name})
    return redirect("admin:campaigns_messagetemplate_changelist")


@admin.register(MessageTemplate)
class MessageTemplateAdmin(OwnPages):
    """Has a list alone: a template is made and changed by way of a campaign."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        views = (
            ("begin", begin, (VIEW, "campaigns.add_campaign")),
            ("archive", archive, (CHANGE,)),
        )
        own = [
            pages.address(
                f"<int:template_id>/{name}/",
                view,
                name=f"campaigns_messagetemplate_{name}",
                needs=needs,
            )
            for name, view, needs in views
        ]
        return [*own, *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        return pages.draw(
            request,
            "admin/campaigns/template/list.html",
            title=_("Templates"),
            cards=cards(),
            may_begin=request.user.has_perm("campaigns.add_campaign"),
            may_change=request.user.has_perm(CHANGE),
            **starting.reading(None),
        )
