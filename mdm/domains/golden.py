"""What every governed row is made of: its identity, its version, and the anchor of its history.

`save()` gives the row a new `head`; django-simple-history's row takes that id; the database checks
at commit that it exists (docs/adr/0005-anchored-history.md).
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from mdm import authorship
from mdm.domains.ids import uuid7


class Status(models.TextChoices):
    """The life of a governed row. Nothing is deleted; merged rows stay as redirects."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    BLOCKED = "blocked", "Blocked"
    RETIRED = "retired", "Retired"
    MERGED = "merged", "Merged"


LIVE = (Status.DRAFT, Status.ACTIVE, Status.BLOCKED)


class VersionFacts(models.Model):
    """What a history row says beside the values: who, why, by which change."""

    person = models.CharField(max_length=150, default=authorship.person)
    reason = models.TextField(default=authorship.reason)
    change = models.CharField(max_length=20, default=authorship.change, blank=True)
    correlation_id = models.UUIDField(default=authorship.correlation_id)

    class Meta:
        abstract = True


class AnchoredHistory(HistoricalRecords):
    """History rows that take their governed row's head as their id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            history_id_field=models.UUIDField(default=authorship.head, editable=False),
            excluded_fields=["head"],
            bases=[VersionFacts],
            **options,
        )

    def create_historical_record(self, instance: Any, history_type: str, using: Any = None) -> None:
        """Write the version's row under the head its governed row has just taken."""
        with authorship.anchored(instance.head_id):
            super().create_historical_record(instance, history_type, using)

    def get_history_user(self, instance: Any) -> AbstractBaseUser | None:
        """The signed-in person who acts, if it is a person."""
        user: AbstractBaseUser | None = authorship.current().user
        return user


def anchor(history_model: str) -> Any:
    """The unique, deferred foreign key from a governed row to its own newest history row."""
    return models.OneToOneField(
        f"mdm.{history_model}" if "." not in history_model else history_model,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )


class Governed(models.Model):
    """A row that only a change may write, one version at a time."""

    golden_id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    effective_from = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, **options: Any) -> None:
        """Write the row and, in the same transaction, the history row that proves it."""
        if update_fields is not None:
            update_fields = {*update_fields, "head", "updated_at"}
        with transaction.atomic():
            self.head_id: UUID = uuid7()
            super().save(*args, update_fields=update_fields, **options)


class GoldenRecord(Governed):
    """One thing the company does business with, held once."""

    merged_into = models.UUIDField(null=True, blank=True, db_index=True)
    extensions = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


def collection() -> Any:
    """A column that holds a collection's items as one document."""
    return models.JSONField(default=list, blank=True)
