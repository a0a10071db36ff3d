"""The Celery application: it rings, the database decides."""

import os

from celery import Celery

from config import pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

__all__ = ["app", "pulse"]

app = Celery("offboarding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
