"""System: the libraries' own tables, drawn by Unfold, for administrators.

The token rows are read-only here: registration is their only writer, and a push
leaves by a campaign's run or by a test send, never by a bulk action.
"""

from typing import Any, ClassVar

from axes.admin import AccessAttemptAdmin as AxesAttemptAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import (
    CrontabScheduleAdmin,
    IntervalScheduleAdmin,
    PeriodicTaskAdmin,
    PeriodicTaskForm,
    TaskSelectWidget,
)
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice, WNSDevice
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.paginator import InfinitePaginator
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.admin import token_tests
from devices.admin.leads import Led

REPLACED = (
    *(AccessAttempt, AccessFailureLog, AccessLog, Group, User),
    *(ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule),
    *(APNSDevice, GCMDevice, WebPushDevice, WNSDevice),
)
for model in REPLACED:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class TeamAdmin(Led, UserAdmin, ModelAdmin):
    """Staff: who may sign in, and with which roles."""

    lead = _(
        "Your colleagues who may sign in here, and the roles that say what they may "
        "do. The people who receive messages are under People."
    )

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    show_full_result_count = False
    # What somebody may do is said by roles alone: single rights are given to a role.
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Password"), {"fields": ("password_page",)}),
    )
    readonly_fields = ("password_page",)
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.ManyToManyField: {"widget": UnfoldAdminCheckboxSelectMultipleWidget}
    }

    @admin.display(description=_("Password"))
    def password_page(self, user: User) -> SafeString:
        """A link: what is kept of a password helps nobody."""
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, _("Give a new password"))


@admin.register(Group)
class RoleAdmin(Led, GroupAdmin, ModelAdmin):
    """Roles: Marketer, Reviewer, Analyst, Administrator, and the site's own."""

    lead = _(
        "A role is a set of permissions. Marketers write, reviewers launch, analysts "
        "read, administrators may do everything."
    )

    filter_horizontal = ()


class ClockworkSelect(UnfoldAdminSelectWidget, TaskSelectWidget):
    """The registered tasks, drawn by Unfold."""


class ClockworkForm(PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = ClockworkSelect()


@admin.register(PeriodicTask)
class ClockworkAdmin(Led, PeriodicTaskAdmin, ModelAdmin):
    """What beat fires: the tick and the housekeeping, never a campaign."""

    lead = _(
        "What the site does by itself at regular intervals: it looks for campaigns "
        "that are due, and tidies up. Switching one off may keep campaigns from "
        "starting."
    )

    form = ClockworkForm
    # The library's own has an inline script, which our policy forbids.
    change_form_template = "admin/change_form.html"
    list_display = ("name", "enabled", "scheduler", "last_run_at")
    list_filter = ("enabled",)
    date_hierarchy = None
    actions = ("enable_tasks", "disable_tasks")


@admin.register(IntervalSchedule)
class IntervalAdmin(Led, IntervalScheduleAdmin, ModelAdmin):
    lead = _("How often the tasks of the clockwork run: every so many seconds or days.")
    inlines = ()


@admin.register(CrontabSchedule)
class CrontabAdmin(Led, CrontabScheduleAdmin, ModelAdmin):
    lead = _("At which times of the day tasks of the clockwork run.")
    inlines = ()


@admin.register(AccessAttempt)
class FailedSignInAdmin(Led, AxesAttemptAdmin, ModelAdmin):
    lead = _(
        "Who tried to sign in with a wrong password. After too many attempts a name is "
        "locked for a while; deleting its line unlocks it."
    )
    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    list_filter = ("attempt_time",)
    date_hierarchy = None
    show_full_result_count = False


class TokenAdmin(Led, ModelAdmin):
    """One push service's token rows: which are live, never the tokens."""

    lead = _(
        "A token is the address at which a push service finds one app on one device. "
        "Apps bring them; here you see which are in use, never the tokens themselves."
    )

    list_display = ("row", "active", "date_created")
    list_display_links = ("row",)
    list_filter = ("active",)
    fields = ("row", "active", "date_created")
    readonly_fields = fields
    actions = ("send_test",)
    ordering = ("-id",)
    paginator = InfinitePaginator
    show_full_result_count = False
    list_select_related = ("installation",)

    @admin.display(description=_("device"))
    def row(self, device: Any) -> str:
        """The device the token belongs to; the token itself is never shown."""
        companion = getattr(device, "installation", None)
        return f"{companion or _('Not registered')} · {device.pk}"

    @admin.action(
        description=_("Send a test to the chosen devices"), permissions=["send_test"]
    )
    def send_test(
        self, request: HttpRequest, devices: QuerySet[Any]
    ) -> HttpResponse | None:
        """Choose a campaign; then a test of it goes to one's own phones among them."""
        return token_tests.ask(request, devices)

    def has_send_test_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.send_test")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.register([APNSDevice, GCMDevice, WebPushDevice, WNSDevice], TokenAdmin)
