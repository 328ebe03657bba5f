"""Who can hear us, what they agreed to, and how to reach them."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DevicesConfig(AppConfig):
    name = "devices"
    verbose_name = _("Devices")

    def ready(self) -> None:
        importlib.import_module("devices.checks")
