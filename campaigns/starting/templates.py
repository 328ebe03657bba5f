"""Messages that a team keeps to begin with: the only writer of MessageTemplate."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.models import Campaign, MessageTemplate
from campaigns.models.drafts import NOT_SAID, usable
from campaigns.starting.refusals import Refused, require
from devices.models import AuditEvent

OF_ONE_CAMPAIGN = NOT_SAID | {
    "name",
    "tags",
    "application",
    "audience",
    "segment",
    "schedule",
    "updated_at",
}
"""What a message does not take along: whom it is for and when is chosen anew."""


def save(
    campaign: Campaign, *, name: str, description: str, user: User, at: datetime
) -> MessageTemplate:
    """Keep a campaign's message under a name. Raises Refused."""
    require(user, "add_messagetemplate")
    kept = _checked(name, description)
    try:
        with transaction.atomic():
            made = MessageTemplate.objects.create(
                application_id=campaign.application_id,
                fields=fields_of(campaign),
                saved_by=user,
                saved_at=at,
                **kept,
            )
            AuditEvent.objects.note(user, "template.saved", made, source=campaign.pk)
    except IntegrityError as taken:
        sentence = _("Another template has this name: choose a different one.")
        raise Refused(sentence, field="name") from taken
    return made


def replace(
    template: MessageTemplate, campaign: Campaign, *, user: User, at: datetime
) -> None:
    """Put a campaign's message in the place of a template's. Raises Refused."""
    require(user, "change_messagetemplate")
    mine = MessageTemplate.objects.filter(
        pk=template.pk, application=campaign.application_id, archived_at=None
    )
    if not mine.update(fields=fields_of(campaign), saved_by=user, saved_at=at):
        raise Refused(_("This template is not there any more."), field="replaces")
    AuditEvent.objects.note(user, "template.replaced", template, source=campaign.pk)


def archive(template: MessageTemplate, *, user: User, at: datetime) -> None:
    """Put it away: nothing begins with it any more. Raises Refused."""
    require(user, "change_messagetemplate")
    there = MessageTemplate.objects.filter(pk=template.pk, archived_at=None)
    if not there.update(archived_at=at):
        raise Refused(_("This template is not there any more."))
    AuditEvent.objects.note(user, "template.archived", template)


def begin(template: MessageTemplate, *, user: User) -> tuple[Campaign, list[str]]:
    """A draft with a template's message, and the fields whose rows are gone.

    Raises Refused.
    """
    require(user, "add_campaign")
    if template.archived_at is not None:
        raise Refused(_("This template is not there any more."))
    found, gone = usable(template.fields)
    with transaction.atomic():
        draft = Campaign.objects.create(
            application_id=template.application_id,
            name=template.name,
            owner=user,
            **as_columns(found),
        )
        AuditEvent.objects.note(user, "began", draft, template=template.pk)
    return draft, gone


def as_columns(fields: dict[str, Any]) -> dict[str, Any]:
    """The same under the names of columns, for a campaign to be made of."""
    return {
        Campaign._meta.get_field(name).attname: value  # type: ignore[union-attr]
        for name, value in fields.items()
    }


def fields_of(campaign: Campaign) -> dict[str, Any]:
    """What of a campaign is its message, by field."""
    return {
        each.name: each.value_from_object(campaign)
        for each in Campaign._meta.concrete_fields
        if each.name not in OF_ONE_CAMPAIGN
    }


def _checked(name: str, description: str) -> dict[str, str]:
    said = name.strip()
    if not 1 <= len(said) <= 120:
        raise Refused(_("Give it a name of 1 to 120 characters."), field="name")
    return {"name": said, "description": description.strip()[:300]}
