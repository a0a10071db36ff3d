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
    "settle what a dead worker left": {
        "task": "notices.tasks.sweep_leases",
        "schedule": 15.0,
    },
    "set pages that were ordered": {
        "task": "notices.tasks.set_pages_due",
        "schedule": 5.0,
    },
    "carry out what was ordered for many cases": {
        "task": "notices.errands.run_errands",
        "schedule": 5.0,
    },
    "go on with files of clients": {
        "task": "clients.tasks.work_on_imports",
        "schedule": 5.0,
    },
    "forget rows of old imports": {
        "task": "clients.tasks.forget_rows_of_imports",
        "schedule": crontab(hour=2, minute=19),
    },
    # Where no print service is set up, it does nothing.
    "hand letters to the print service": {
        "task": "notices.tasks.drain_post_orders",
        "schedule": 30.0,
    },
    "read slips that came back": {
        "task": "notices.tasks.read_slips_due",
        "schedule": 10.0,
    },
    "set papers of hand-overs": {
        "task": "notices.tasks.set_papers_due",
        "schedule": 10.0,
    },
    "put print runs together": {
        "task": "notices.tasks.set_print_runs_due",
        "schedule": 5.0,
    },
    "set decision papers": {
        "task": "notices.tasks.set_decision_papers_due",
        "schedule": 5.0,
    },
    # These two read an index and are cheap; in the demo the clock jumps, and nobody waits long.
    "chase what is not confirmed": {
        "task": "notices.tasks.chase_acknowledgements",
        "schedule": 15.0,
    },
    "raise follow-ups that are due": {
        "task": "notices.tasks.raise_follow_ups",
        "schedule": 15.0,
    },
    "remind of what is due": {
        "task": "notices.tasks.remind_of_what_is_due",
        "schedule": 30.0,
    },
    "close versions that nobody types in": {
        "task": "notices.tasks.close_rested_versions",
        "schedule": 60.0,
    },
    "tell of days that came": {
        "task": "offboarding.tasks.tell_of_days_that_came",
        "schedule": 120.0,
    },
    "mail people what they have not read": {
        "task": "notices.tasks.mail_digests",
        "schedule": 60.0,
    },
    "count cases that moved": {
        "task": "offboarding.tasks.fold_case_counts",
        "schedule": 15.0,
    },
    # Where no mailbox is set up, it does nothing.
    "read what came back by mail": {
        "task": "notices.tasks.read_mailbox",
        "schedule": 30.0,
    },
    "erase mail of no case after its time": {
        "task": "notices.tasks.erase_old_mail",
        "schedule": crontab(hour=2, minute=17),
    },
    "forget old notifications": {
        "task": "offboarding.tasks.forget_old_notifications",
        "schedule": crontab(hour=2, minute=19),
    },
    "forget forms sent long ago": {
        "task": "desk.frame.submissions.forget_old_submissions",
        "schedule": crontab(hour=2, minute=11),
    },
    "clear ended sessions": {
        "task": "accounts.tasks.clear_ended_sessions",
        "schedule": crontab(hour=2, minute=13),
    },
    "anchor the audit trail": {
        "task": "audit.tasks.anchor_streams",
        "schedule": crontab(hour=1, minute=7),
    },
}
