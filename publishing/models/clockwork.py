"""The relay's own row, and signs of life of the processes that move rows along."""

from django.db import models


class RelayState(models.Model):
    """One row: the lock of the relay, the last sequence number it gave, the restore epoch.

    The epoch is part of every idempotency key. It is raised after a restore from a backup, because
    version numbers given since the backup are then given again, to other contents.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_sequence = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_relay_state")]

    def __str__(self) -> str:
        return f"event {self.last_sequence}, epoch {self.epoch}"


class Heartbeat(models.Model):
    """When a process of that name last went round its loop."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
