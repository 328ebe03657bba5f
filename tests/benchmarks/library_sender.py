"""django-push-notifications 3.3 as shipped, sending to the benchmarks' gateway.

Runs in an environment of its own (library.txt) and imports nothing of ours:
`python library_sender.py FACTS` with the JSON that tests.benchmarks.library writes.
Only names of hosts are led elsewhere, as a line in /etc/hosts would; nothing of the
library, nor of what it is built on, is changed. Prints failed calls, CPU seconds (user
and system, all threads) and wall seconds as one line of JSON.
"""

import json
import socket
import sys
import time
from functools import partial
from pathlib import Path

HOSTS = ("fcm.googleapis.com", "oauth2.googleapis.com", "api.push.apple.com")
WARM_UP = 3


def main():
    facts = json.loads(Path(sys.argv[1]).read_text())
    lead(facts["port"])
    set_up(facts)
    calls = SENDERS[facts["kind"], facts["way"]](facts)
    perform(calls(range(WARM_UP)))
    before, began = time.process_time(), time.perf_counter()
    failed = perform(calls(range(WARM_UP, WARM_UP + facts["count"])))
    used, wall = time.process_time() - before, time.perf_counter() - began
    print(json.dumps({"failed": failed, "cpu": used, "wall": wall}))


def perform(calls):
    """Make every call; how many failed. The library gives up on slow answers."""
    failed = 0
    for call, is_good in calls:
        try:
            failed += not is_good(call())
        except Exception as error:  # noqa: BLE001 - whatever it raises, it failed
            print(f"A call of the library failed: {error}"[:300], file=sys.stderr)
            failed += 1
    return failed


def lead(port):
    """Look the providers' hosts up at the gateway."""
    ordinary = socket.getaddrinfo

    def looked_up(host, *more, **named):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in HOSTS:
            return ordinary(host, *more, **named)
        family, kind = socket.AF_INET, socket.SOCK_STREAM
        return [(family, kind, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    socket.getaddrinfo = looked_up


def set_up(facts):
    """Django with the library, set up as its own pages say."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "push_notifications",
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        PUSH_NOTIFICATIONS_SETTINGS={
            "FCM_MAX_RECIPIENTS": 500,
            "APNS_AUTH_KEY_PATH": facts["apns"]["file"],
            "APNS_AUTH_KEY_ID": facts["apns"]["key_id"],
            "APNS_TEAM_ID": facts["apns"]["team_id"],
            "APNS_TOPIC": facts["apns"]["topic"],
            "WP_PRIVATE_KEY": facts["webpush"]["file"],
            "WP_CLAIMS": {"sub": facts["webpush"]["subject"]},
        },
    )
    django.setup()


def words(number):
    """The benchmark's message: personal, some 400 bytes as a body."""
    name = f"Anna-{number % 5000}"
    return {
        "title": f"{name}, your winter favourites are 20 % off until Sunday",
        "body": f"Code WINTER-{number:07} is yours alone: it works in every shop.",
        "link": f"https://shop.example.com/sale?c={number}",
    }


def firebase(facts):
    import firebase_admin
    from firebase_admin import credentials

    firebase_admin.initialize_app(credentials.Certificate(facts["fcm"]["file"]))


def fcm_message(number):
    from firebase_admin import messaging

    said = words(number)
    return messaging.Message(
        notification=messaging.Notification(title=said["title"], body=said["body"]),
        data={"link": said["link"]},
        android=messaging.AndroidConfig(priority="high", ttl=86_400),
    )


def fcm_token(number):
    return f"f{number:08}:" + "a" * 140


def fcm_each(facts):
    from push_notifications.models import GCMDevice

    firebase(facts)

    def send(number):
        device = GCMDevice(registration_id=fcm_token(number), cloud_message_type="FCM")
        return device.send_message(fcm_message(number))

    return each(send, lambda answer: answer.success_count == 1)


def fcm_bulk(facts):
    from push_notifications.gcm import send_message

    firebase(facts)

    def send(numbers):
        return send_message([fcm_token(each) for each in numbers], fcm_message(1))

    return chunks(facts, send, lambda answer: answer.failure_count == 0)


def apns_each(facts):
    from push_notifications.apns_async import Alert
    from push_notifications.models import APNSDevice

    def send(number):
        said = words(number)
        return APNSDevice(registration_id=f"{number:064x}").send_message(
            Alert(title=said["title"], body=said["body"]),
            sound="default",
            extra={"link": said["link"]},
        )

    return each(send, lambda answer: answer == {"results": ["Success"]})


def apns_bulk(facts):
    from push_notifications.apns_async import Alert, apns_send_bulk_message

    def send(numbers):
        said = words(1)
        return apns_send_bulk_message(
            [f"{number:064x}" for number in numbers],
            Alert(title=said["title"], body=said["body"]),
            sound="default",
            extra={"link": said["link"]},
        )

    return chunks(facts, send, lambda answers: set(answers.values()) == {"Success"})


def webpush_each(facts):
    from push_notifications.models import WebPushDevice

    made = facts["webpush"]["subscriptions"]

    def send(number):
        endpoint, p256dh, auth = made[number % len(made)]
        device = WebPushDevice(
            registration_id=endpoint, p256dh=p256dh, auth=auth, browser="CHROME"
        )
        return device.send_message(json.dumps(words(number)))

    return each(send, lambda answer: answer.get("success") == 1)


def each(send, is_good):
    """A call for each number."""
    return lambda numbers: ((partial(send, number), is_good) for number in numbers)


def chunks(facts, send, is_good):
    """A call for each chunk of the numbers."""
    size = facts["chunk"]
    return lambda numbers: (
        (partial(send, numbers[first : first + size]), is_good)
        for first in range(0, len(numbers), size)
    )


SENDERS = {
    ("fcm", "device"): fcm_each,
    ("fcm", "bulk"): fcm_bulk,
    ("apns", "device"): apns_each,
    ("apns", "bulk"): apns_bulk,
    ("webpush", "device"): webpush_each,
}

if __name__ == "__main__":
    main()
