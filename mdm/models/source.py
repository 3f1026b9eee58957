"""What systems say: a source record per thing, an immutable revision per message."""

from django.db import models
from django.utils import timezone

from mdm.domains.golden import AnchoredHistory, Governed, anchor
from mdm.domains.ids import uuid7
from mdm.domains.spec import Attribute, Kind, Sensitivity, Subject
from mdm.standardise import numbers, text


class System(Governed):
    """Anything that sends records, receives them, or both."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    authority = models.PositiveSmallIntegerField(null=True, blank=True)
    head = anchor("HistoricalSystem")
    history = AnchoredHistory()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


SYSTEMS = Subject(
    "system",
    "System",
    "Systems",
    "systems",
    System,
    (
        Attribute(
            "code",
            "Code",
            text.squeeze,
            sensitivity=Sensitivity.IDENTITY,
            max_length=40,
            required=True,
        ),
        Attribute("name", "Name", max_length=120, required=True),
        Attribute("authority", "Authority (0-100)", numbers.whole, Kind.INTEGER),
    ),
)


class SourceRecord(models.Model):
    """What one system says about one thing, under the system's own key."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"  # nobody has said yet what it is
        PROPOSED = "proposed", "Proposed"  # a change that takes it up is open
        LINKED = "linked", "Linked"  # it is part of a golden record
        REJECTED = "rejected", "Rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    domain = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=200)
    golden_id = models.UUIDField(null=True, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=360, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "domain", "scope", "key"], name="source_record_unique_in_system"
            )
        ]
        indexes = [models.Index(fields=["domain", "state"])]

    def __str__(self) -> str:
        return f"{self.system.code} {self.key}"


class SourceRevision(models.Model):
    """One message about a source record: raw as it came, and standardised. Never edited."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    raw = models.JSONField(default=dict)  # column -> text; sensitive columns sealed
    standardised = models.JSONField(default=dict)  # values, sensitive ones sealed
    content_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField(auto_now_add=True)
    received_from = models.CharField(max_length=150, blank=True)
    source_created_at = models.DateTimeField(null=True, blank=True)
    source_updated_at = models.DateTimeField(null=True, blank=True)
    source_deleted_at = models.DateTimeField(null=True, blank=True)
    import_run = models.UUIDField(null=True, blank=True, db_index=True)
    row_number = models.PositiveIntegerField(null=True, blank=True)
    correlation_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_record", "number"], name="revision_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_record} r{self.number}"


class Key(models.Model):
    """The crosswalk: a key in a system names one golden record, or one part of it."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    domain = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=200)
    golden_id = models.UUIDField(db_index=True)
    part = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "domain", "scope", "key", "part"], name="key_names_one_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system.code} {self.key}"


class Fact(models.Model):
    """Something accepted about a record: golden values are a pure function of these.

    `values` is the patch that was written, for the two clocks. `picks` are the values that people
    chose against what sources say, and `pins` how long they hold; a source's own word is its
    `revision`. A merge brings the `moved` sources along; an unmerge `cancels` that.
    """

    class Kind(models.TextChoices):
        SOURCE = "source", "Source revision"
        STEWARD = "steward", "Steward value"
        LINK = "link", "Link"
        UNLINK = "unlink", "Unlink"
        MERGE = "merge", "Merge"
        UNMERGE = "unmerge", "Unmerge"
        RULES = "rules", "Rules"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    domain = models.CharField(max_length=40)
    golden_id = models.UUIDField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    values = models.JSONField(default=dict)  # the accepted patch, sensitive values sealed
    picks = models.JSONField(default=dict)  # path -> value, sensitive values sealed
    pins = models.JSONField(default=dict)  # path -> {"hold": ..., "until": ...}
    moved = models.JSONField(default=dict)  # {"sources": [ids], "keys": [ids]}
    revision = models.ForeignKey(
        SourceRevision, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source_record = models.ForeignKey(
        SourceRecord, models.PROTECT, null=True, blank=True, related_name="facts"
    )
    cancels = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="cancelled_by"
    )
    part = models.ForeignKey(
        "mdm.ChangePart", models.PROTECT, null=True, blank=True, related_name="facts"
    )  # none: a source said something that changes no value, which nobody need approve
    effective_from = models.DateField()
    accepted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["golden_id", "version"])]

    def __str__(self) -> str:
        return f"{self.kind} fact of {self.golden_id} v{self.version}"


class Identifier(models.Model):
    """A value by which a record is found. Blind where it is secret."""

    domain = models.CharField(max_length=40)
    golden_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=128)
    path = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["domain", "kind", "value"]), models.Index(fields=["value"])]

    def __str__(self) -> str:
        return f"{self.kind} of {self.golden_id}"
