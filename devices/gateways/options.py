"""What one platform can do with a message beyond its words.

The same for every push of a run, so it is made once: two of these are equal only when
they are the same object, which makes them cheap keys of a cache. What a person's values
change stands in Push.said.
"""

from dataclasses import dataclass

QUICK, SAVING, WAITING = "high", "normal", "low"
"""How soon a device is woken: at once, when it suits its battery, never for this."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Options:
    """``silent``: nothing is shown, the app gets the data. "" is the platform's own.

    ``sound`` is "default", "none" or a file that the app brings.
    """

    silent: bool = False
    priority: str = QUICK
    sound: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AndroidOptions(Options):
    """Names as in FCM's AndroidNotification where it has one.

    ``data_only``: the app draws the message itself, from the data. ``vibrate`` are
    milliseconds of pause and buzz in turn; ``light`` a colour and milliseconds on and
    off. ``category``, ``group``, ``style`` and ``large_icon`` reach the app as data.
    """

    channel: str = ""
    display_priority: str = ""
    visibility: str = ""
    category: str = ""
    icon: str = ""
    color: str = ""
    large_icon: str = ""
    style: str = ""
    group: str = ""
    vibrate: tuple[int, ...] = ()
    light: tuple[str, int, int] | None = None
    sticky: bool = False
    local_only: bool = False
    event_time: str = ""
    data_only: bool = False
    collapse_key: str = ""
    package: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IosOptions(Options):
    """Names as in Apple's payload, in our spelling.

    ``volume`` from 0 to 1 belongs to a critical alert. ``rewrites`` runs the app's
    extension, ``wakes`` the app. ``texts`` are members of "alert" that the device
    translates: ("title-loc-key", "loc-args" and so on) and their values.
    """

    category: str = ""
    thread: str = ""
    level: str = ""
    relevance: float | None = None
    volume: float | None = None
    rewrites: bool = False
    wakes: bool = False
    target: str = ""
    filter: str = ""
    texts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WebOptions(Options):
    """Names as in the browsers' showNotification, in our spelling.

    ``badge_icon`` is an address; ``timestamp`` in milliseconds of Unix time.
    """

    badge_icon: str = ""
    stays: bool = False
    renotify: bool = False
    vibrate: tuple[int, ...] = ()
    timestamp: int | None = None
    direction: str = ""
    language: str = ""
    urgency: str = ""
