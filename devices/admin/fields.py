"""Fields of the forms for credentials, in our shapes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

INPUT = {"class": "ps-input", "autocomplete": "off", "spellcheck": "false"}


def line(label: Any, help_text: Any = "", **changes: Any) -> forms.CharField:
    """One line of text, stripped; optional unless the way chosen needs it."""
    widget = changes.pop("widget", None) or forms.TextInput(attrs=INPUT)
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=widget, **changes
    )


def ways(*choices: tuple[str, Any]) -> forms.ChoiceField:
    """Two ways to the same end."""
    return forms.ChoiceField(
        label=_("What you have"),
        choices=choices,
        initial=choices[0][0],
        widget=forms.RadioSelect,
    )


def file(label: Any, help_text: Any, accept: str) -> forms.FileField:
    widget = forms.FileInput(attrs={"class": "ps-input", "accept": accept})
    return forms.FileField(
        label=label, help_text=help_text, required=False, widget=widget
    )


def secret_line(label: Any, help_text: Any, **changes: Any) -> forms.CharField:
    """One line that is not shown while it is typed, nor remembered by the browser."""
    shape = {"class": "ps-input", "autocomplete": "new-password"}
    return line(label, help_text, widget=forms.PasswordInput(attrs=shape), **changes)
