"""The night's work and the day's rounds, as one table.

Every entry rings a task that reads what is due from the database; ringing twice, late or not at
all for an hour changes nothing but the time at which the work is done.
"""

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "hand over what is due": {
        "task": "notices.tasks.drain_deliveries",
        "schedule": 5.0,
    },
    "chase what is not confirmed": {
        "task": "notices.tasks.chase_acknowledgements",
        "schedule": crontab(minute="*/15"),
    },
    "raise follow-ups that are due": {
        "task": "notices.tasks.raise_follow_ups",
        "schedule": crontab(minute="*/15"),
    },
    "anchor the audit trail": {
        "task": "audit.tasks.anchor_streams",
        "schedule": crontab(hour=1, minute=7),
    },
}
