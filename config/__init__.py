"""The composition root. Nothing imports it; it imports everything."""

# Without this, `task.delay` would look for an AMQP server instead of our broker.
from config.celery import app as celery_app

__all__ = ["celery_app"]
