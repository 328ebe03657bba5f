"""Whom each use case is for, as the JSON that campaigns.audience.rules reads."""

from typing import Any

from campaigns.cases.case import Answers

Json = dict[str, Any]


def _all(*rules: Json) -> Json:
    return {"match": "all", "rules": list(rules)}


def _any(*rules: Json) -> Json:
    return {"match": "any", "rules": list(rules)}


def _none(*rules: Json) -> Json:
    return {"match": "none", "rules": list(rules)}


def _whole(rule: Json) -> Json:
    return {"version": 1, **rule}


def _is(field: str, operator: str, value: Any = None, name: str = "") -> Json:
    kept: Json = {"field": field, "operator": operator}
    kept |= {"name": name} if name else {}
    return kept if value is None else kept | {"value": value}


def _day_of(field: str, days: int) -> Json:
    """Between so many days ago and a day more: once for whoever asks every day."""
    return _all(
        _is(field, "more_than_days_ago", days), _is(field, "in_last_days", days + 1)
    )


def _did(event: str, days: int | None = None) -> Json:
    return _is("event", "did", {"times": 1, "days": days}, event)


def _did_not(event: str, days: int | None = None) -> Json:
    return _is("event", "did_not", {"times": 1, "days": days}, event)


def onboarding(answers: Answers) -> Json:
    """New for 1, 3 or 7 days, and the key step is not done: doing it is the exit."""
    days = _any(*(_day_of("created", each) for each in (1, 3, 7)))
    return _whole(_all(days, _did_not(answers["step"])))


def first_purchase(answers: Answers) -> Json:
    """Known for three days, here lately, and never bought."""
    return _whole(
        _all(
            _is("created", "more_than_days_ago", 3),
            _is("last_seen", "in_last_days", 14),
            _did_not(answers["purchase"]),
        )
    )


def new_feature(answers: Answers) -> Json:
    """An older app, or a newer one in which the feature was never used."""
    older = _is("app_version", "below", answers["version"])
    return _whole(_any(older, _did_not(answers["feature"])))


def offer(answers: Answers) -> Json:
    """Seen in the last month: an offer of some hours is for those who look."""
    return _whole(_all(_is("last_seen", "in_last_days", 30)))


def streak(answers: Answers) -> Json:
    """Did it in the two days before, and not in the last twenty hours or so."""
    return _whole(_all(_did(answers["habit"], 2), _did_not(answers["habit"], 1)))


def cart(answers: Answers) -> Json:
    """Put something into the cart since yesterday, and did not buy since."""
    return _whole(_all(_did(answers["cart"], 1), _did_not(answers["purchase"], 1)))


def reminder(answers: Answers) -> Json:
    """A date of the person is exactly so many days away."""
    days, name = int(answers["days"]), answers["date"]
    nearer = _is("attribute.date", "in_next_days", days - 1, name)
    wanted = _is("attribute.date", "in_next_days", days, name)
    return _whole(_all(wanted, _none(nearer)))


def lapsing(answers: Answers) -> Json:
    """Not seen for 7, 14 or 30 days; after the third time nobody asks again."""
    return _whole(_any(*(_day_of("last_seen", each) for each in (7, 14, 30))))
