"""Many rows in few statements, each as tests.builders makes it."""

from push_notifications.models import GCMDevice

from devices.models import Application, Installation, Person, Preference
from devices.models.applications import library_id
from tests import builders


def phones(application: Application, tokens: list[str]) -> list[Installation]:
    """Android phones that can be reached, each of a person of its own."""
    place = library_id(application.pk, "production")
    links = GCMDevice.objects.bulk_create(
        GCMDevice(registration_id=token, application_id=place) for token in tokens
    )
    return Installation.objects.bulk_create(
        builders.new_installation(
            person, link.registration_id, platform="android", gateway="fcm", gcm=link
        )
        for person, link in zip(people(application, len(tokens)), links, strict=True)
    )


def people(application: Application, count: int, preference: str = "") -> list[Person]:
    """So many people; ``preference`` is what each of them said, if anything."""
    made = Person.objects.bulk_create(
        builders.new_person(application=application) for _each in range(count)
    )
    if preference:
        Preference.objects.bulk_create(
            Preference(
                person=person, state=preference, changed_at=builders.NOW, source="test"
            )
            for person in made
        )
    return made
