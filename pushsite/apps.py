"""The composition root's application."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _
from django_celery_beat.apps import BeatConfig
from push_notifications.apps import PushNotificationsConfig


class PushsiteConfig(AppConfig):
    name = "pushsite"
    verbose_name = _("Pushsite")


class AdminConfig(DjangoAdminConfig):
    default_site = "pushsite.adminsite.PushsiteAdminSite"


class SignInConfig(AxesConfig):
    verbose_name = _("Sign-in protection")


class TokensConfig(PushNotificationsConfig):
    verbose_name = _("Push tokens")


class ClockworkConfig(BeatConfig):
    verbose_name = _("Clockwork")
