"""Change requests: patches to subjects, their authors, what machines and people say."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F

from mdm.domains.ids import uuid7
from mdm.models.source import SourceRevision


class Change(models.Model):
    """One request: one or more parts that are reviewed together."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Awaiting review"
        ASKED = "asked", "Changes asked for"
        APPROVED = "approved", "Approved"
        COOLING = "cooling", "Cooling off"
        SCHEDULED = "scheduled", "Scheduled"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        PARTLY_APPLIED = "partly_applied", "Partly applied"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CONFLICTED = "conflicted", "In conflict"

    OPEN = (
        State.SUBMITTED,
        State.ASKED,
        State.APPROVED,
        State.COOLING,
        State.SCHEDULED,
        State.APPLYING,
        State.CONFLICTED,
    )

    class Channel(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"
        IMPORT = "import", "Import"
        COMMAND = "command", "Command"
        MATCH = "match", "Duplicate review"
        RULES = "rules", "Survivorship rules"
        CLOCK = "clock", "Passing of time"

    class Risk(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)  # CR-1042
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    state = models.CharField(
        max_length=15, choices=State.choices, default=State.DRAFT, db_index=True
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PAGE)
    domain = models.CharField(max_length=40, blank=True)  # of its parts, "" when they differ
    is_atomic = models.BooleanField(default=True)
    risk = models.CharField(max_length=6, choices=Risk.choices, default=Risk.LOW)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    correlation_id = models.UUIDField(default=uuid7)
    effective_from = models.DateField(null=True, blank=True)  # none: the day it is applied
    content_hash = models.CharField(max_length=64, blank=True)
    policy = models.JSONField(default=dict)  # the requirement pinned at submission
    import_run = models.UUIDField(null=True, blank=True, db_index=True)
    part_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    cooling_until = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)  # an apply in the worker holds it

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ChangePart(models.Model):
    """A patch to one subject, or a link, merge or unmerge, made against what was seen."""

    class Action(models.TextChoices):
        CREATE = "create", "Create"
        UPDATE = "update", "Update"
        BLOCK = "block", "Block"
        UNBLOCK = "unblock", "Unblock"
        RETIRE = "retire", "Retire"
        REACTIVATE = "reactivate", "Reactivate"
        LINK = "link", "Link"
        UNLINK = "unlink", "Unlink"
        MERGE = "merge", "Merge"
        UNMERGE = "unmerge", "Unmerge"

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"
        CONFLICTED = "conflicted", "In conflict"
        UNCHANGED = "unchanged", "Unchanged"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=40)  # code of a domain or of a governed setting
    golden_id = models.UUIDField(db_index=True)
    action = models.CharField(max_length=12, choices=Action.choices)
    label = models.CharField(
        max_length=400, blank=True
    )  # name and code, as they were when proposed
    patch = models.JSONField(default=dict)  # sensitive values sealed
    pins = models.JSONField(default=dict)  # path -> {"hold": ..., "until": ...}
    seen = models.JSONField(default=dict)
    seen_version = models.PositiveIntegerField(default=0)
    company_codes = models.TextField(blank=True)  # 1010,1710: those of the record it touches
    revision = models.ForeignKey(
        SourceRevision, models.PROTECT, null=True, blank=True, related_name="+"
    )
    other_id = models.UUIDField(null=True, blank=True)  # the record that becomes a redirect, or no
    # longer is one; unlink: the source record
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    problem = models.TextField(blank=True)
    applied_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["change", "position"], name="part_has_its_place")
        ]
        indexes = [models.Index(fields=["subject", "golden_id"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.label}"


class ChangeAuthor(models.Model):
    """Somebody who requested, edited or imported a change, and so may not approve it."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "user"], name="author_named_once")]

    def __str__(self) -> str:
        return f"{self.user} of {self.change_id}"


class CheckResult(models.Model):
    """What a machine says of a change or of one of its parts."""

    class Outcome(models.TextChoices):
        PASS = "pass", "Passed"
        WARN = "warn", "Warning"
        FAIL = "fail", "Failed"

    change = models.ForeignKey(Change, models.CASCADE, related_name="checks")
    part = models.ForeignKey(
        ChangePart, models.CASCADE, null=True, blank=True, related_name="checks"
    )
    code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=4, choices=Outcome.choices)
    sentence = models.TextField()
    path = models.CharField(max_length=120, blank=True)
    link = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"


class Review(models.Model):
    """What a person says of a change. An edit of the change voids its approvals."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Rejected"
        ASK = "ask", "Asked for changes"
        COMMENT = "comment", "Commented"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(Change, models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    path = models.CharField(max_length=120, blank=True)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by} {self.get_verdict_display().lower()}"


class NumberRange(models.Model):
    """The next free number of a range: changes, and records that are given no code."""

    code = models.CharField(max_length=40, primary_key=True)
    next = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.code} at {self.next}"

    @classmethod
    def take(cls, code: str, start: int, count: int = 1) -> Any:
        """The first of `count` numbers, now taken. Call inside a transaction."""
        if not cls.objects.filter(pk=code).update(next=F("next") + count):
            NumberRange.objects.bulk_create(
                [NumberRange(code=code, next=start)], ignore_conflicts=True
            )
            cls.objects.filter(pk=code).update(next=F("next") + count)
        return cls.objects.values_list("next", flat=True).get(pk=code) - count
