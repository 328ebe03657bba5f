"""What other systems write in a cell, in our words; unknown ones have no entry."""

from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform

from . import vendors

YES = frozenset(("true", "t", "yes", "y", "1", "on", "oui", "vrai"))
NO = frozenset(("false", "f", "no", "n", "0", "off", "non", "faux"))

ANSWERS = {
    **dict.fromkeys(
        ("opted_in", "optedin", "opt_in", "optin", *YES), PreferenceState.OPTED_IN
    ),
    **dict.fromkeys(("subscribed", "default"), PreferenceState.SUBSCRIBED),
    **dict.fromkeys(
        ("unsubscribed", "opted_out", "optedout", "opt_out", "optout", *NO),
        PreferenceState.UNSUBSCRIBED,
    ),
}
PERMISSIONS = {
    **dict.fromkeys(("granted", "authorized", *YES), Permission.GRANTED),
    **dict.fromkeys(("provisional", "ephemeral"), Permission.PROVISIONAL),
    **dict.fromkeys(("denied", *NO), Permission.DENIED),
    **dict.fromkeys(("unknown", "default", "not_determined"), Permission.UNKNOWN),
}
PLATFORMS = {
    **dict.fromkeys(("ios", "iphone", "ipad", "apple", "apns"), Platform.IOS),
    **dict.fromkeys(("android", "gcm", "fcm"), Platform.ANDROID),
    **dict.fromkeys(("web", "webpush", "browser", "chrome"), Platform.WEB),
    **dict.fromkeys(("firefox", "edge", "opera", "safari"), Platform.WEB),
    **dict.fromkeys(("windows", "wns", "win"), Platform.WINDOWS),
}
# OneSignal's numbers; those for mail, texts, Amazon, Huawei and Safari's own road of
# old have nothing that we could send to.
ONESIGNAL = {
    "0": Platform.IOS,
    "1": Platform.ANDROID,
    "5": Platform.WEB,
    "6": Platform.WINDOWS,
    "8": Platform.WEB,
    "12": Platform.WEB,
    "17": Platform.WEB,
}
NEVER_ASKED = frozenset(("-18", "-19", "-30", "-31"))
"""OneSignal: the prompt was not shown yet."""


def permission(word: str, shape: str) -> str | None:
    """The permission that a cell names; None for a word that nobody knows."""
    if shape == vendors.ONESIGNAL and word.lstrip("-").isdecimal():
        if word in NEVER_ASKED:
            return Permission.UNKNOWN
        return Permission.GRANTED if int(word) > 0 else Permission.DENIED
    return PERMISSIONS.get(spelled(word))


def platform(word: str, shape: str) -> str | None:
    if shape == vendors.ONESIGNAL and word.isdecimal():
        return ONESIGNAL.get(word)
    # "iOS Push", "Chrome Web Push": the first word says it.
    name = spelled(word)
    return PLATFORMS.get(name) or PLATFORMS.get(name.partition("_")[0])


def spelled(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")
