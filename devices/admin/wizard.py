"""One form for each push service, in the words of its console: it makes the secret."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from devices import rotation
from devices.admin.fields import file, line, secret_line, ways
from devices.gateways import vapid
from devices.gateways.certificate_files import pem_of
from devices.gateways.vapid import VapidKey
from devices.models import Application
from devices.models.applications import Environment, GatewayKind

LARGEST = 20_000
"""Bytes: a service account's file has about 2,400, a certificate's about 6,000."""


class Row(NamedTuple):
    """A field, the ways that ask for it ("": every one), and whether one needs it."""

    field: forms.BoundField
    ways: str
    needed: bool


class Wizard(forms.Form):
    """What every service's form has.

    ``needed`` are the fields of each way, ``also`` those that a way may do without.
    """

    kind: ClassVar[GatewayKind]
    needed: ClassVar[dict[str, tuple[str, ...]]] = {}
    also: ClassVar[dict[str, tuple[str, ...]]] = {}
    anyway = forms.BooleanField(
        label=_("Use it even if the push service cannot be asked now"),
        required=False,
        help_text=_(
            "Only while the service is away: a credential that it refused sends "
            "nothing."
        ),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in self.needed.get(given.get("way", ""), ()):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed."))
        return given

    def rows(self) -> Iterator[Row]:
        """The fields in their order; the page shows those of the way chosen."""
        for field in self:
            name = field.name
            needing = [way for way, names in self.needed.items() if name in names]
            taking = [way for way, names in self.also.items() if name in names]
            yield Row(field, " ".join(needing + taking), bool(needing))

    def secret(self) -> str:
        """The text that is kept. Raises CredentialRefused."""
        raise NotImplementedError

    @property
    def world(self) -> str:
        return str(self.cleaned_data.get("environment") or Environment.PRODUCTION)

    @property
    def expires_at(self) -> datetime | None:
        """When the secret ends, where only its console knows."""
        day = self.cleaned_data.get("expires")
        return datetime.combine(day, time(), UTC) if day else None

    def text_of(self, name: str) -> str:
        """An uploaded file as text."""
        return str(self.cleaned_data.get(name) or "")

    def _read(self, name: str) -> bytes:
        upload: Any = self.cleaned_data.get(name)
        if not upload:
            return b""
        if upload.size > LARGEST:
            raise forms.ValidationError(_("This file is too large to be a key."))
        content: bytes = upload.read()
        return content

    def _read_text(self, name: str) -> str:
        try:
            return self._read(name).decode()
        except UnicodeDecodeError as broken:
            raise forms.ValidationError(
                _("This is not the file that is asked for: it is not text.")
            ) from broken


class FcmWizard(Wizard):
    """Android, and iOS and browsers behind Firebase."""

    kind = GatewayKind.FCM
    key_file = forms.FileField(
        label=_("Service-account file (JSON)"),
        help_text=_(
            "In the Firebase console: the wheel beside Project overview, Project "
            "settings, Service accounts, Generate new private key."
        ),
        widget=forms.FileInput(
            attrs={"class": "ps-input", "accept": "application/json,.json"}
        ),
    )

    def clean_key_file(self) -> str:
        return self._read_text("key_file")

    def secret(self) -> str:
        return self.text_of("key_file")


class ApnsWizard(Wizard):
    """iPhones, iPads and Macs, directly with Apple."""

    kind = GatewayKind.APNS
    needed: ClassVar = {
        "key": ("key_file", "key_id", "team_id", "topic"),
        "certificate": ("certificate_file", "topic"),
    }
    also: ClassVar = {"certificate": ("password",)}
    way = ways(
        ("key", _("A key (.p8): never ends, works for all your apps")),
        ("certificate", _("A certificate (.p12 or .pem): one app, one year")),
    )
    topic = line(
        _("Bundle ID of the app"),
        _(
            "Such as com.example.shop. In your Apple developer account: Certificates, "
            "Identifiers & Profiles, Identifiers."
        ),
    )
    environment = forms.ChoiceField(
        label=_("Where the app comes from"),
        choices=[
            (Environment.PRODUCTION, _("App Store or TestFlight (production)")),
            (Environment.SANDBOX, _("Installed by Xcode (sandbox)")),
        ],
        initial=Environment.PRODUCTION,
        widget=forms.Select(attrs={"class": "ps-input"}),
    )
    key_file = file(
        _("Key file (AuthKey_….p8)"),
        _(
            "In your Apple developer account: Certificates, Identifiers & Profiles, "
            "Keys, the plus sign, Apple Push Notifications service. Apple lets you "
            "download it once."
        ),
        ".p8",
    )
    key_id = line(
        _("Key ID"), _("10 letters and digits, beside the key in the same list.")
    )
    team_id = line(_("Team ID"), _("10 letters and digits, under Membership details."))
    certificate_file = file(
        _("Certificate file (.p12 or .pem)"),
        _(
            "Exported from Keychain Access with its private key: select both, Export "
            "2 items."
        ),
        ".p12,.pfx,.pem",
    )
    password = secret_line(
        _("Password of the .p12 file"),
        _("The one that was asked for at the export; it is not kept."),
        strip=False,
    )

    def clean_key_file(self) -> str:
        return self._read_text("key_file")

    def clean_certificate_file(self) -> bytes:
        return self._read("certificate_file")

    def secret(self) -> str:
        given = self.cleaned_data
        if given["way"] == "key":
            told = {name: given[name] for name in ("team_id", "key_id", "topic")}
            return json.dumps({**told, "private_key": given["key_file"]})
        pem = pem_of(given["certificate_file"], given["password"])
        return json.dumps({"topic": given["topic"], **pem})


class WebPushWizard(Wizard):
    """Browsers, over their own push services: no console, no account."""

    kind = GatewayKind.WEBPUSH
    needed: ClassVar = {"make": ("contact",), "paste": ("contact", "public", "private")}
    way = ways(
        ("make", _("Nothing yet: make the keys for me")),
        ("paste", _("Keys (VAPID) of a website that already subscribes browsers")),
    )
    contact = line(
        _("Contact address"),
        _(
            "An email address or a page of yours. The browsers' push services write "
            "there when something is wrong with your pushes."
        ),
    )
    public = line(
        _("Public key"), _("87 characters: the one that your website subscribes with.")
    )
    private = secret_line(
        _("Private key"),
        _("43 characters, from where your website's pushes are sent now."),
    )

    def secret(self) -> str:
        given = self.cleaned_data
        key = VapidKey(public=given["public"], private=given["private"])
        if given["way"] == "make":
            key = vapid.new_key()
        contact = given["contact"]
        if "@" in contact and not contact.startswith(("mailto:", "https:")):
            contact = f"mailto:{contact}"
        return rotation.with_key(self.application, key, subject=contact)


class WnsWizard(Wizard):
    """Apps of the Microsoft Store."""

    kind = GatewayKind.WNS
    needed: ClassVar = {
        "package": ("package_sid", "client_secret"),
        "entra": ("tenant_id", "client_id", "client_secret"),
    }
    way = ways(
        ("package", _("A package SID and its secret (Partner Center)")),
        ("entra", _("An app registration (Microsoft Entra)")),
    )
    package_sid = line(
        _("Package SID"),
        _(
            "Begins with ms-app://. In Partner Center: the app, Product management, "
            "WNS/MPNS, App Registration portal."
        ),
    )
    tenant_id = line(
        _("Directory (tenant) ID"),
        _("In Microsoft Entra: App registrations, the app, Overview."),
    )
    client_id = line(_("Application (client) ID"), _("On the same page."))
    client_secret = secret_line(
        _("Client secret"),
        _("Its value, not its ID: under Certificates & secrets. Shown there once."),
    )
    expires = forms.DateField(
        label=_("The secret ends on"),
        required=False,
        help_text=_("As the console says: you are reminded 30 days before."),
        widget=forms.DateInput(attrs={"class": "ps-input", "type": "date"}),
    )

    def secret(self) -> str:
        names = (*self.needed[self.cleaned_data["way"]],)
        return json.dumps({name: self.cleaned_data[name] for name in names})


WIZARDS: dict[str, type[Wizard]] = {
    wizard.kind.value: wizard
    for wizard in (FcmWizard, ApnsWizard, WebPushWizard, WnsWizard)
}
ABOUT = {
    "fcm": _("Android phones, and everything else that your app registers there."),
    "apns": _("iPhones, iPads and Macs, directly with Apple."),
    "webpush": _("Browsers on your website. You need no account anywhere."),
    "wns": _("Apps of the Microsoft Store."),
}
