"""Data available: the names that arrive, and the words that developers give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from unfold.admin import ModelAdmin

from devices import dictionary, events
from devices.admin import pages
from devices.dictionary import Known
from devices.models import Application, DictionaryEntry
from devices.models.dictionary import Kind
from devices.refusals import Refused

LIST = "admin:devices_dictionaryentry_changelist"
SEES_PEOPLE = "devices.view_person"
MOST_VALUES = 5

TYPES = {
    "text": gettext_lazy("text"),
    "number": gettext_lazy("number"),
    "yes_no": gettext_lazy("yes or no"),
    "date": gettext_lazy("date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One name as the page shows it; ``values`` have shares in whole per cent."""

    known: Known
    label: str
    types: str
    values: Sequence[tuple[str, int]]
    properties: Sequence["Line"] = ()


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Attributes or events of one application: three statements at most."""
    applications = list(Application.objects.all())
    application = chosen(request, applications)
    shows_events = request.GET.get("tab") == "events"
    lines: list[Line] = []
    if application is not None:
        lines = (of_events if shows_events else of_attributes)(request, application)
    return pages.draw(
        request,
        "admin/devices/dictionary.html",
        title=_("Data available"),
        applications=applications,
        application=application,
        shows_events=shows_events,
        lines=lines,
        may_change=request.user.has_perm("devices.change_dictionaryentry"),
        may_see_refused=request.user.has_perm("devices.view_refusedevent"),
    )


def chosen(
    request: HttpRequest, applications: Sequence[Application]
) -> Application | None:
    """The application that ``?application=`` names, or the first."""
    wanted = request.GET.get("application", "")
    named = (each for each in applications if str(each.pk) == wanted)
    return next(named, applications[0] if applications else None)


def of_attributes(request: HttpRequest, application: Application) -> list[Line]:
    known = dictionary.attributes(application.pk, hidden=True)
    return [line(request, each) for each in known.values()]


def of_events(request: HttpRequest, application: Application) -> list[Line]:
    about: dict[str, list[Line]] = {}
    for each in dictionary.properties(application.pk, hidden=True):
        about.setdefault(each.event, []).append(line(request, each))
    known = dictionary.events(application.pk, hidden=True)
    return [line(request, each, about.get(name, ())) for name, each in known.items()]


def line(request: HttpRequest, known: Known, about: Sequence[Line] = ()) -> Line:
    """Values only for whoever may see people: they may be somebody's own."""
    shown = known.values if request.user.has_perm(SEES_PEOPLE) else ()
    found = sorted(known.types - {"text"} if "date" in known.types else known.types)
    return Line(
        known=known,
        label=known.label(translation.get_language() or "en"),
        types=", ".join(str(TYPES.get(each, each)) for each in found),
        values=[(text, round(100 * part)) for text, part in shown[:MOST_VALUES]],
        properties=about,
    )


class Words(forms.Form):
    """What marketers read instead of the name, and whether they are offered it."""

    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "ps-input"}),
        help_text=gettext_lazy("One sentence: what it means and when it is set."),
    )
    hidden = forms.BooleanField(
        label=gettext_lazy("Do not offer it to marketers"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            f"label_{code}": forms.CharField(
                label=_("Label in %(language)s") % {"language": str(name)},
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"class": "ps-input"}),
            )
            for code, name in settings.LANGUAGES
        }
        self.fields = labels | self.fields

    def labels(self) -> dict[str, str]:
        """By language."""
        codes = (code for code, _name in settings.LANGUAGES)
        return {code: self.cleaned_data[f"label_{code}"] for code in codes}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, entry_id: int) -> HttpResponse:
    rows = DictionaryEntry.objects.select_related("application")
    entry = get_object_or_404(rows, pk=entry_id)
    kept = {f"label_{code}": text for code, text in entry.labels.items()}
    kept |= {"description": entry.description, "hidden": entry.hidden}
    form = Words(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            dictionary.describe(
                entry.pk,
                labels=form.labels(),
                description=form.cleaned_data["description"],
                hidden=form.cleaned_data["hidden"],
                actor=request.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(back_to(entry))
    known = dictionary.entry_of(
        entry.application_id, entry.kind, entry.event, entry.name
    )
    return pages.draw(
        request,
        "admin/devices/dictionary_entry.html",
        title=str(entry),
        entry=entry,
        back=back_to(entry),
        shown=known and line(request, known),
        form=form,
    )


def back_to(entry: DictionaryEntry) -> str:
    tab = "" if entry.kind == Kind.ATTRIBUTE else "&tab=events"
    return f"{reverse(LIST)}?application={entry.application_id}{tab}"


@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """What was refused in the last week, by reason, the most frequent first."""
    applications = list(Application.objects.all())
    application = chosen(request, applications)
    groups: dict[str, list[Any]] = {}
    if application is not None:
        for each in list(events.of_week(application.pk, timezone.now()))[:500]:
            groups.setdefault(each.code, []).append((each, looks(each.shape)))
    found = [
        {
            "code": code,
            "reason": events.REASONS.get(code),
            "rows": rows,
            "times": sum(each.times for each, _looks in rows),
        }
        for code, rows in groups.items()
    ]
    return pages.draw(
        request,
        "admin/devices/refused_events.html",
        title=_("Refused events"),
        applications=applications,
        application=application,
        groups=sorted(found, key=lambda each: -each["times"]),
    )


def looks(shape: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, type, and for properties their own names and types."""
    return [
        (name, "", list(kind.items())) if isinstance(kind, dict) else (name, kind, [])
        for name, kind in shape.items()
    ]


@admin.register(DictionaryEntry)
class DictionaryAdmin(ModelAdmin):
    """Entries are learnt, never typed in; they get words, and may be hidden."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        keep = ("devices.change_dictionaryentry",)
        rows: pages.Rows = [
            ("", overview, "changelist", ("devices.view_dictionaryentry",)),
            ("refused/", refused, "refused", ("devices.view_refusedevent",)),
            ("<int:entry_id>/change/", change, "change", keep),
        ]
        return pages.addresses("devices_dictionaryentry", rows)
