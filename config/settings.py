"""One settings file for production, demo, development and tests.

`OFFBOARDING_ENV` says which of them this is. It is `production` unless set, so a forgotten variable
makes the process refuse to start instead of running without protection.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from config import environment
from config.schedule import BEAT_SCHEDULE
from config.version import VERSION as VERSION

BASE_DIR = Path(__file__).resolve().parent.parent

ENV = environment.text("OFFBOARDING_ENV", "production")
if ENV not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(
        f"OFFBOARDING_ENV must be production, demo, development or test, not {ENV!r}."
    )
PRODUCTION = ENV == "production"
DEMO = ENV == "demo"
TESTING = ENV == "test"

DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / "data"))).resolve()

# -- who we are to the outside ---------------------------------------------------------------------

_INSECURE_SECRET = "insecure-secret-for-demo-development-and-tests-only"
SECRET_KEY = environment.text("SECRET_KEY", "" if PRODUCTION else _INSECURE_SECRET)
# Receipt links are derived with this key; it is never stored in the database.
LINK_KEY = environment.text("LINK_KEY", SECRET_KEY)
DEBUG = environment.flag("DEBUG")
PORT = environment.number("PORT", 8000, least=1, most=65535)
PUBLIC_BASE_URL = environment.text(
    "PUBLIC_BASE_URL", "" if PRODUCTION else f"http://127.0.0.1:{PORT}"
).rstrip("/")
ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver"
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL] if PUBLIC_BASE_URL else []

# -- the house, from the ground floor up -----------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules",
    "csp",
    "django_htmx",
    "django_filters",
    "django_countries",
    "audit",
    "accounts",
    "clients",
    "offboarding",
    "notices",
    "portal",
    "desk",
]
if DEMO or TESTING:
    INSTALLED_APPS.append("config.demo")
if TESTING:
    # Counts repeated queries, in the tests that ask for it.
    INSTALLED_APPS.append("zeal")

MIDDLEWARE = [
    "audit.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "desk.frame.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.OwnLanguageMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "desk.frame.middleware.ReadersClockMiddleware",
    "desk.frame.middleware.RolesReadOnceMiddleware",
    "desk.frame.middleware.DomainErrorsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Frames of forms and fields are ours (templates/desk/forms); widgets stay Django's.
FORM_RENDERER = "desk.frame.rendering.FormRenderer"

# -- where things are kept -------------------------------------------------------------------------

DATABASES = {
    "default": environment.database(
        environment.text("DATABASE_URL", "sqlite:///db.sqlite3"),
        base_dir=DATA_DIR,
        durable=not TESTING,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        # Uploads are private to this user; styles and scripts are for every server to read.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
# Without a built static folder (demo, development, tests) files are served from their sources.
WHITENOISE_USE_FINDERS = not PRODUCTION
# Each of a thousand test clients is a server that starts: there, a file is looked for when asked.
WHITENOISE_AUTOREFRESH = TESTING

REDIS_URL = environment.text("REDIS_URL")
# Rate limits must hold across processes: the database's cache table, or Redis; never LocMem.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
    }
}

# -- people ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "desk.frame.readers.ReaderBackend",
    "rules.permissions.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
# One address a person; a new one counts once its mail was opened, and the password is asked again.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Who has shown again that it is them is not asked again for five minutes.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Ten failures a minute from one place, five in five minutes for one address (and for its codes).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
# How many proxies of ours stand in front and add to X-Forwarded-For; limits count what they saw.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0, most=10)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Offboarding"
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
# Leads, admins and auditors must use a second factor; the demo alone does not ask for it.
SECOND_FACTOR_REQUIRED = environment.flag("SECOND_FACTOR_REQUIRED", default=not (DEMO or TESTING))

# -- mail ------------------------------------------------------------------------------------------

EMAIL_HOST = environment.text("EMAIL_HOST", "" if PRODUCTION else "127.0.0.1")
# Beside the demo's web port, so that two demos on different ports do not share a mail catcher.
_CATCHER_PORT = PORT + 25 if PORT + 25 <= 65535 else PORT - 25
EMAIL_PORT = environment.number("EMAIL_PORT", 587 if PRODUCTION else _CATCHER_PORT, most=65535)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
# "starttls" (with a certificate check), "tls" (from the first byte) or "none" (loopback only).
EMAIL_SECURITY = environment.text("EMAIL_SECURITY", "starttls" if PRODUCTION else "none")
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = environment.number("EMAIL_TIMEOUT", 20, least=1, most=300)
# How many a worker opens at once when many mails wait.
EMAIL_CONNECTIONS = environment.number("EMAIL_CONNECTIONS", 4, least=1, most=50)
DEFAULT_FROM_EMAIL = environment.text(
    "DEFAULT_FROM_EMAIL",
    f"offboarding@{urlsplit(PUBLIC_BASE_URL).hostname}"
    if PRODUCTION
    else "offboarding@example.com",
)
# Answers to a case land at <local part>+<case token>@<domain> of this address.
CASE_MAIL_ADDRESS = environment.text("CASE_MAIL_ADDRESS", DEFAULT_FROM_EMAIL)
# What comes back is read from a mailbox (IMAP), or handed to us by a provider's webhook, or both.
IMAP_HOST = environment.text("IMAP_HOST")
IMAP_SECURITY = environment.text("IMAP_SECURITY", "tls")
IMAP_PORT = environment.number("IMAP_PORT", 993 if IMAP_SECURITY == "tls" else 143, most=65535)
IMAP_USER = environment.text("IMAP_USER")
IMAP_PASSWORD = environment.text("IMAP_PASSWORD")
IMAP_FOLDER = environment.text("IMAP_FOLDER", "INBOX")
# Where a mail goes once it is filed; it stays where it is, marked as read, when empty.
IMAP_DONE_FOLDER = environment.text("IMAP_DONE_FOLDER")
# "user:password" that a provider sends with each call; without it there is no such door.
INBOUND_WEBHOOK_SECRET = environment.text("INBOUND_WEBHOOK_SECRET")
MAILGUN_WEBHOOK_SIGNING_KEY = environment.text("MAILGUN_WEBHOOK_SIGNING_KEY")
ANYMAIL = {"WEBHOOK_SECRET": INBOUND_WEBHOOK_SECRET} | (
    {"MAILGUN_WEBHOOK_SIGNING_KEY": MAILGUN_WEBHOOK_SIGNING_KEY}
    if MAILGUN_WEBHOOK_SIGNING_KEY
    else {}
)
# Then each mail carries an envelope sender of its own, so that a failure names its delivery.
MAIL_IS_READ = bool(IMAP_HOST or INBOUND_WEBHOOK_SECRET)
INBOUND_MAIL_LIMIT_BYTES = 25 * 1024 * 1024
# How many days a mail that belongs to no case is kept; then its words and its bytes are erased.
UNMATCHED_MAIL_DAYS = environment.number("UNMATCHED_MAIL_DAYS", 365, least=1, most=3650)
# How long people find what they were told on their notifications page.
NOTIFICATION_DAYS = environment.number("NOTIFICATION_DAYS", 90, least=30, most=3650)
# How long a notice waits in the outbox before it leaves, in minutes (0 to 60).
OUTBOX_DELAY_MINUTES = environment.number(
    "OUTBOX_DELAY_MINUTES", 0 if DEMO or TESTING else 10, most=60
)

# A firm that prints and posts registered letters for us: "" for none, or "lob" (United States).
PRINT_AND_POST = environment.text("PRINT_AND_POST")
LOB_API_KEY = environment.text("LOB_API_KEY")
LOB_API_URL = environment.text("LOB_API_URL", "https://api.lob.com")

# A receipt confirmed sooner after sending than this, in seconds, may be a robot's: a team lead has
# to accept it. In the demo one person plays both sides and is quick.
EARLY_CONFIRMATION_SECONDS = environment.number(
    "EARLY_CONFIRMATION_SECONDS", 3 if DEMO else 120, most=86_400
)

# -- background work -------------------------------------------------------------------------------

CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", REDIS_URL)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Previews have a queue of their own: somebody looks at the screen while they are set. A worker
# that is told nothing serves both queues.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("previews")]
CELERY_TASK_ROUTES = {"notices.tasks.set_previews_due": {"queue": "previews"}}
# A new worker process first loads what it needs for letters; on a busy machine that takes longer
# than Celery's 4 seconds, after which it would be killed, again and again.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 120
CELERY_DB_REUSE_MAX = 100
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
if CELERY_BROKER_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 900,
        "unacked_restore_limit": 10,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        # A ring that finds nobody gives up at once; the sweep rings again.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
    }
else:
    _queue_dir = DATA_DIR / "queue"
    # Kombu refuses an import path inside a URL; the class is named beside it.
    CELERY_BROKER_URL = "filesystem://localhost"
    # A command sent while no worker runs would wait as a file and stop the next one.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue_dir),
        "data_folder_out": str(_queue_dir),
        "control_folder": str(_queue_dir / "control"),
        "polling_interval": 0.1,
    }

# -- logs and the audit trail ----------------------------------------------------------------------

# Anchors of the audit trail are signed with an Ed25519 key that is kept elsewhere than the backup.
AUDIT_ANCHOR_KEY_FILE = environment.text("AUDIT_ANCHOR_KEY_FILE") or None
AUDIT_ANCHOR_PUBLIC_KEY_FILE = environment.text("AUDIT_ANCHOR_PUBLIC_KEY_FILE") or None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # The paths of client pages are secrets: every handler masks them.
    "filters": {"mask": {"()": "portal.log_masking.MaskTokens"}},
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}
    },
    "root": {
        "handlers": ["stderr"],
        "level": environment.text("LOG_LEVEL", "WARNING" if DEMO else "INFO"),
    },
    "loggers": {
        # Django's own handlers would write the same line again, unmasked.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # What they tell about every step of every page and mail is for their own authors.
        **{name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "mail.log")},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

# -- language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", "UTC")
# A signed number of seconds in this file moves `audit.clock.now()`; demo and tests only.
CLOCK_OFFSET_FILE = DATA_DIR / "clock-offset" if DEMO or TESTING else None

# -- the browser's protection ----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_UPLOAD_LIMIT_BYTES = 25 * 1024 * 1024
HANDOVER_UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.StreamToDisk",
]
# What stays free on the disk whatever somebody uploads.
DISK_RESERVE_BYTES = environment.number("DISK_RESERVE_MB", 1024, most=1_000_000) * 1024 * 1024
if PRODUCTION:
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# -- tests: fast, alone, and without a way out -----------------------------------------------------

if TESTING:
    # Emptied between tests; each test process has its own, unlike a shared table or server.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A file and not memory, so that threads and other processes see the same rows.
        DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

# -- refusing to start unprotected -----------------------------------------------------------------

if PRODUCTION:
    _LOOPBACK = {"127.0.0.1", "localhost", "::1"}
    _missing = [
        f"{name}: {why}"
        for name, wrong, why in [
            ("SECRET_KEY", not SECRET_KEY or SECRET_KEY == _INSECURE_SECRET or len(SECRET_KEY) < 50,
             "set a random value of at least 50 characters of your own"),
            ("DEBUG", DEBUG, "must be off in production"),
            ("PUBLIC_BASE_URL", not PUBLIC_BASE_URL.startswith("https://"),
             "set the address that clients open, starting with https://"),
            ("ALLOWED_HOSTS", not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS,
             "set the host names this server answers to, each by its name"),
            ("EMAIL_HOST", not EMAIL_HOST, "set the mail server that notices leave through"),
            ("EMAIL_SECURITY", EMAIL_SECURITY not in {"starttls", "tls", "none"},
             "must be starttls, tls or none"),
            ("EMAIL_SECURITY", EMAIL_SECURITY == "none" and EMAIL_HOST not in _LOOPBACK,
             "none would send notices readable by anyone on the way; set starttls or tls"),
            ("IMAP_SECURITY", bool(IMAP_HOST) and IMAP_SECURITY not in {"starttls", "tls", "none"},
             "must be starttls, tls or none"),
            ("IMAP_SECURITY",
             bool(IMAP_HOST) and IMAP_SECURITY == "none" and IMAP_HOST not in _LOOPBACK,
             "none would read answers over an open line; set starttls or tls"),
            ("PRINT_AND_POST", PRINT_AND_POST not in {"", "lob"}, "must be empty or lob"),
            ("LOB_API_KEY", PRINT_AND_POST == "lob" and not LOB_API_KEY,
             "set the key of the account that prints and posts"),
            ("LOB_API_URL", PRINT_AND_POST == "lob" and not LOB_API_URL.startswith("https://"),
             "must start with https://"),
            ("IMAP_USER", bool(IMAP_HOST) and not (IMAP_USER and IMAP_PASSWORD),
             "set the name and the password of the mailbox"),
            ("INBOUND_WEBHOOK_SECRET",
             bool(INBOUND_WEBHOOK_SECRET)
             and (":" not in INBOUND_WEBHOOK_SECRET or len(INBOUND_WEBHOOK_SECRET) < 24),
             "set user:password with at least 24 characters in all"),
        ]
        if wrong
    ]  # fmt: skip
    if _missing:
        raise ImproperlyConfigured(
            "Offboarding does not start in production like this. " + "; ".join(_missing) + "."
        )
