"""How gunicorn serves the application: threads, because requests wait for the database.

Read with `gunicorn --config python:config.gunicorn config.wsgi`.
"""

from config import environment

bind = f"0.0.0.0:{environment.number('PORT', 8000, least=1, most=65535)}"  # nosec B104
workers = environment.number("WEB_WORKERS", 2, least=1, most=64)
worker_class = "gthread"
threads = environment.number("WEB_THREADS", 8, least=1, most=64)
timeout = 60
# Below the seconds that a supervisor or a container gives before it kills.
graceful_timeout = 6
keepalive = 5
# A process that has served this many requests makes place, in case it has grown.
max_requests = 10_000
max_requests_jitter = 1_000
# Paths of client pages are secrets; nothing writes them down here.
accesslog = None
loglevel = "warning"
control_socket_disable = True
