"""The demo's mail server: takes every mail on loopback, sends none on, keeps each as a file.

python -m config.demo.catcher PORT FOLDER
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL_BYTES = 64 * 1024 * 1024
# Envelope addresses are written as header lines; nothing in them may begin a new one.
_LINE_BREAKS = str.maketrans("", "", "\r\n")


def keep(folder: Path, content: bytes, *, sender: str, recipients: list[str]) -> Path:
    """Store one mail whole or not at all, with its envelope on top as a mail server would.

    The name sorts by the time of arrival; a reader never sees a half-written file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
    delivered_to = ", ".join(recipients).translate(_LINE_BREAKS)
    envelope = (
        f"Return-Path: <{sender.translate(_LINE_BREAKS)}>\r\nDelivered-To: {delivered_to}\r\n"
    )
    unfinished = folder / f".{name}.part"
    with unfinished.open("xb") as file:
        file.write(envelope.encode() + content)
        file.flush()
        os.fsync(file.fileno())
    return unfinished.replace(folder / name)


class Catcher:
    """Says yes to every sender and recipient and keeps what they say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Answer the final dot once the mail is on disk."""
        keep(
            self._folder,
            envelope.original_content or b"",
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
        )
        return "250 2.0.0 Kept; nothing leaves this machine"


async def serve(port: int, folder: Path) -> None:
    """Take mails until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    catcher = Catcher(folder)
    server = await loop.create_server(
        lambda: SMTP(
            catcher,
            hostname="demo.localhost",
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
        ),
        host="127.0.0.1",
        port=port,
    )
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
