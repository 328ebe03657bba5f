"""How one brand writes: names, words it avoids, and the sites that its links open."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application


class HouseStyleManager(models.Manager["HouseStyle"]):
    def of(self, application_id: int) -> "HouseStyle":
        """The application's own, or one that asks for nothing."""
        found = self.filter(application=application_id).first()
        return found or HouseStyle(application_id=application_id)


class HouseStyle(models.Model):
    """What a review holds texts and links against; empty lists ask for nothing.

    ``names`` are written exactly so, ``avoided`` not at all, whatever their case;
    ``sites`` are hosts such as "shop.example", with all below them. ``measured``:
    links of promotions carry utm parameters.
    """

    application = models.OneToOneField(
        Application,
        models.CASCADE,
        related_name="house_style",
        verbose_name=_("application"),
    )
    names = models.JSONField(_("names, written exactly so"), default=list, blank=True)
    avoided = models.JSONField(_("words to avoid"), default=list, blank=True)
    sites = models.JSONField(_("sites that links may open"), default=list, blank=True)
    measured = models.BooleanField(
        _("links of promotions carry utm parameters"), default=False
    )

    objects = HouseStyleManager()

    class Meta:
        verbose_name = _("house style")
        verbose_name_plural = _("house styles")

    def __str__(self) -> str:
        return str(self.application)
