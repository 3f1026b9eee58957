"""Celery tasks of the package: doorbells. What is to be done is in the rows."""

from celery import shared_task

from publishing import broadcasting, delivery, relay, targets


@shared_task(name="publishing.relay", ignore_result=True)
def relay_events() -> None:
    """Relay what was announced."""
    relay.run()


@shared_task(name="publishing.deliver_due", ignore_result=True)
def deliver_due(code: str, worker: int = 0) -> None:
    """Deliver what is due at one target."""
    delivery.drain(targets.find(code))


@shared_task(name="publishing.deliver_subscriptions", ignore_result=True)
def deliver_subscriptions() -> None:
    """Send what consumers have not seen yet."""
    broadcasting.drain()
