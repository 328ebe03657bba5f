"""Providers' keys on an application's page: stored, checked, resumed, never shown."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from push_notifications.exceptions import NotificationError

from devices import credentials
from devices.models import Application, Credential
from devices.models.applications import Environment, GatewayKind

BACK = "admin:devices_application_change"
LARGEST = 20_000
"""Bytes: a service account's file has about 2,400."""


class KeyForm(forms.Form):
    """One file with a service account's key."""

    environment = forms.ChoiceField(
        label=gettext_lazy("Environment"),
        choices=Environment.choices,
        initial=Environment.PRODUCTION,
        widget=forms.Select(attrs={"class": "ps-input"}),
    )
    key_file = forms.FileField(
        label=gettext_lazy("Service-account file (JSON)"),
        help_text=gettext_lazy(
            "From the Firebase console: Project settings, Service accounts, Generate "
            "new private key. It is encrypted at once and never shown again."
        ),
        widget=forms.FileInput(
            attrs={"class": "ps-input", "accept": "application/json,.json"}
        ),
    )

    def clean_key_file(self) -> str:
        upload: Any = self.cleaned_data["key_file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(
                gettext_lazy("This file is too large to be a service-account file.")
            )
        try:
            text: str = upload.read().decode()
        except UnicodeDecodeError as broken:
            raise forms.ValidationError(
                gettext_lazy("This is no service-account file: it is not JSON text.")
            ) from broken
        return text


@require_POST
def store(request: HttpRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(Application, pk=application_id)
    form = KeyForm(request.POST, request.FILES)
    if not form.is_valid():
        for sentence in (each for many in form.errors.values() for each in many):
            messages.error(request, str(sentence))
        return redirect(BACK, application.pk)
    try:
        kept = credentials.store(
            application,
            GatewayKind.FCM,
            form.cleaned_data["environment"],
            form.cleaned_data["key_file"],
            actor=request.user,
        )
    except NotificationError as refused:
        messages.error(request, str(refused))
    else:
        said = _("Stored: the key of %(account)s. Now check that it works.")
        messages.success(request, said % {"account": kept.account})
    return redirect(BACK, application.pk)


@require_POST
def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """Prove the key against its provider; this may take some seconds."""
    credential = chosen(request, application_id)
    answer = credentials.check(credential, timezone.now())
    say = messages.success if answer.ok else messages.error
    say(request, answer.sentence)
    return redirect(BACK, application_id)


@require_POST
def resume(request: HttpRequest, application_id: int) -> HttpResponse:
    credential = chosen(request, application_id)
    try:
        changed = credentials.resume(
            application_id,
            credential.gateway,
            credential.environment,
            actor=request.user,
        )
    except NotificationError as refused:
        messages.error(request, str(refused))
        return redirect(BACK, application_id)
    if changed:
        messages.success(request, _("Resumed: what waited is sent now."))
    else:
        messages.info(request, _("It was not paused."))
    return redirect(BACK, application_id)


def chosen(request: HttpRequest, application_id: int) -> Credential:
    """The application's credential that the form names, or 404."""
    key = request.POST.get("credential", "")
    wanted = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    return get_object_or_404(Credential, pk=wanted, application=application_id)
