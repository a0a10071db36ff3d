"""One task for each mail, the way most applications send theirs.

    celery -A bench.peers.celery_mail worker -Q idle

`BENCH_TUNED=1` keeps database connections open between tasks and fetches many tasks at once; as
installed, Celery closes the connections around every task.
"""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from bench.peers.models import OutgoingMail

TUNED = os.environ.get("BENCH_TUNED") == "1"
NAME = os.environ.get("BENCH_CELERY", "peer")

app = Celery(NAME, broker=settings.REDIS_URL, set_as_current=False)
app.conf.task_ignore_result = True
app.conf.task_default_queue = f"{NAME}.mails"
app.conf.worker_hijack_root_logger = False
if TUNED:
    app.conf.db_reuse_max = 10_000
    app.conf.worker_prefetch_multiplier = 100


@app.task(name="send_mail")
def send_mail(mail_id: int) -> None:
    """Read the row, build the mail, send it, mark the row."""
    row = OutgoingMail.objects.get(pk=mail_id)
    mail = EmailMultiAlternatives(row.subject, row.text, to=[row.recipient])
    mail.attach_alternative(row.html, "text/html")
    mail.send()
    row.is_sent = True
    row.save(update_fields=["is_sent"])
