"""The media library's pages: look, upload, describe, and choose for a message."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.admin import ModelAdmin

from campaigns import media
from campaigns.admin import media_changes, media_page
from campaigns.content import images
from campaigns.content.shapes import MOST_BYTES
from campaigns.delivery import clock
from campaigns.media import fetching, labels, library, uses
from campaigns.models import MediaAsset
from devices.admin import pages
from devices.models import Application

LIST = "admin:campaigns_mediaasset_changelist"
VIEW, ADD, EDIT, DELETE = (
    f"campaigns.{verb}_mediaasset" for verb in ("view", "add", "change", "delete")
)
PER_FORM = 20
"""Files of one form: each takes a second or more, and the browser waits."""


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The library of one application, as a grid or as a list."""
    applications = list(Application.objects.all())
    application = chosen(applications, request.GET.get("application", ""))
    if application is None:
        return pages.draw(
            request,
            "admin/campaigns/media/no_application.html",
            title=_("Media library"),
        )
    tab = library.tab(request.GET.get("tab", ""))
    words = request.GET.get("q", "").strip()[:100]
    before = request.GET.get("before", "")
    tag = request.GET.get("tag", "").strip()[: labels.LONGEST_TAG]
    page = library.page(application.pk, tab, words=words, before=before, tag=tag)
    return pages.draw(
        request,
        "admin/campaigns/media/library.html",
        title=_("Media library"),
        applications=applications,
        application=application,
        tabs=library.TABS,
        tab=tab,
        words=words,
        tags=labels.in_use(application.pk),
        tag=tag,
        before=before,
        page=page,
        is_list=request.GET.get("view") == "list",
        used=uses.used_among([each.pk for each in page.assets]),
        may_add=request.user.has_perm(ADD),
    )


def chosen(applications: list[Application], key: str) -> Application | None:
    """The application of that number, or the first."""
    named = (each for each in applications if str(each.pk) == key)
    return next(named, applications[0] if applications else None)


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """What stands in the dialog of a message's picture field."""
    applications = list(Application.objects.all())
    application = chosen(applications, request.GET.get("application", ""))
    words = request.GET.get("q", "").strip()[:100]
    before = request.GET.get("before", "")
    context = {
        "application": application,
        "words": words,
        "page": application
        and library.page(application.pk, library.TABS[0], words=words, before=before),
        "may_add": request.user.has_perm(ADD),
    }
    html = render_to_string("admin/campaigns/media/choose.html", context, request)
    return HttpResponse(html)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Take files and the picture of an address; a script asks for one, as JSON."""
    if request.method == "GET":
        return redirect(LIST)
    application = get_object_or_404(
        Application, pk=media_page.number(request.POST.get("application", ""))
    )
    files = request.FILES.getlist("files")[:PER_FORM]
    answers = [take(request, application, each) for each in files]
    if address := request.POST.get("address", "").strip():
        answers.append(bring(request, application, address))
    if request.headers.get("accept") == "application/json":
        none = {"ok": False, "said": _("Choose a picture first, or paste its address.")}
        return JsonResponse(answers[0] if answers else none)
    if not answers:
        messages.error(request, _("Choose a picture first, or paste its address."))
    for answer in answers:
        say = messages.success if answer["ok"] else messages.error
        say(request, answer["said"])
    return redirect(f"{reverse(LIST)}?application={application.pk}")


def take(
    request: HttpRequest, application: Application, file: UploadedFile
) -> dict[str, Any]:
    """Keep one file; what became of it, in a sentence that names it."""
    name = (file.name or "")[:200]
    try:
        if (file.size or 0) > MOST_BYTES:
            raise media.Refused(images.NoPicture("too_heavy"))
        return _kept(request, application, file.read(), name.rpartition(".")[0] or name)
    except media.Refused as refused:
        return _not_kept(name, refused)


def bring(
    request: HttpRequest, application: Application, address: str
) -> dict[str, Any]:
    """Keep the picture of an address; what became of it, in a sentence."""
    try:
        found = fetching.fetch(address, networks=settings.MEDIA_FETCH_NETWORKS)
        source = found.address
        return _kept(request, application, found.body, found.name, source=source)
    except media.Refused as refused:
        return _not_kept(address.partition("?")[0][:100], refused)


def _kept(
    request: HttpRequest,
    application: Application,
    body: bytes,
    name: str,
    *,
    source: str = "",
) -> dict[str, Any]:
    kept = media.upload(
        body,
        name=name,
        application=application,
        user=pages.staff(request),
        at=clock.now(),
        source=source,
    )
    return {
        "ok": True,
        "said": media_page.said(kept),
        "id": kept.asset.pk,
        "tile": _tile(request, kept.asset),
    }


def _not_kept(name: str, refused: media.Refused) -> dict[str, Any]:
    sentence = _("“%(name)s” was not kept. %(reason)s")
    return {"ok": False, "said": sentence % {"name": name, "reason": refused}}


def _tile(request: HttpRequest, asset: MediaAsset) -> str:
    template = "choose_tile" if request.POST.get("for") == "choose" else "tile"
    return render_to_string(
        f"admin/campaigns/media/{template}.html", {"asset": asset}, request
    )


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, asset_id: int) -> HttpResponse:
    """One picture: what it shows, what must stay in sight, and where it is used."""
    asset = media_page.find(asset_id)
    if request.method == "POST":
        return save(request, asset)
    return pages.draw(
        request,
        "admin/campaigns/media/asset.html",
        title=asset.name,
        asset=asset,
        **media_page.facts(asset),
        today=clock.now().date(),
        may_change=request.user.has_perm(EDIT),
        may_delete=request.user.has_perm(DELETE),
    )


def save(request: HttpRequest, asset: MediaAsset) -> HttpResponse:
    """Describe it, and cut anew where the focal point moved."""
    user = pages.staff(request)
    try:
        media.describe(
            asset,
            name=request.POST.get("name", asset.name),
            alt_text=request.POST.get("alt_text", asset.alt_text),
            user=user,
        )
        if "tags" in request.POST:
            media.label(
                asset,
                tags=labels.tags_of(request.POST["tags"]),
                licence=request.POST.get("licence", ""),
                use_until=media_page.day(request.POST.get("use_until")),
                user=user,
            )
        x = media_page.share(request.POST.get("focal_x"), asset.focal_x)
        y = media_page.share(request.POST.get("focal_y"), asset.focal_y)
        if (x, y) != (asset.focal_x, asset.focal_y):
            media.move_focal_point(asset, x, y, user=user)
    except media.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("admin:campaigns_mediaasset_change", asset.pk)


@require_POST
def archive(request: HttpRequest, asset_id: int) -> HttpResponse:
    asset = media_page.find(asset_id)
    try:
        media.archive(asset, user=pages.staff(request), at=clock.now())
    except media.Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = _("“%(name)s” is archived. Messages that show it keep it.")
        messages.success(request, sentence % {"name": asset.name})
    return redirect(f"{reverse(LIST)}?application={asset.application_id}")


@require_POST
def restore(request: HttpRequest, asset_id: int) -> HttpResponse:
    asset = media_page.find(asset_id)
    try:
        media.restore(asset, user=pages.staff(request))
    except media.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is back in the library."))
    return redirect("admin:campaigns_mediaasset_change", asset.pk)


@require_GET
def master(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The whole picture, for staff: only its renditions are public."""
    asset = media_page.find(asset_id)
    with asset.master.open("rb") as file:
        response = HttpResponse(file.read(), content_type=asset.media_type)
    response["Cache-Control"] = "private, max-age=3600"
    return response


@admin.register(MediaAsset)
class MediaAssetAdmin(ModelAdmin):
    """The library stands where the admin's own pages would."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        rows: pages.Rows = [
            ("", overview, "changelist", (VIEW,)),
            ("add/", add, "add", (VIEW, ADD)),
            ("choose/", choose, "choose", (VIEW,)),
            ("<int:asset_id>/change/", change, "change", (VIEW,)),
            ("<int:asset_id>/archive/", archive, "archive", (VIEW, EDIT)),
            ("<int:asset_id>/restore/", restore, "restore", (VIEW, EDIT)),
            ("<int:asset_id>/replace/", media_changes.replace, "replace", (VIEW, EDIT)),
            ("<int:asset_id>/film/", media_changes.film, "film", (VIEW, EDIT)),
            ("<int:asset_id>/delete/", media_changes.delete, "delete", (VIEW, DELETE)),
            ("<int:asset_id>/master/", master, "master", (VIEW,)),
        ]
        return pages.addresses("campaigns_mediaasset", rows)
