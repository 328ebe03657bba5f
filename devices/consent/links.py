"""The address of a person's own page of choices: whoever has it may choose for them."""

from django.core import signing

from devices.models import Person

SALT = "devices.consent.links"
SIGNER = signing.Signer(salt=SALT, sep=".")
LONGEST = 100


def token(person: Person) -> str:
    """Names one person, signed. It ends when they are erased, and never by itself:
    the way out of an old message must still work."""
    return SIGNER.sign(str(person.pk))


def person_of(given: str) -> Person | None:
    """Whose page it is; somebody who was merged has the page of who they are now."""
    if len(given) > LONGEST:
        return None
    try:
        pk = int(SIGNER.unsign(given))
    except (signing.BadSignature, ValueError):
        return None
    rows = Person.objects.select_related("application", "merged_into__application")
    found = rows.filter(pk=pk).first()
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return None if found is None or found.erased_at is not None else found
