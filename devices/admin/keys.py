"""Providers' keys on an application's page: stored, checked, resumed, never shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from push_notifications.exceptions import NotificationError

from devices import credentials, registration, rotation
from devices.admin import pages
from devices.admin.wizard import ABOUT, WIZARDS, Wizard
from devices.models import Application, Credential
from devices.models.applications import GatewayKind

BACK = "admin:devices_application_change"


@require_http_methods(["GET", "POST"])
def store(request: HttpRequest, application_id: int) -> HttpResponse:
    """A push service's form; POST proves what was given, and keeps it."""
    application = get_object_or_404(Application, pk=application_id)
    asked = request.POST if request.method == "POST" else request.GET
    wizard = WIZARDS.get(asked.get("service", ""))
    if wizard is None:
        return redirect(BACK, application.pk)
    if request.method != "POST":
        return shown(request, application, wizard(application=application))
    form = wizard(request.POST, request.FILES, application=application)
    if not form.is_valid():
        return shown(request, application, form)
    return keep(request, application, form)


def keep(request: HttpRequest, application: Application, form: Wizard) -> HttpResponse:
    try:
        kept, answer = rotation.put(
            application,
            form.kind,
            form.world,
            form.secret(),
            actor=request.user,
            at=timezone.now(),
            expires_at=form.expires_at,
            anyway=form.cleaned_data["anyway"],
        )
    except rotation.OldStays as refused:
        return shown(request, application, form, refused=str(refused), may_insist=True)
    except NotificationError as refused:
        return shown(request, application, form, refused=str(refused))
    said = _("Stored: the credential of %(account)s.") % {"account": kept.account}
    say = messages.success if answer.ok else messages.warning
    say(request, f"{said} {answer.sentence}")
    return redirect(BACK, application.pk)


def shown(
    request: HttpRequest,
    application: Application,
    form: Wizard,
    *,
    refused: str = "",
    may_insist: bool = False,
) -> HttpResponse:
    there = application.credentials.filter(gateway=form.kind)
    return pages.draw(
        request,
        "admin/devices/wizard.html",
        title=str(form.kind.label),
        application=application,
        form=form,
        about=ABOUT[form.kind],
        there=there,
        refused=refused,
        may_insist=may_insist,
    )


@require_POST
def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """Prove the key against its provider; this may take some seconds."""
    credential = chosen(request, application_id)
    try:
        answer = credentials.check(credential, timezone.now(), actor=request.user)
    except NotificationError as refused:
        messages.error(request, str(refused))
        return redirect(BACK, application_id)
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


@require_POST
def lift(request: HttpRequest, application_id: int) -> HttpResponse:
    """Let devices that were set aside for a wrong key be tried again."""
    credential = chosen(request, application_id)
    try:
        devices = registration.lift_suspensions(
            credential.application,
            credential.gateway,
            actor=request.user,
            at=timezone.now(),
        )
    except NotificationError as refused:
        messages.error(request, str(refused))
    else:
        said = _("Devices that are tried again: %(count)s.") % {"count": devices}
        messages.success(request, said)
    return redirect(BACK, application_id)


def chosen(request: HttpRequest, application_id: int) -> Credential:
    """The application's credential that the form names, or 404."""
    key = request.POST.get("credential", "")
    wanted = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    return get_object_or_404(
        Credential.objects.select_related("application"),
        pk=wanted,
        application=application_id,
    )


def services() -> list[tuple[str, object, object]]:
    """Kind, name and use of every push service, for a list of links."""
    return [(kind, GatewayKind(kind).label, ABOUT[kind]) for kind in WIZARDS]
