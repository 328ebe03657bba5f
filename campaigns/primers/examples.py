"""Three primers to begin with: whole, in English and French, to be changed."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models.primers import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """``fields`` are those of drafts.EDITABLE; ``purpose`` says when it fits."""

    key: str
    name: str | Promise
    purpose: str | Promise
    icon: str
    fields: dict[str, Any]


BLOCKED = {
    "blocked": (
        "Messages from us are switched off on this device. You can switch them on "
        "again in its settings."
    ),
    "settings": "Open the settings",
}
BLOCKED_IN_FRENCH = {
    "blocked": (
        "Nos messages sont désactivés sur cet appareil. Vous pouvez les réactiver "
        "dans ses réglages."
    ),
    "settings": "Ouvrir les réglages",
}
LATER, LATER_IN_FRENCH = "Not now", "Plus tard"

EXAMPLES = {
    each.key: each
    for each in (
        Example(
            key="news",
            name=_("News"),
            purpose=_("After somebody read a third article: they like what you write."),
            icon="newspaper",
            fields={
                "event": "article_read",
                "minimum_sessions": 3,
                "title": "Be the first to know",
                "text": "We write when something matters, twice a week at most.",
                "benefits": ["Only the subjects you choose", "One tap ends it"],
                "accept": "Allow messages",
                "later": LATER,
                **BLOCKED,
                "translations": [
                    {
                        "locale": "fr",
                        "title": "Soyez au courant en premier",
                        "text": (
                            "Nous écrivons quand c’est important, deux fois par "
                            "semaine au plus."
                        ),
                        "benefits": [
                            "Seulement les sujets de votre choix",
                            "Un geste suffit pour arrêter",
                        ],
                        "accept": "Autoriser les messages",
                        "later": LATER_IN_FRENCH,
                        **BLOCKED_IN_FRENCH,
                    }
                ],
            },
        ),
        Example(
            key="orders",
            name=_("Order updates"),
            purpose=_("Right after the first order: where is my parcel?"),
            icon="local_shipping",
            fields={
                "purpose": Need.TRANSACTIONAL,
                "event": "order_placed",
                "skips_first_session": False,
                "title": "Know where your order is",
                "text": "We tell you when it leaves and when it arrives.",
                "benefits": ["The parcel’s way, step by step", "No advertising"],
                "accept": "Keep me posted",
                "later": LATER,
                **BLOCKED,
                "translations": [
                    {
                        "locale": "fr",
                        "title": "Suivez votre commande",
                        "text": (
                            "Nous vous disons quand elle part et quand elle arrive."
                        ),
                        "benefits": [
                            "Le trajet du colis, étape par étape",
                            "Aucune publicité",
                        ],
                        "accept": "Me tenir au courant",
                        "later": LATER_IN_FRENCH,
                        **BLOCKED_IN_FRENCH,
                    }
                ],
            },
        ),
        Example(
            key="prices",
            name=_("Price alerts"),
            purpose=_("When somebody asks to be told that an item gets cheaper."),
            icon="sell",
            fields={
                "event": "price_alert",
                "skips_first_session": False,
                "title": "Never miss a lower price",
                "text": "We write the moment something you look at gets cheaper.",
                "benefits": ["Only what you looked at", "About twice a month"],
                "accept": "Tell me",
                "later": LATER,
                **BLOCKED,
                "translations": [
                    {
                        "locale": "fr",
                        "title": "Ne manquez aucune baisse de prix",
                        "text": (
                            "Nous vous écrivons dès que le prix d’un article que vous "
                            "regardez baisse."
                        ),
                        "benefits": [
                            "Seulement ce que vous avez regardé",
                            "Environ deux fois par mois",
                        ],
                        "accept": "Me prévenir",
                        "later": LATER_IN_FRENCH,
                        **BLOCKED_IN_FRENCH,
                    }
                ],
            },
        ),
    )
}
