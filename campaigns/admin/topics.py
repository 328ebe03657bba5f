"""Topics: what a person can switch on or off, and how many did."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from unfold.admin import ModelAdmin

from campaigns.admin import topic_form
from campaigns.audience import limits
from devices.admin import pages
from devices.admin.leads import Led
from devices.models import Topic, TopicPreference

HINTS = {
    "key": gettext_lazy("What apps call it: letters, digits and hyphens, for good."),
    "name": gettext_lazy("The name that people read in the app."),
    "description": gettext_lazy("One sentence for people: what they get."),
    "archived_at": gettext_lazy(
        "With a date, no new campaign and no app is offered it any more."
    ),
}


SHOWN = 200
UNKNOWN: Mapping[int, Mapping[str, int]] = {}
SECONDS = 1.0
"""For counting every answer of everybody; then the page says it does not know."""


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every topic with its state at first and what people said; archived ones last."""
    rows = Topic.objects.select_related("application")
    topics = list(
        rows.order_by(F("archived_at").desc(nulls_first=True), "name")[:SHOWN]
    )
    said = answers(topics)
    return pages.draw(
        request,
        "admin/campaigns/topic/list.html",
        title=_("Topics"),
        rows=[(each, said.get(each.pk, {})) for each in topics],
        counted=said is not UNKNOWN,
        may_add=request.user.has_perm("devices.add_topic"),
    )


def answers(topics: list[Topic]) -> Mapping[int, Mapping[str, int]]:
    """How many switched each topic ``on`` and ``off``; UNKNOWN: it takes too long."""
    rows = TopicPreference.objects.filter(topic__in=topics).values("topic", "is_on")
    counted: dict[int, dict[str, int]] = {}
    try:
        with limits.seconds(SECONDS):
            for row in rows.annotate(people=Count("person")).order_by():
                word = "on" if row["is_on"] else "off"
                counted.setdefault(row["topic"], {})[word] = row["people"]
    except limits.TooSlow:
        return UNKNOWN
    return counted


@admin.register(Topic)
class TopicAdmin(Led, ModelAdmin):
    """A topic that messages were sent about is archived, never deleted."""

    lead = gettext_lazy(
        "A topic is a subject that people switch on or off in the app, such as offers. "
        "A campaign about it leaves out whoever switched it off."
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ("application", "key", "name", "description", "starts", "archived_at")
        texts = [
            f"{part}_{tag}"
            for tag in topic_form.languages(obj)
            for part in ("name", "description")
        ]
        hint = _(
            "People read these in the app and on their page, each in their language; "
            "where one is empty, what stands above."
        )
        other = {"fields": texts, "description": hint}
        return [(None, {"fields": own}), (_("In other languages"), other)]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = topic_form.form_for(topic_form.languages(obj))
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = ("devices.view_topic",)
        rows: pages.Rows = [("", overview, "changelist", view)]
        return [*pages.addresses("devices_topic", rows), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return ("application", "key") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Without the admin's buttons beside a choice: applications have own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HINTS:
            field.help_text = HINTS[db_field.name]
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = False
        return field
