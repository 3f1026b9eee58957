"""Files that come in: the run, and the column mapping remembered per system."""

from django.conf import settings
from django.db import models

from mdm.domains.ids import uuid7
from mdm.models.source import System


class ImportMapping(models.Model):
    """Which column of a system's file means which attribute; remembered from the last run."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    domain = models.CharField(max_length=40)
    columns = models.JSONField(
        default=dict
    )  # header -> path or "" (left out); the key column is "key"
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "domain"], name="mapping_once_per_system")
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.domain}"


class ImportRun(models.Model):
    """One file on its way in: uploaded, mapped, checked, previewed, run."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        PREVIEWED = "previewed", "Ready to run"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    domain = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()  # the file as it came, sealed; none where it was refused
    content_hash = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    counts = models.JSONField(default=dict)  # rows, new, changed, unchanged, duplicate, refused
    preview = models.JSONField(default=dict)
    result = models.BinaryField(null=True, blank=True)  # CSV: the rows, what became of each
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    change = models.ForeignKey(
        "mdm.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
