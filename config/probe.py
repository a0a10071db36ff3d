"""The health check of each container: `python -m config.probe web|worker|previews|beat`.

Exit 0 when the process on this machine does its work, 1 with a line when it does not.
"""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

from config import environment, pulse


def web_is_ready() -> bool:
    """Ask the web process as its proxy would; it answers to no other host name."""
    port = environment.number("PORT", 8000, least=1, most=65535)
    host = urlsplit(environment.text("PUBLIC_BASE_URL")).netloc or f"127.0.0.1:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(role: str) -> int:
    """Look at one role."""
    works = web_is_ready() if role == "web" else pulse.is_felt(role)
    if not works:
        print(f"{role} does not answer", file=sys.stderr)
    return 0 if works else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
