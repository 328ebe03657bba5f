"""What becomes of a value before it stands in a message."""

from types import SimpleNamespace

from campaigns.content import values


def test_a_built_in_field_hides_an_attribute_of_the_same_name() -> None:
    somebody = SimpleNamespace(
        attributes={"country": "Nowhere", "city": "Lyon"},
        country="FR",
        locale="fr",
        zone="Europe/Paris",
    )
    told = values.of_person(somebody)
    assert (told["country"], told["city"]) == ("FR", "Lyon")
