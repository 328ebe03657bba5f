"""What a device says about itself, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from devices import attributes, consent
from devices.models import Installation
from devices.models.installations import Permission, Platform, version_order
from devices.refusals import Refused

from .log import Kind, Log

PLAIN = ("model", "os_version", "app_version", "locale", "zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Whatever the device reported; None is "not said".

    ``text_shown`` is the wording before the system's prompt, ``asked_in`` its language
    where that is not the device's.
    """

    permission: str | None = None
    model: str | None = None
    os_version: str | None = None
    app_version: str | None = None
    locale: str | None = None
    zone: str | None = None
    text_version: str = ""
    text_shown: str = ""
    asked_in: str = ""

    def cleaned(self) -> "Facts":
        """The same in our spelling; raises Refused naming the field at fault."""
        if self.permission and self.permission not in Permission.values:
            raise Refused(
                "/permission",
                "unknown_permission",
                _("Give granted, provisional, denied or unknown."),
            )
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["locale"] = attributes.clean_locale(self.locale or "") or None
        values["zone"] = attributes.clean_zone(self.zone or "") or None
        return Facts(**values)


def take(installation: Installation, facts: Facts, log: Log) -> set[str]:
    """Put facts on an installation in memory; returns the fields that changed."""
    changed = set()
    for name in PLAIN:
        value = getattr(facts, name)
        if value is not None and getattr(installation, name) != value:
            setattr(installation, name, value)
            changed.add(name)
    if "app_version" in changed:
        installation.app_version_order = version_order(installation.app_version)
        changed.add("app_version_order")
    before = installation.permission
    if facts.permission and facts.permission != before:
        installation.permission = facts.permission
        log.note(installation, Kind.PERMISSION, old=before, new=facts.permission)
        changed.add("permission")
    return changed


def follow(
    installation: Installation, facts: Facts, *, before: str, at: datetime
) -> None:
    """What the facts mean for the person: their yes, their place, their language."""
    said = consent.Said(
        source="system prompt",
        text_version=facts.text_version,
        text=facts.text_shown,
        locale=facts.asked_in or installation.locale,
        installation_id=installation.pk,
        actor="device",
    )
    consent.permission_changed(installation, before=before, said=said, at=at)
    attributes.describe(
        installation.person, locale=facts.locale or "", zone=facts.zone or ""
    )


def at_first(platform: str, facts: Facts) -> str:
    """The permission of a new device: Android up to 12 grants without asking."""
    if facts.permission:
        return facts.permission
    probe = Installation(platform=platform, os_version=facts.os_version or "")
    is_old = platform == Platform.ANDROID and bool(facts.os_version)
    if is_old and not consent.asks_first(probe):
        return Permission.GRANTED
    return Permission.UNKNOWN


def save(installation: Installation, names: Iterable[str]) -> None:
    """Write these fields of the installation, if any."""
    if update_fields := sorted(names):
        installation.save(update_fields=update_fields)
