"""Devices that are not there: what their apps would register, by platform.

The simulator takes a message for each of them, and the page of phones shows it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devices.models.applications import Environment, GatewayKind
from devices.models.installations import Platform
from devices.simulator import apns_accounts, webpush_browsers, wns_accounts
from devices.simulator.phones import token_for
from devices.simulator.scripts import SCRIPTS

BROWSERS = {
    "chrome": webpush_browsers.CHROME,
    "edge": webpush_browsers.EDGE,
    "firefox": webpush_browsers.FIREFOX,
    "safari": webpush_browsers.SAFARI,
}
"""A browser's push service."""

FIRST = {
    Platform.ANDROID: GatewayKind.FCM,
    Platform.IOS: GatewayKind.APNS,
    Platform.WEB: GatewayKind.WEBPUSH,
    Platform.WINDOWS: GatewayKind.WNS,
}
"""The gateway of a platform where nobody names one."""

WANTED = frozenset(
    {"platform", "gateway", "environment", "name", "browser", "vapid_key", "script"}
)


def address(
    folder: Path,
    gateway: str,
    name: str,
    *,
    browser: str = "chrome",
    vapid_key: str = "",
) -> dict[str, str]:
    """The token that carries a name and, for a browser, its keys beside it.

    A browser takes pushes that are signed with ``vapid_key`` alone, with "" any.
    ``folder`` is the simulator's. Raises ValueError for an unfit name.
    """
    if gateway == GatewayKind.APNS:
        return {"token": apns_accounts.apns_token(name)}
    if gateway == GatewayKind.WNS:
        return {"token": wns_accounts.wns_channel(name)}
    if gateway == GatewayKind.FCM:
        return {"token": name}
    host = BROWSERS[browser]
    made = webpush_browsers.subscription(folder, name, host=host, key=vapid_key)
    return {
        "token": made.endpoint,
        "p256dh": made.p256dh,
        "auth": made.auth,
        "vapid_key": vapid_key,
    }


def device(folder: Path, wanted: Mapping[str, Any]) -> dict[str, str]:
    """The fields with which a new pretended device registers (POST /devices).

    ``wanted``: platform, and what of WANTED matters. Raises ValueError with a
    sentence.
    """
    platform = _one_of("platform", wanted.get("platform"), Platform.values)
    if strange := sorted(set(wanted) - WANTED):
        raise ValueError(f"There is no {strange[0]!r}: {', '.join(sorted(WANTED))}.")
    gateway = wanted.get("gateway", FIRST[Platform(platform)])
    gateway = _one_of("gateway", gateway, GatewayKind.values)
    environment = wanted.get("environment", Environment.PRODUCTION)
    environment = _one_of("environment", environment, Environment.values)
    browser = _one_of("browser", wanted.get("browser", "chrome"), BROWSERS)
    script = wanted.get("script", "")
    if script:
        _one_of("script", script, SCRIPTS)
    elif gateway == GatewayKind.APNS and environment == Environment.SANDBOX:
        script = environment
    name = token_for(str(wanted.get("name", "phone")))
    if gateway == GatewayKind.FCM and platform != Platform.ANDROID:
        name = name.replace("phone-", f"phone-{platform}-", 1)
    return {
        "platform": platform,
        "gateway": gateway,
        "environment": environment,
        **address(
            folder,
            gateway,
            f"{script}-{name}" if script else name,
            browser=browser,
            vapid_key=str(wanted.get("vapid_key", "")),
        ),
    }


def _one_of(what: str, given: Any, known: Any) -> str:
    if given not in known:
        raise ValueError(f"Give the {what}: one of {', '.join(map(str, known))}.")
    return str(given)
