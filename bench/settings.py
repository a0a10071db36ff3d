"""The application's own settings, with the peers beside it on the same database."""

from importlib.util import find_spec

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, INSTALLED_APPS

PEERS = ["post_office", "mailer", "simple_history", "auditlog"]

INSTALLED_APPS = [
    *INSTALLED_APPS,
    *(name for name in PEERS if find_spec(name)),
    "bench.peers",
]
# Nothing is built for a measurement, and pages name files without reading them.
STATIC_ROOT = DATA_DIR
ROOT_URLCONF = "bench.peers.urls"

# Both peers send through Django's own connection to the same server.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MAILER_EMAIL_BACKEND = EMAIL_BACKEND
# Two of its processes may send at once: it locks rows as well.
MAILER_USE_FILE_LOCK = False
POST_OFFICE = {
    "BACKENDS": {"default": EMAIL_BACKEND},
    "LOG_LEVEL": 1,
    "MAX_RETRIES": 0,
    "BATCH_SIZE": 1000,
}

# What happens in a round is counted, not told.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "root": {"level": "ERROR", "handlers": []},
}
