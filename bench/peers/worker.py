"""Runs the peer's Celery worker, two processes, reading nothing until it is told to."""

from __future__ import annotations

import sys

import django

if __name__ == "__main__":
    django.setup()
    from bench.peers.celery_mail import app

    name = sys.argv[1]
    app.worker_main(
        ["worker", "--queues", f"{name}.idle", "--hostname", f"{name}@bench"]
        + ["--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    )
