"""Applications: what an app needs to know, and the keys that we send with."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from unfold.admin import ModelAdmin

from devices import expiry
from devices.admin import identity_keys, keys, pages, server_keys
from devices.gateways import library
from devices.models import Application, AuditEvent
from devices.models.applications import SendWith

LIST = "admin:devices_application_changelist"
CHANGE = "admin:devices_application_change"


class SchemesField(forms.CharField):
    """Link schemes as people write them: with commas or spaces between."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = str(value or "").replace(",", " ").split()
        return [word.removesuffix("://").lower() for word in words]

    def validate(self, value: Any) -> None:
        for word in value:
            if not word[0].isalpha() or not word.replace("-", "").isalnum():
                raise forms.ValidationError(
                    gettext_lazy("“%(word)s” is no link scheme: write it like “shop”."),
                    params={"word": word},
                )


class ApplicationForm(forms.ModelForm):
    """What an administrator decides about an application."""

    link_schemes = SchemesField(
        label=gettext_lazy("Link schemes"),
        required=False,
        help_text=gettext_lazy("Schemes that open a screen of the app, as “shop”."),
    )

    class Meta:
        model = Application
        fields = (
            "name",
            "slug",
            "identity_key",
            "identity_required",
            "auto_opt_in",
            "stale_after",
            "link_schemes",
            "send_with",
        )
        widgets = {
            "identity_key": forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_with"].required = False
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "ps-input"

    def clean_identity_key(self) -> str:
        return identity_keys.cleaned(self.cleaned_data["identity_key"])

    def clean_send_with(self) -> str:
        """The library can be chosen where what it needs is installed."""
        chosen = self.cleaned_data["send_with"]
        if chosen == SendWith.LIBRARY and (names := library.missing()):
            raise forms.ValidationError(library.INSTALL % {"names": ", ".join(names)})
        return str(chosen)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every application with the state of its keys: two statements."""
    rows = Application.objects.prefetch_related("credentials")
    return pages.draw(
        request,
        "admin/devices/applications.html",
        title=_("Applications and credentials"),
        applications=rows,
        may_add=request.user.has_perm("devices.add_application"),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        AuditEvent.objects.note(request.user, "application created", made)
        messages.success(request, _("Saved. Now add the key that it sends with."))
        return redirect(CHANGE, made.pk)
    return shown(request, form, application=None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(Application, pk=application_id)
    form = ApplicationForm(request.POST or None, instance=application)
    if request.method == "POST" and form.is_valid():
        form.save()
        AuditEvent.objects.note(
            request.user, "application changed", application, fields=form.changed_data
        )
        messages.success(request, _("Saved."))
        return redirect(CHANGE, application.pk)
    return shown(request, form, application=application)


def shown(
    request: HttpRequest, form: ApplicationForm, *, application: Application | None
) -> HttpResponse:
    # A form that was refused has put its values on the row: show the saved name.
    saved = application and Application.objects.get(pk=application.pk)
    return pages.draw(
        request,
        "admin/devices/application.html",
        title=saved.name if saved else _("New application"),
        application=saved,
        form=form,
        library_limits=library.LIMITS,
        credentials=list(saved.credentials.order_by("gateway")) if saved else [],
        services=keys.services(),
        may_serve=request.user.has_perm("devices.change_serverkey"),
        soon=timezone.now() + expiry.FIRST,
    )


@admin.register(Application)
class ApplicationAdmin(ModelAdmin):
    """Only whoever may change an application sees these pages."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("devices.change_application")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        change_it = ("devices.change_application",)
        hold_keys = (*change_it, "devices.change_credential")
        serve = (*change_it, "devices.change_serverkey")
        one = "<int:application_id>/"
        rows: pages.Rows = [
            ("", overview, "changelist", change_it),
            ("add/", add, "add", (*change_it, "devices.add_application")),
            (one + "change/", change, "change", change_it),
            (one + "keys/store/", keys.store, "store_key", hold_keys),
            (one + "keys/check/", keys.check, "check_key", hold_keys),
            (one + "keys/resume/", keys.resume, "resume_key", hold_keys),
            (one + "keys/lift/", keys.lift, "lift_key", hold_keys),
            (one + "servers/", server_keys.server_keys, "server_keys", serve),
            (
                one + "servers/<int:key_id>/revoke/",
                server_keys.revoke,
                "revoke_server_key",
                serve,
            ),
        ]
        return pages.addresses("devices_application", rows)
