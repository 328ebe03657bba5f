"""Members of staff in the roles that the migration makes, signed in."""

from django.contrib.auth.models import Group
from django.test import Client

from tests import builders


def signed_in(*roles: str, **changes: object) -> Client:
    """A browser in which a new member of these roles is signed in."""
    user = builders.user(**changes)
    for role in roles:
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    client.user = user
    return client
