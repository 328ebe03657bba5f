"""The tables of devices, in the order in which they point at each other."""

from .applications import Application, Credential
from .audit import AuditEvent
from .consents import ConsentEvent, Preference, Topic, TopicPreference, Wording
from .dictionary import AttributeOrigin, DictionaryEntry, RefusedEvent
from .erasures import Erasure, Suppression
from .events import Allowance, Event, EventTally, IdempotencyKey
from .imports import Import, ImportChange, ImportChunk, ImportLine
from .installations import Installation, InstallationChange
from .people import Person
from .server_keys import ServerKey
from .testers import Pairing, TestGroup

__all__ = [
    "Allowance",
    "Application",
    "AttributeOrigin",
    "AuditEvent",
    "ConsentEvent",
    "Credential",
    "DictionaryEntry",
    "Erasure",
    "Event",
    "EventTally",
    "IdempotencyKey",
    "Import",
    "ImportChange",
    "ImportChunk",
    "ImportLine",
    "Installation",
    "InstallationChange",
    "Pairing",
    "Person",
    "Preference",
    "RefusedEvent",
    "ServerKey",
    "Suppression",
    "TestGroup",
    "Topic",
    "TopicPreference",
    "Wording",
]
