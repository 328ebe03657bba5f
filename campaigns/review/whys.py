"""Why each check is made, in one sentence for whoever has to decide."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOCKED = _("Phones lie on tables: a locked screen is read by others.")
READ_AS_SPAM = _(
    "Messages that shout are switched off, and nobody who did that hears of the next."
)

WHYS: dict[str, Promise] = {
    "cut": _("Many people read only what the closed message shows."),
    "missing": _("They get nothing, though somebody meant them to."),
    "broken": _("They get nothing, and only the results would have said so."),
    "heavy": _("Push services refuse what is over their limit, for that person alone."),
    "language.outdated": _("Its people would read what is not true any more."),
    "language.empty": _("A tab that is empty promises what nobody gets."),
    "language.unspoken": _("A message that is not understood is a message too many."),
    "picture.small": _("A blurred picture speaks badly of what it shows."),
    "picture.weight": _("Your server may be too slow for all of them at once."),
    "picture.unseen": _("What only the picture says is lost on these screens."),
    "rights": _("Showing it later may cost a licence or a lawsuit."),
    "alike": _("Two groups that get the same say nothing about either message."),
    "shares": _("Who got one variant and then another can be counted for neither."),
    "audience.share": _(
        "A message that is for everybody is rarely of use to each of them."
    ),
    "audience.usual": _("A segment that grew by mistake looks like this."),
    "audience.slow": _("What could not be counted cannot be promised."),
    "key.unchecked": _("A key that does not work stops the whole run at its start."),
    "key.ending": _("A campaign that recurs stops on the day when the key does."),
    "key.absent": _("Whoever has such a device hears nothing from you."),
    "key.elsewhere": _("A key for one of the two worlds opens nothing in the other."),
    "test": _("A phone shows what no preview can: sounds, links, the app behind."),
    "use_case": _("It was made for one purpose and may not fit another."),
    "topic": _("Whoever switched a subject off gets this message all the same."),
    "slow": _("The last ones get old news."),
    "tokens": _("Push services slow down whoever sends to devices that are gone."),
    "repeated": _("The same words twice are taken for a mistake, or for spam."),
    "crowded": _("Two messages on one day are the first reason to switch off."),
    "destination": _("A tap that opens something else than was promised is lost."),
    "links.broken": _("A tap leads nowhere, and each one after the first is lost."),
    "links.signin": _("People meet a sign-in instead of what they were promised."),
    "links.site": _("A mistyped site may belong to somebody else."),
    "links.unmeasured": _("Without it your analytics count these visits as direct."),
    "links.unchecked": _("A link that is mistyped is found by the people first."),
    "links.store": _(
        "Apple’s rules 3.2.2 and 4.10 forbid messages that sell other apps."
    ),
    "private": LOCKED,
    "fit.share": _("Most of those who should know would not hear of it."),
    "fit.long": _("A push is glanced at for seconds; a long text belongs elsewhere."),
    "fit.desktop": _("Browsers show it while they are open, and for a short time."),
    "honest.lifetime": _("Whoever comes back late reads of an offer that is over."),
    "honest.urgent": _("What is always urgent is never believed."),
    "purpose.offer": _(
        "Offers under another name reach people who refused them: Apple’s rule 4.5.4 "
        "and privacy law forbid it."
    ),
    "style.capitals": READ_AS_SPAM,
    "style.exclamation": READ_AS_SPAM,
    "style.emoji": READ_AS_SPAM,
    "style.emoji_only": _("Screen readers say nothing useful, and old phones nothing."),
    "style.clickbait": _("A promise that the page does not keep is remembered."),
    "style.name": _("A name is written in one way everywhere."),
    "style.avoided": _("Your house style asks not to say this."),
    "style.alarm": _("Google Play removes apps whose messages imitate the system’s."),
    "option.silent": _("Browsers end the subscriptions of sites that stay silent."),
    "option.critical": _("Apple allows it to few apps, for safety and health alone."),
    "option.level": _("Apple asks to keep that for what cannot wait."),
    "option.unknown": _("A name that the app does not know does nothing, unnoticed."),
    "option.undrawn": _("What is written there reaches nobody’s eyes."),
    "option.renotify": _("Browsers ignore it, or show nothing at all."),
    "option.badge": _("A number that nobody can bring to zero is switched off."),
    "option.untranslated": _("A button that is not understood is not pressed."),
    "option.leafing": _("A card that is not understood is not opened."),
    "option.room": _("A button that ends in dots does not say what it does."),
    "buttons.many": _("Browsers show two buttons and leave the others out."),
}
"""By the code of the check. One that is not here says why in its own sentence."""
