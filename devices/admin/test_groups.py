"""Test groups: named sets of test devices, kept by whoever writes messages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from devices import registration
from devices.admin import pages
from devices.models import AuditEvent, Installation, TestGroup

LIST = "admin:devices_installation_changelist"
RIGHT = "campaigns.send_test"
SHOWN = 50
BACKEND = "django.contrib.auth.backends.ModelBackend"


class GroupForm(forms.ModelForm):
    """A new group has a name and an application; its devices are chosen next."""

    class Meta:
        model = TestGroup
        fields = ("name", "application", "devices", "colleagues")
        widgets = {
            "devices": forms.CheckboxSelectMultiple,
            "colleagues": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["colleagues"], colleagues())
        if self.instance.pk is None:
            del self.fields["devices"]
        else:
            del self.fields["application"]
            offer(self.fields["devices"], enrolled(self.instance.application_id))

    def clean_name(self) -> str:
        """Unique among the groups of the application, whoever adds one."""
        name = str(self.cleaned_data["name"])
        others = TestGroup.objects.exclude(pk=self.instance.pk).filter(name=name)
        application = self.instance.application_id or self.data.get("application", "")
        if str(application).isdecimal() and others.filter(application=application):
            raise forms.ValidationError(
                _("There is a group of this name already: choose another name.")
            )
        return name


def offer(field: Any, rows: QuerySet[Any]) -> None:
    """Let the field choose among these rows alone, whatever is posted."""
    field.queryset = rows


def colleagues() -> QuerySet[Any]:
    """Staff who may send tests."""
    users = get_user_model().objects
    return users.with_perm(RIGHT, backend=BACKEND).order_by("username")


def enrolled(application_id: int) -> QuerySet[Installation]:
    """The test devices of an application, whoever's they are."""
    return (
        Installation.objects.filter(
            application=application_id, is_test=True, retired_at=None
        )
        .select_related("tester")
        .order_by("tester__username", "-id")
    )


def overview() -> list[TestGroup]:
    """Every group with ``reached``, the number of devices that a test to it reaches."""
    groups = TestGroup.objects.select_related("application")
    return list(registration.with_reach(groups)[:SHOWN])


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        AuditEvent.objects.note(request.user, "test group created", made)
        messages.success(request, _("Saved. Now choose its devices."))
        return redirect("admin:devices_testgroup_change", made.pk)
    return shown(request, form, title=_("New test group"))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, group_id: int) -> HttpResponse:
    group = get_object_or_404(TestGroup, pk=group_id)
    name = group.name
    form = GroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        form.save()
        AuditEvent.objects.note(
            request.user, "test group changed", group, fields=form.changed_data
        )
        messages.success(request, _("Saved."))
        return redirect(LIST)
    return shown(request, form, title=name, group=group)


@require_POST
def delete(request: HttpRequest, group_id: int) -> HttpResponse:
    """The group goes; its devices stay the test devices of whoever has them."""
    group = get_object_or_404(TestGroup, pk=group_id)
    AuditEvent.objects.note(request.user, "test group deleted", group, name=group.name)
    group.delete()
    messages.success(request, _("The group is deleted. Its devices stay as they are."))
    return redirect(LIST)


def shown(
    request: HttpRequest,
    form: GroupForm,
    *,
    title: str,
    group: TestGroup | None = None,
) -> HttpResponse:
    return pages.draw(
        request,
        "admin/devices/test_group.html",
        title=title,
        form=form,
        group=group,
        devices=list(enrolled(group.application_id)) if group else [],
        colleagues=list(colleagues()),
        chosen={
            name: [str(each) for each in form[name].value() or []]
            for name in ("devices", "colleagues")
            if name in form.fields
        },
        may_delete=request.user.has_perm("devices.delete_testgroup"),
    )
