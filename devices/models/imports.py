"""Files of people and devices that are brought in, and what is needed to undo it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices import said

from .applications import Application

UNDO_FOR = timedelta(days=7)
"""How long an import can be undone; then its lines are deleted too."""


class ImportState(models.TextChoices):
    """Where an import stands; those in WORKED_ON have a task."""

    NAMING = "naming", _("Columns are being named")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing is changed yet")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Refused")


WORKED_ON = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)


class Import(models.Model):
    """One file, from the upload to the undo.

    ``columns`` are its headings and ``examples`` its first rows; ``mapping`` has a
    target for each column (devices.imports.targets) and ``options`` what was ticked.
    ``offset`` (bytes of the file) and ``cursor`` (numbers of lines) are how far the
    task has come; ``tally`` is the JSON of devices.imports.tally.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    shape = models.CharField(_("format"), max_length=24)
    encoding = models.CharField(max_length=24, default="utf-8")
    delimiter = models.CharField(max_length=1, default=",")
    bytes = models.BigIntegerField(default=0)
    columns = models.JSONField(default=list)
    examples = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState, default=ImportState.NAMING
    )
    offset = models.BigIntegerField(default=0)
    file_line = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    tally = models.JSONField(default=dict)
    trouble = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"))
    touched_at = models.DateTimeField()
    """When a task last wrote: one that is silent for long is rung again."""
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "touched_at"], name="import_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """The trouble, in the reader's language."""
        return said.shown(self.trouble)

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at and self.finished_at + UNDO_FOR


class ImportChunk(models.Model):
    """A piece of the file as it was uploaded; gone when the file has been read."""

    upload = models.ForeignKey(Import, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="one_chunk")
        ]

    def __str__(self) -> str:
        return str(self.number)


class ImportLine(models.Model):
    """One row of the file in our spelling, or why it was refused (``why``).

    ``number`` counts rows, ``line`` the lines of the file. ``same_as`` is the number
    of the first row about the same person, which holds what all of them say.
    """

    pk = models.CompositePrimaryKey("upload_id", "number")
    upload = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.IntegerField()
    line = models.IntegerField()
    why = models.TextField(blank=True)
    device_why = models.TextField(blank=True, default="", db_default="")
    external_id = models.TextField(null=True)  # noqa: DJ001
    attributes = models.JSONField(default=dict)
    locale = models.TextField(blank=True)
    country = models.TextField(blank=True)
    zone = models.TextField(blank=True)
    made_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True)
    topics = models.JSONField(null=True)
    device = models.JSONField(null=True)
    token_hash = models.BinaryField(null=True, max_length=32)
    same_as = models.IntegerField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.line)

    @property
    def said(self) -> str:
        """Why it, or its device, was left out, in the reader's language."""
        return said.shown(self.why or self.device_why)


class ImportChange(models.Model):
    """What one row changed: enough to put it back where nothing came since."""

    upload = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    number = models.IntegerField()
    kind = models.CharField(max_length=12)
    person_id = models.BigIntegerField()
    installation_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["upload", "id"], name="import_change")]

    def __str__(self) -> str:
        return self.kind
