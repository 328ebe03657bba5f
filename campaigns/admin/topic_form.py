"""The form of a topic: what it is called in each language, and how it is at first."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.models import WrittenLanguage
from devices.models import Topic

STARTS = {
    "on": _("On: people get it until they switch it off"),
    "off": _("Off: they must switch it on first"),
    "required": _("Always on: it ends only with all messages"),
}


class TopicForm(forms.ModelForm):
    """``starts`` stands for two columns; each language has a name and a description."""

    starts = forms.ChoiceField(
        label=_("without an answer"),
        choices=list(STARTS.items()),
        widget=UnfoldAdminSelectWidget,
        help_text=_("“Always on” is for what people must know, such as their orders."),
    )

    class Meta:
        model = Topic
        fields = ("application", "key", "name", "description", "archived_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts", starts_of(self.instance))
        for tag, said in self.instance.texts.items():
            for part, text in said.items():
                self.initial.setdefault(f"{part}_{tag}", text)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        starts = given.get("starts", "on")
        self.instance.default_on = starts != "off"
        self.instance.is_required = starts == "required"
        self.instance.texts = texts_in(given, self.instance.texts)
        return given


def starts_of(topic: Topic) -> str:
    """The key of STARTS that a topic has."""
    if topic.is_required:
        return "required"
    return "on" if topic.default_on else "off"


def texts_in(
    given: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """The texts as the topic keeps them; a language without a name has none."""
    tags = [each[5:] for each in given if each.startswith("name_")]
    said = {
        tag: {
            "name": given[f"name_{tag}"],
            "description": given.get(f"description_{tag}", ""),
        }
        for tag in tags
        if given[f"name_{tag}"]
    }
    return {tag: each for tag, each in before.items() if tag not in tags} | said


def languages(topic: Topic | None) -> list[str]:
    """Those of the workspace, of this site, and those that the topic speaks already."""
    tags = [*WrittenLanguage.objects.values_list("tag", flat=True)]
    tags += [code for code, _name in settings.LANGUAGES]
    tags += topic.texts if topic else []
    return sorted(set(tags))


def form_for(tags: Iterable[str]) -> type[TopicForm]:
    """The form with a name and a description for each of these languages."""
    parts: dict[str, Any] = {}
    for tag in tags:
        word = {"language": language(tag)}
        parts[f"name_{tag}"] = forms.CharField(
            label=_("Name (%(language)s)") % word,
            max_length=80,
            required=False,
            widget=UnfoldAdminTextInputWidget,
        )
        parts[f"description_{tag}"] = forms.CharField(
            label=_("Description (%(language)s)") % word,
            max_length=300,
            required=False,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        )
    return type("TopicFormOfLanguages", (TopicForm,), parts)


def language(tag: str) -> str:
    """The language's name in the reader's, else its tag."""
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag
