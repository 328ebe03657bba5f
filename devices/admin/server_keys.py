"""The keys of a customer's servers: made, shown once, revoked."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from devices import identity
from devices.admin import pages
from devices.models import Application, ServerKey
from devices.models.server_keys import Scope
from devices.refusals import Refused

LIST = "admin:devices_application_server_keys"


class KeyForm(forms.Form):
    """What a new key is for, and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Where it is used"),
        max_length=80,
        help_text=gettext_lazy("Such as “shop backend”: one key for each place."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until it is revoked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "expires_on"):
            self.fields[name].widget.attrs["class"] = "ps-input"

    def ends(self) -> datetime | None:
        """The end of the last day, in the reader's zone."""
        day = self.cleaned_data["expires_on"]
        return day and timezone.make_aware(datetime.combine(day, time.max))


@never_cache
@require_http_methods(["GET", "POST"])
def server_keys(request: HttpRequest, application_id: int) -> HttpResponse:
    """All keys of an application; POST makes one, whose secret this answer shows."""
    application = get_object_or_404(Application, pk=application_id)
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return shown(request, application, form)
    try:
        made = identity.make(
            application,
            form.cleaned_data["name"],
            form.cleaned_data["scopes"],
            expires_at=form.ends(),
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return shown(request, application, form)
    return shown(request, application, KeyForm(), made=made)


def shown(
    request: HttpRequest,
    application: Application,
    form: KeyForm,
    *,
    made: identity.Made | None = None,
) -> HttpResponse:
    return pages.draw(
        request,
        "admin/devices/server_keys.html",
        title=_("Server keys"),
        application=application,
        form=form,
        made=made,
        keys=list(application.server_keys.select_related("created_by")[:200]),
        now=timezone.now(),
    )


@require_POST
def revoke(request: HttpRequest, application_id: int, key_id: int) -> HttpResponse:
    key = get_object_or_404(ServerKey, pk=key_id, application=application_id)
    if identity.revoke(key, actor=request.user, at=timezone.now()):
        said = _("Revoked: “%(name)s” opens nothing any more.") % {"name": key.name}
        messages.success(request, said)
    else:
        messages.info(request, _("It was revoked before."))
    return redirect(LIST, application_id)
