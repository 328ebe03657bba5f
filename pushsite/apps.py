"""The composition root's application."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class PushsiteConfig(AppConfig):
    name = "pushsite"
    verbose_name = _("Pushsite")


class AdminConfig(DjangoAdminConfig):
    default_site = "pushsite.adminsite.PushsiteAdminSite"
