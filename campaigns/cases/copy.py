"""The words of each use case, in English and French, to be changed.

They are a message, not words of the page: whoever begins gets both languages.
"""

from campaigns.cases.case import Copy

HELLO = '{{ first_name | default: "there" }}'


def _both(english: tuple[str, str], french: tuple[str, str]) -> dict[str, Copy]:
    return {
        "en": Copy(title=english[0], body=english[1]),
        "fr": Copy(title=french[0], body=french[1]),
    }


ONBOARDING = _both(
    ("One step to go", f"Hello {HELLO}, finish setting up: it takes a minute."),
    (
        "Plus qu’une étape",
        "Terminez votre installation\u202f: cela prend une minute.",
    ),
)
FIRST_PURCHASE = _both(
    ("Found something you like?", "What you looked at is still here. Have a look."),
    (
        "Une envie en tête\u202f?",
        "Ce que vous avez regardé est toujours là. Venez voir.",
    ),
)
NEW_FEATURE = _both(
    ("New in the app", "Something that you asked for is here. Try it today."),
    (
        "Du nouveau dans l’app",
        "Ce que vous demandiez est arrivé. Essayez-le aujourd’hui.",
    ),
)
OFFER = _both(
    ("A few hours only", "The offer ends tonight. See what is left."),
    (
        "Quelques heures seulement",
        "L’offre se termine ce soir. Voyez ce qu’il reste.",
    ),
)
STREAK = _both(
    ("Keep it going", "You were here yesterday. Today counts until midnight."),
    (
        "Ne vous arrêtez pas là",
        "Vous étiez là hier. Aujourd’hui compte jusqu’à minuit.",
    ),
)
URGENT = _both(
    ("Service interrupted", "We are working on it. We write again when it is over."),
    (
        "Service interrompu",
        "Nous y travaillons. Nous vous écrirons dès que c’est terminé.",
    ),
)
UPDATE = _both(
    ("Your order is on its way", "It arrives today. Follow it here."),
    (
        "Votre commande est en route",
        "Elle arrive aujourd’hui. Suivez-la ici.",
    ),
)
CART = _both(
    ("Still in your cart", "We kept it for you. Finish when you like."),
    (
        "Toujours dans votre panier",
        "Nous l’avons gardé pour vous. Terminez quand vous voulez.",
    ),
)
SMS = _both(
    ("Your appointment", "It is confirmed for tomorrow. Details are in the app."),
    (
        "Votre rendez-vous",
        "Il est confirmé pour demain. Les détails sont dans l’app.",
    ),
)
REMINDER = _both(
    ("Soon", f"Hello {HELLO}, your date is near. Everything is ready here."),
    (
        "C’est pour bientôt",
        "Votre date approche. Tout est prêt ici.",
    ),
)
LAPSING = _both(
    ("We kept your place", "See what changed since your last visit."),
    (
        "Votre place vous attend",
        "Voyez ce qui a changé depuis votre dernière visite.",
    ),
)
