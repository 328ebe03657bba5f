"""The composition root: it plugs the packages together, and nobody imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
