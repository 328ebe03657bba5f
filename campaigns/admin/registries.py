"""Registered names in the admin: channels, categories, groups, sounds, destinations.

One set of pages for all five kinds, with tabs between them.
"""

from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin import posted
from campaigns.admin.own_pages import OwnPages
from campaigns.admin.registry_words import TOLD
from campaigns.models import (
    AndroidChannel,
    Destination,
    IosCategory,
    IosThread,
    Sound,
)
from campaigns.models.registries import (
    Importance,
    ParameterKind,
    Registered,
    SoundPlatform,
)
from campaigns.registries import destinations, keeping, uses
from campaigns.registries.refusals import Refused
from devices.admin import pages
from devices.models import Application

SHOWN = 200
"""Rows of a list; campaigns that are named in one place."""


def read(post: QueryDict, model: type[Registered]) -> dict[str, Any]:
    """What was posted of an entry, by field; what may not change is no matter here."""
    said: dict[str, Any] = {
        "key": posted.text(post, "key").strip(),
        "name": posted.text(post, "name").strip(),
    }
    return said | READERS.get(model, _nothing)(post)


def _nothing(post: QueryDict) -> dict[str, Any]:
    return {}


def _channel(post: QueryDict) -> dict[str, Any]:
    wanted = post.get("importance")
    return {
        "importance": posted.one_of(Importance, wanted, Importance.DEFAULT),
        "is_fallback": "is_fallback" in post,
    }


def _category(post: QueryDict) -> dict[str, Any]:
    return {"buttons": posted.text(post, "buttons").strip()}


def _sound(post: QueryDict) -> dict[str, Any]:
    wanted = post.get("platform")
    return {"platform": posted.one_of(SoundPlatform, wanted, SoundPlatform.IOS)}


def _destination(post: QueryDict) -> dict[str, Any]:
    links = {each: posted.text(post, each).strip() for each in destinations.PLATFORMS}
    told = {
        name: {
            "label": posted.text(post, f"{name}.label"),
            "kind": post.get(f"{name}.kind"),
            # A parameter that the page did not show yet is asked for.
            "required": f"{name}.required" in post or f"{name}.kind" not in post,
        }
        for name in destinations.names(links)
    }
    return {**links, "parameters": destinations.parameters(links, told)}


READERS = {
    AndroidChannel: _channel,
    IosCategory: _category,
    Sound: _sound,
    Destination: _destination,
}


LINKS = {
    "ios": gettext_lazy("Link on iPhones"),
    "android": gettext_lazy("Link on Android"),
    "web": gettext_lazy("Page of the website"),
}


class Registry(OwnPages):
    def _address(self, end: str, *args: Any) -> str:
        return reverse(f"admin:{self._name(end)}", args=args)

    def _name(self, end: str) -> str:
        return f"{self._prefix}_{end}"

    def get_urls(self) -> list[URLPattern]:
        right = f"campaigns.delete_{self.model._meta.model_name}"
        rows: pages.Rows = [("<int:entry_id>/remove/", self.remove, "remove", (right,))]
        return [*pages.addresses(self._prefix, rows), *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        told = TOLD[self.model]
        entries = uses.counted(self.model).order_by("application__name", "name")[:SHOWN]
        may_add = self.has_add_permission(request)
        return pages.draw(
            request,
            "admin/campaigns/registry/list.html",
            title=str(told.title),
            told=told,
            tabs=_tabs(request, self.model),
            entries=[
                (each, told.fact(each), self._address("change", each.pk))
                for each in entries
            ],
            add_url=self._address("add") if may_add else "",
            is_of_many=Application.objects.count() > 1,
        )

    def form_page(self, request: HttpRequest, row: Registered | None) -> HttpResponse:
        if request.method != "POST":
            return self._form(request, row, row or self.model())
        return self._add(request) if row is None else self._change(request, row)

    def _add(self, request: HttpRequest) -> HttpResponse:
        rows = Application.objects.all()
        application = posted.chosen(rows, request.POST.get("application"))
        made = self.model(**read(request.POST, self.model))
        if application is None:
            sentence = _("Choose an application first.")
            return self._form(request, None, made, {"application": sentence})
        made.application = application
        try:
            keeping.register(made, user=pages.staff(request))
        except Refused as refused:
            return self._refused(request, None, made, refused)
        return self._saved(request, made)

    def _change(self, request: HttpRequest, entry: Registered) -> HttpResponse:
        shown = copy(entry)
        try:
            values = read(request.POST, self.model)
            keeping.change(shown, values, user=pages.staff(request))
        except Refused as refused:
            return self._refused(request, entry, shown, refused)
        return self._saved(request, shown)

    def remove(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        """Take one away that nothing scheduled needs."""
        entry = get_object_or_404(self.model._default_manager, pk=entry_id)
        if request.method != "POST":
            return redirect(self._name_of("change"), entry.pk)
        try:
            keeping.remove(entry, user=pages.staff(request))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self._name_of("change"), entry.pk)
        sentence = _("“%(name)s” is removed. What was sent keeps it.")
        messages.success(request, sentence % {"name": entry.name})
        return redirect(self._name_of("changelist"))

    def _name_of(self, end: str) -> str:
        return f"admin:{self._name(end)}"

    def _saved(self, request: HttpRequest, entry: Registered) -> HttpResponse:
        messages.success(request, _("Saved."))
        return redirect(self._name_of("change"), entry.pk)

    def _refused(
        self,
        request: HttpRequest,
        entry: Registered | None,
        shown: Registered,
        refused: Refused,
    ) -> HttpResponse:
        errors = refused.problems or {"": str(refused)}
        return self._form(request, entry, shown, errors)

    def _form(
        self,
        request: HttpRequest,
        entry: Registered | None,
        shown: Registered,
        errors: dict[str, str] | None = None,
    ) -> HttpResponse:
        """The form of an entry, new (None) or not, filled from ``shown``."""
        told = TOLD[self.model]
        context = {
            "told": told,
            "kind": self.model._meta.model_name,
            "entry": entry,
            "shown": shown,
            "errors": errors or {},
            "list_url": self._address("changelist"),
            "applications": Application.objects.all(),
            "may_change": self.has_change_permission(request),
            "remove_url": self._removal(request, entry),
            **(_used(entry) if entry else {}),
            **_choices(shown),
        }
        template = "admin/campaigns/registry/form.html"
        title = entry.name if entry else str(told.new)
        return pages.draw(request, template, title=title, **context)

    def _removal(self, request: HttpRequest, entry: Registered | None) -> str:
        right = f"campaigns.delete_{self.model._meta.model_name}"
        if entry is None or not request.user.has_perm(right):
            return ""
        return self._address("remove", entry.pk)


def _choices(shown: Registered) -> dict[str, Any]:
    """What the fields of this kind offer."""
    if isinstance(shown, AndroidChannel):
        return {"importances": Importance.choices}
    if isinstance(shown, Sound):
        return {"platforms": SoundPlatform.choices}
    if isinstance(shown, Destination):
        links = [(each, word, getattr(shown, each)) for each, word in LINKS.items()]
        return {
            "links": links,
            "parameter_kinds": ParameterKind.choices,
            "blank_parameter": {"name": "__name__", "label": "", "required": True},
        }
    return {}


def _used(entry: Registered) -> dict[str, Any]:
    """The campaigns that name it, and those that fall back to it."""
    found: dict[str, Any] = {
        "users": uses.naming(entry)[:SHOWN],
        "hindrance": keeping.hindrance(entry),
    }
    if isinstance(entry, AndroidChannel):
        found["falling_back"] = uses.falling_back(entry).count()
    return found


def _tabs(request: HttpRequest, current: type[Registered]) -> list[dict[str, Any]]:
    """The lists of all kinds that this member of staff may see."""
    return [
        {
            "title": str(told.title),
            "url": reverse(f"admin:campaigns_{model._meta.model_name}_changelist"),
            "is_current": model is current,
        }
        for model, told in TOLD.items()
        if request.user.has_perm(f"campaigns.view_{model._meta.model_name}")
    ]


admin.site.register(
    [AndroidChannel, IosCategory, IosThread, Sound, Destination], Registry
)
