"""Values of which only some may be given, and small numbers: what may be chosen."""

from django.utils.translation import gettext_noop as N_
from push_notifications.models import BROWSER_TYPES

from campaigns.models import variants

from .values import TEXT, Value, fits, list_of, one_of, pair, whole

_count = whole(0, 100, N_("give a number from %(low)d to %(high)d."))
_years = whole(0, 150, N_("give a number of years from %(low)d to %(high)d."))

_messages = whole(1, 20, N_("give a number of messages from %(low)d to %(high)d."))

COUNT = Value(widget="count", read=_count)
MESSAGES = Value(widget="messages", read=_messages)
YEARS = Value(widget="years", read=_years)
AGES = Value(widget="ages", read=pair(_years), to_json=list)

BROWSER_NAMES = {key.lower(): name for key, name in BROWSER_TYPES}
"""The browsers that the library knows, as people call them."""

BROWSERS = Value(
    widget="choices",
    read=list_of(one_of(BROWSER_NAMES, N_("choose among the browsers."))),
    to_json=list,
    choices=tuple(BROWSER_NAMES.items()),
)
VARIANTS = Value(
    widget="choices",
    read=list_of(one_of(variants.KEYS, N_("choose among the variants."))),
    to_json=list,
    choices=tuple((key, key) for key in variants.KEYS),
)
PRIMER = Value(widget="primer", read=fits("[0-9]{1,18}", N_("choose a primer.")))
LIST = Value(widget="list", read=fits("[0-9]{1,18}", N_("choose a list.")))
TAG = Value(widget="tag", read=TEXT.read)
