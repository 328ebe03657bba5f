"""Words that a check listens for, in English and in French, as regular expressions.

Judged by ear: they find what is worth a second look, never what is forbidden. Each
list is one alternation, matched on word borders without regard to case.
"""

import re


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


HEALTH = _words(
    *("diagnos\\w*", "pregnan\\w*", "hiv", "cancer", "diabetes", "depression"),
    *("prescription\\w*", "medication\\w*", "blood test", "test results?", "therapy"),
    *("medical", "std", "clinic", "disease", "addiction", "fertility"),
    *("enceinte", "grossesse", "vih", "diabète", "dépression", "ordonnances?"),
    *("traitement médical", "résultats? d[’']analyses?", "maladies?", "médicaments?"),
    *("thérapie", "clinique", "analyse de sang", "fertilité", "médicale?s?"),
)
MONEY = _words(
    *("balance", "overdraft", "overdue", "unpaid", "debts?", "loans?", "salary"),
    *("payment failed", "bank account", "credit card", "credit score", "mortgage"),
    *("solde", "découvert", "impayée?s?", "dettes?", "prêts?", "salaire"),
    *("paiement (?:refusé|échoué)", "compte bancaire", "carte bancaire"),
    *("crédit immobilier", "virement"),
)
OFFER = _words(
    *("sales?", "discounts?", "promo\\w*", "offers?", "deals?", "coupons?"),
    *("vouchers?", "save \\d+ ?%", "\\d+ ?% off", "black friday", "free shipping"),
    *("buy now", "shop now", "special price"),
    *("soldes", "remises?", "réductions?", "offres?", "bons? plans?"),
    *("codes? promo", "livraison (?:offerte|gratuite)", "prix (?:spécial|cassés?)"),
    *("ventes? privées?", "\\d+ ?% de (?:remise|réduction)"),
)
PERCENT_OFF = re.compile(r"[-−]\s?\d{1,2}\s?%")
URGENT = _words(
    *("urgent\\w*", "act now", "last chance", "hurry", "don[’']t wait"),
    *("immediately", "before it[’']s too late", "final (?:notice|warning)", "asap"),
    *(
        "urgence",
        "dernière chance",
        "vite",
        "dépêchez-vous",
        "n[’']attendez (?:pas|plus)",
    ),
    *("immédiatement", "avant qu[’']il ne soit trop tard", "dernier (?:avis|rappel)"),
)
SOON_OVER = _words(
    *("today(?: only)?", "tonight", "until midnight", "ends? in \\d+ hours?"),
    *("this (?:morning|afternoon|evening)", "flash sale", "ends? today"),
    *("aujourd[’']hui(?: seulement)?", "ce soir", "jusqu[’']à minuit"),
    *("ce (?:matin|midi)", "cet après-midi", "vente flash", "dans \\d+ heures?"),
)
CLICKBAIT = _words(
    *(
        "you won[’']t believe",
        "this one (?:trick|secret)",
        "shocking",
        "what happens next",
    ),
    *("guess what", "doctors hate", "the secret of", "can[’']t miss this"),
    *("vous n[’']allez pas (?:le )?croire", "incroyable mais vrai", "choquant"),
    *(
        "vous ne devinerez jamais",
        "le secret (?:de|pour)",
        "à ne (?:surtout )?pas rater",
    ),
)
ALARM = _words(
    *("virus(?:es)?", "infected", "hacked", "malware", "update required"),
    *("your (?:phone|device|account) (?:is|has been|was) \\w+", "security alert"),
    *(
        "battery (?:is )?(?:low|damaged)",
        "storage (?:is )?full",
        "system (?:alert|update)",
    ),
    *("infectée?s?", "piratée?s?", "mise à jour (?:requise|obligatoire|système)"),
    *("alerte (?:de )?sécurité", "batterie (?:faible|endommagée)", "mémoire pleine"),
    *("votre (?:téléphone|appareil|compte) (?:est|a été) \\w+",),
)

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w/.-])\+?(?:\d[\s.()-]?){8,14}\d(?![\w/-])")
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
CODE = re.compile(
    r"(?:\b(?:code|pin|otp|mot de passe|password)\b\W{0,12})(?=\w*\d)\w{4,10}\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"(?:[$€£¥]|\b(?:EUR|USD|GBP|CHF)\b)\s?\d[\d\s.,]*|\d[\d\s.,]*\s?(?:[$€£¥]|\b(?:EUR|USD|GBP|CHF)\b)"
)
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]"
)
NAMES_OF_PEOPLE = re.compile(
    r"(?:last|family|full|sur|maiden)_?names?|nom(?:_de_famille|_complet)?|surname"
    r"|email\w*|e_mail|courriel|phone\w*|mobile|telephone|address\w*|adresse\w*"
    r"|birth\w*|date_of_birth|naissance|iban|ssn|passport\w*|balance|solde|salary"
    r"|diagnos\w*|health\w*|sante",
    re.IGNORECASE,
)
"""Attributes whose value tells who somebody is, or what is nobody else's business."""
