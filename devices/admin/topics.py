"""Topics: what a person can switch on or off."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
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

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Without the admin's buttons beside a choice: applications have own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = False
        return field
