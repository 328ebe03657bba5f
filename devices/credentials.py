"""The django-push-notifications CONFIG manager that reads Credential."""


class LibraryConfig:
    """Answers the library's questions from our rows, lazily."""
