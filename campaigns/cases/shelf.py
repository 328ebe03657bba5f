"""The use cases themselves, in the order of the page."""

from django.utils.translation import gettext_lazy as _

from campaigns.cases import copy, rules
from campaigns.cases.case import DAY, HOUR, Ask, Case
from campaigns.models.campaigns import Purpose

DAILY = {"frequency": "daily", "interval": 1}
WEEKLY = {"frequency": "weekly", "interval": 1, "weekdays": ["thursday"]}
PURCHASE = Ask(
    key="purchase",
    label=_("Event of a purchase"),
    kind="event",
    usual="purchase",
)
LOOK_AT_SEGMENT = _("Look at how many people match before you launch.")

CASES = {
    each.key: each
    for each in (
        Case(
            key="onboarding",
            row="F1",
            name=_("First steps"),
            purpose=_("They signed up 1, 3 or 7 days ago, and a key step is missing."),
            icon="rocket_launch",
            copy=copy.ONBOARDING,
            audience=_("First steps not done"),
            rule=rules.onboarding,
            asks=(
                Ask(
                    key="step",
                    label=_("Event of the key step"),
                    kind="event",
                    usual="onboarding_done",
                ),
            ),
            every=DAILY,
            wall="17:00",
            ttl=DAY,
            advice=(
                _("Whoever does the step gets no further message."),
                _("Lead the tap to the step itself, not to the home screen."),
                LOOK_AT_SEGMENT,
            ),
        ),
        Case(
            key="first_purchase",
            row="F2",
            name=_("First purchase"),
            purpose=_("They come back to look, and never bought."),
            icon="shopping_bag",
            copy=copy.FIRST_PURCHASE,
            audience=_("Active, never bought"),
            rule=rules.first_purchase,
            asks=(PURCHASE,),
            every=WEEKLY,
            wall="18:00",
            ttl=DAY,
            advice=(
                _("A purchase is what counts: see the events in the results."),
                _("Do not begin with a discount: many would buy without one."),
                LOOK_AT_SEGMENT,
            ),
        ),
        Case(
            key="new_feature",
            row="F3",
            name=_("New feature"),
            purpose=_("Their app is older, or they never used what is new."),
            icon="new_releases",
            copy=copy.NEW_FEATURE,
            audience=_("Did not use the new feature"),
            rule=rules.new_feature,
            asks=(
                Ask(
                    key="version",
                    label=_("App version that has it"),
                    kind="version",
                    usual="2.0",
                ),
                Ask(
                    key="feature",
                    label=_("Event of using it"),
                    kind="event",
                    usual="feature_used",
                ),
            ),
            ttl=3 * DAY,
            advice=(
                _("An older app opens its store page: say so in the text."),
                _("Name the one thing that it does for them."),
            ),
        ),
        Case(
            key="offer",
            row="F4",
            name=_("Offer that ends soon"),
            purpose=_("Worth showing for some hours only; later it is not shown."),
            icon="timer",
            copy=copy.OFFER,
            audience=_("Seen in the last 30 days"),
            rule=rules.offer,
            asks=(
                Ask(
                    key="hours",
                    label=_("Hours until the offer ends"),
                    kind="hours",
                    usual="6",
                ),
            ),
            ttl_hours="hours",
            advice=(
                _("Phones that are off until the end never show it."),
                _("Send it when people are awake: half of the time is lost at night."),
            ),
        ),
        Case(
            key="streak",
            row="F4",
            name=_("Streak at risk"),
            purpose=_("They came every day, and today is not over yet."),
            icon="local_fire_department",
            copy=copy.STREAK,
            audience=_("Streak at risk"),
            rule=rules.streak,
            asks=(
                Ask(
                    key="habit",
                    label=_("Event of the daily habit"),
                    kind="event",
                    usual="lesson_done",
                ),
            ),
            every=DAILY,
            wall="19:00",
            ttl=4 * HOUR,
            advice=(
                _("It ends at midnight: keep it valid for four hours at most."),
                _("Let people switch it off: give it a topic of its own."),
            ),
        ),
        Case(
            key="urgent",
            row="F5",
            name=_("Urgent alert"),
            purpose=_("An outage or a matter of security, to everybody at once."),
            icon="e911_emergency",
            copy=copy.URGENT,
            ttl=6 * HOUR,
            kind=Purpose.TRANSACTIONAL,
            advice=(
                _("No offer in it: it reaches people as their own matter."),
                _("Say what happened, whom it concerns, and when you write again."),
                _("Only the countdown lies between the launch and the first phone."),
            ),
        ),
        Case(
            key="update",
            row="F6",
            name=_("Update as it happens"),
            purpose=_("An order or a score: each message replaces the one before."),
            icon="local_shipping",
            copy=copy.UPDATE,
            ttl=HOUR,
            kind=Purpose.TRANSACTIONAL,
            waits_for=_(
                "Your own system has to start each message for one person. Pushsite "
                "cannot be asked to do that yet: campaigns start by hand or by a "
                "schedule."
            ),
        ),
        Case(
            key="cart",
            row="F7",
            name=_("Left in the cart"),
            purpose=_("Something is in the cart since yesterday, and not bought."),
            icon="shopping_cart",
            copy=copy.CART,
            audience=_("Cart left since yesterday"),
            rule=rules.cart,
            asks=(
                Ask(
                    key="cart",
                    label=_("Event of adding to the cart"),
                    kind="event",
                    usual="add_to_cart",
                ),
                PURCHASE,
            ),
            every=DAILY,
            wall="18:30",
            ttl=12 * HOUR,
            advice=(
                _("It goes once a day to those of the last day, not minutes after."),
                _("Lead the tap to the cart."),
                LOOK_AT_SEGMENT,
            ),
        ),
        Case(
            key="sms",
            row="F8",
            name=_("Instead of a paid text message"),
            purpose=_("What you send by SMS today, to those who have the app."),
            icon="sms",
            copy=copy.SMS,
            kind=Purpose.TRANSACTIONAL,
            waits_for=_(
                "What sends your SMS now has to start it, and Pushsite cannot be asked "
                "to do that yet. For a date that you know, take “Reminder of a "
                "date”."
            ),
        ),
        Case(
            key="reminder",
            row="F10",
            name=_("Reminder of a date"),
            purpose=_("An appointment or a renewal that each person has."),
            icon="event_upcoming",
            copy=copy.REMINDER,
            audience=_("Date coming up"),
            rule=rules.reminder,
            asks=(
                Ask(
                    key="date",
                    label=_("Attribute with the date"),
                    kind="attribute",
                    usual="renewal_date",
                ),
                Ask(
                    key="days",
                    label=_("Days before it"),
                    kind="days",
                    usual="3",
                ),
            ),
            every=DAILY,
            wall="09:00",
            ttl=DAY,
            advice=(
                _("Whoever has no such date is never asked."),
                _("Choose “Transactional” only if people asked to be reminded."),
            ),
        ),
        Case(
            key="lapsing",
            row="F11",
            name=_("Come back"),
            purpose=_(
                "Not seen for 7, 14 and 30 days; after that they are left alone."
            ),
            icon="waving_hand",
            copy=copy.LAPSING,
            audience=_("Away for 7, 14 or 30 days"),
            rule=rules.lapsing,
            every=DAILY,
            wall="18:00",
            ttl=2 * DAY,
            advice=(
                _("Three messages in a month are the most that one person gets."),
                _("Say what is new: “we miss you” is no reason to come."),
                LOOK_AT_SEGMENT,
            ),
        ),
        Case(
            key="primer",
            row="F12",
            name=_("Ask before the system asks"),
            purpose=_("A primer in the app: “not now” costs you nothing."),
            icon="front_hand",
            elsewhere="admin:campaigns_primer_add",
        ),
    )
}
