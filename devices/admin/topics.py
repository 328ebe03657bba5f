"""Topics: what a person can switch on or off."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from devices.models import Topic


@admin.register(Topic)
class TopicAdmin(ModelAdmin):
    """A topic that messages were sent about is archived, never deleted."""

    list_display = ("name", "application", "key", "on_at_first", "archived_at")
    list_select_related = ("application",)
    search_fields = ("name", "key")
    fields = (
        "application",
        "key",
        "name",
        "description",
        "default_on",
        "archived_at",
    )
    show_full_result_count = False

    @admin.display(description=_("at first"))
    def on_at_first(self, topic: Topic) -> str:
        return str(_("on") if topic.default_on else _("off"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return ("application", "key") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(
        self, lookup: str, value: Any, request: HttpRequest | None = None
    ) -> bool:
        return False
