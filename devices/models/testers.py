"""How a device of our own staff comes to be one that tests reach."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .installations import Installation


class Pairing(models.Model):
    """A code that makes the device on which it is typed somebody's test device.

    Kept as a keyed hash: whoever had the code would read messages before all others.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="pairings"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pairings"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True)
    installation = models.ForeignKey(
        Installation, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"


class TestGroup(models.Model):
    """A named set of test devices, and of colleagues with all of theirs.

    Being in a group enrols nothing: what is no test device any more gets no test.
    """

    __test__ = False

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="test_groups",
        verbose_name=_("application"),
    )
    name = models.CharField(_("name"), max_length=80)
    devices = models.ManyToManyField(
        Installation,
        related_name="test_groups",
        blank=True,
        verbose_name=_("devices"),
    )
    colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="test_groups",
        blank=True,
        verbose_name=_("colleagues"),
    )

    class Meta:
        verbose_name = _("test group")
        verbose_name_plural = _("test groups")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"], name="one_test_group_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
