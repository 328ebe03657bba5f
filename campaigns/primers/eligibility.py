"""May this device see this primer now? Pure: every fact and the time are arguments.

The device decides, not its person: somebody may have said yes on a tablet and never
been asked on a phone (reference: features X5 and X6). Each no has one reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Primer
from campaigns.models.primers import Need
from devices.consent import LAST_ANDROID_WITHOUT_PROMPT
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform, version_order

REFUSALS_ON_ANDROID = 2
"""Android 13 and later ask twice at most, then never again (POST_NOTIFICATIONS)."""


class Reason(models.TextChoices):
    """Why a device gets no primer, in words for whoever looks for it."""

    OTHER_EVENT = "other_event", _("No live primer waits for this event.")
    PLATFORM = "platform", _("The primer is not for this platform.")
    GRANTED = "granted", _("The device allows messages already.")
    ANDROID_ASKS_NOBODY = (
        "android_asks_nobody",
        _("Android up to 12 allows messages without asking, so there is no prompt."),
    )
    SYSTEM_UNKNOWN = (
        "system_unknown",
        _("The device did not say which Android it has, so it may not ask at all."),
    )
    DENIED = "denied", _("Messages are blocked in the settings of the device.")
    PROMPT_USED = (
        "prompt_used",
        _("The system's prompt was refused on this device and is not shown again."),
    )
    ANDROID_TWICE = (
        "android_twice",
        _("The prompt was refused twice: Android does not show it again."),
    )
    UNSUBSCRIBED = "unsubscribed", _("The person said: no more messages.")
    VERSION = "version", _("The app on this device is older than the primer asks.")
    FIRST_SESSION = "first_session", _("It is the first session of this device.")
    SESSIONS = "sessions", _("The device had fewer sessions than the primer asks.")
    SECONDS = "seconds", _("The session is younger than the primer asks.")
    LATERS = "laters", _("“Later” was pressed as often as the primer accepts.")
    TIMES = "times", _("It was shown to this device as often as it may be.")
    WAITING = "waiting", _("It was shown lately: the days to wait are not over.")
    SEGMENT = "segment", _("The person is not in the primer's segment.")
    STRANGER = (
        "stranger",
        _("The primer has a segment, and nobody knows yet who uses this browser."),
    )


class Variant(models.TextChoices):
    PROMPT = "prompt", _("Leads to the system's prompt")
    SETTINGS = "settings", _("Leads to the settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Who asks, as it is now; ``preference`` is its person's."""

    platform: str
    permission: str
    os_version: str = ""
    app_version: str = ""
    preference: str = PreferenceState.SUBSCRIBED


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When it asks: ``sessions`` counts this one, ``seconds`` since it began."""

    at: datetime
    sessions: int = 1
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of earlier showings on this device.

    ``shown``, ``laters`` and ``last_at`` are this primer's; ``refusals`` are of the
    system's prompt after any primer of the application.
    """

    shown: int = 0
    laters: int = 0
    refusals: int = 0
    last_at: datetime | None = None


def decide(
    primer: Primer, device: Device, history: History, moment: Moment
) -> Variant | Reason:
    """How the device may see it, or the one reason why not.

    The segment is not looked at: it takes a query, so whoever asks asks it last.
    """
    if device.platform not in primer.platforms:
        return Reason.PLATFORM
    variant = by_permission(primer, device, history)
    if isinstance(variant, Reason):
        return variant
    unsubscribed = device.preference == PreferenceState.UNSUBSCRIBED
    if unsubscribed and primer.purpose == Need.PROMOTIONAL:
        return Reason.UNSUBSCRIBED
    return _too_early(primer, device, moment) or _again(
        primer, history, moment, variant
    )


def by_permission(primer: Primer, device: Device, history: History) -> Variant | Reason:
    """What the device's own system still allows."""
    if device.permission == Permission.GRANTED:
        return Reason.GRANTED
    if device.platform == Platform.ANDROID and (old := _android(device.os_version)):
        return old
    blocked = _blocked(device, history)
    if blocked is None:
        return Variant.PROMPT
    return Variant.SETTINGS if primer.offers_settings else blocked


def _android(os_version: str) -> Reason | None:
    major = os_version.partition(".")[0]
    if not major.isdecimal():
        return Reason.SYSTEM_UNKNOWN
    if int(major) <= LAST_ANDROID_WITHOUT_PROMPT:
        return Reason.ANDROID_ASKS_NOBODY
    return None


def _blocked(device: Device, history: History) -> Reason | None:
    """Never after a refusal, whatever the system would still allow."""
    is_android = device.platform == Platform.ANDROID
    if is_android and history.refusals >= REFUSALS_ON_ANDROID:
        return Reason.ANDROID_TWICE
    if device.permission == Permission.DENIED:
        return Reason.DENIED
    return Reason.PROMPT_USED if history.refusals else None


def _too_early(primer: Primer, device: Device, moment: Moment) -> Reason | None:
    least = version_order(primer.minimum_version)
    if least and version_order(device.app_version) < least:
        return Reason.VERSION
    if primer.skips_first_session and moment.sessions < 2:
        return Reason.FIRST_SESSION
    if moment.sessions < primer.minimum_sessions:
        return Reason.SESSIONS
    if moment.seconds < primer.minimum_seconds:
        return Reason.SECONDS
    return None


def _again(
    primer: Primer, history: History, moment: Moment, variant: Variant
) -> Variant | Reason:
    if primer.most_laters and history.laters >= primer.most_laters:
        return Reason.LATERS
    if history.shown >= primer.most_times:
        return Reason.TIMES
    wait = timedelta(days=primer.wait_days)
    if history.last_at is not None and moment.at < history.last_at + wait:
        return Reason.WAITING
    return variant


def words(reason: str) -> str | Promise:
    """The sentence of a reason."""
    return Reason(reason).label
