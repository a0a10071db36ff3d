"""Real mail servers for the strict run: Postfix as relay, Dovecot for mailboxes.

    with mail_house() as mail: ...      mail.smtp_port, mail.imap_port, mail.users

Each runs in a folder and on ports of its own and ends with the test. Both start as root, as they
are made to, and work as users without rights. Nothing of the machine's own mail is touched.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services import SECONDS_TO_START, _die_with_us, end, free_port, is_listening, wait_until

FIRM, CLIENT = "firm.test", "client.test"
PASSWORD = "a-mailbox-of-a-test"
USERS = (f"cases@{FIRM}", f"jane@{CLIENT}")

_POSTFIX = Path("/usr/lib/postfix/sbin")


@dataclass(frozen=True)
class MailHouse:
    """Two servers that speak with each other, and the mailboxes that exist in them."""

    smtp_port: int
    imap_port: int
    log: Path
    users: tuple[str, ...] = USERS


@contextlib.contextmanager
def mail_house() -> Iterator[MailHouse]:
    """Run both servers; mail to a mailbox that does not exist is taken in and comes back."""
    if os.geteuid() != 0:
        raise PermissionError("Postfix and Dovecot start as root only; run this test as root.")
    folder = Path(tempfile.mkdtemp(prefix="offboarding-mail-"))
    folder.chmod(0o755)
    smtp_port, imap_port, lmtp_port = free_port(), free_port(), free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_dovecot(folder / "dovecot", imap_port, lmtp_port))
        processes.append(_postfix(folder / "postfix", smtp_port, lmtp_port))
        for port, what in ((imap_port, "Dovecot"), (lmtp_port, "Dovecot"), (smtp_port, "Postfix")):
            wait_until(
                lambda port=port: is_listening(port),
                seconds=SECONDS_TO_START,
                what=f"{what} to start",
            )
        yield MailHouse(smtp_port, imap_port, folder / "postfix" / "log")
    finally:
        for process in reversed(processes):
            end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_us,
    )


# -- Postfix ---------------------------------------------------------------------------------------

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
alias_maps =
virtual_mailbox_domains = {firm} {client}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
# The client's mailboxes are written here, so that a status says "delivered" and not "relayed".
transport_maps = inline:{{ {client}=virtual: }}
virtual_mailbox_base = {mailboxes}
virtual_mailbox_maps = inline:{{ {jane}={jane}/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_tls_security_level = none
notify_classes =
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup   unix n - n 60  1 pickup
cleanup  unix n - n -   0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n -   - trivial-rewrite
bounce   unix - - n -   0 bounce
defer    unix - - n -   0 bounce
trace    unix - - n -   0 bounce
flush    unix n - n 1000? 0 flush
proxymap unix - - n -   - proxymap
smtp     unix - - n -   - smtp
error    unix - - n -   - error
retry    unix - - n -   - error
lmtp     unix - - n -   - lmtp
virtual  unix - n n -   - virtual
anvil    unix - - n -   1 anvil
scache   unix - - n -   1 scache
postlog  unix-dgram n - n - 1 postlogd
"""

_QUEUES = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
    "saved", "trace",
)  # fmt: skip


def _postfix(folder: Path, port: int, lmtp_port: int) -> subprocess.Popen[bytes]:
    owner, dropping = pwd.getpwnam("postfix"), grp.getgrnam("postdrop").gr_gid
    (folder / "spool").mkdir(parents=True)
    (folder / "spool" / "pid").mkdir()
    (folder / "data").mkdir()
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    for name in _QUEUES:
        (folder / "spool" / name).mkdir(mode=0o700)
        os.chown(folder / "spool" / name, owner.pw_uid, 0)
    for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
        (folder / "spool" / name).mkdir()
        os.chown(folder / "spool" / name, owner.pw_uid, dropping)
        (folder / "spool" / name).chmod(mode)
    nobody = pwd.getpwnam("nobody")
    main = _MAIN.format(
        folder=folder,
        daemons=_POSTFIX,
        firm=FIRM,
        client=CLIENT,
        jane=USERS[1],
        mailboxes=folder.parent / "dovecot" / "mail",
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
        lmtp_port=lmtp_port,
    )
    (folder / "main.cf").write_text(main)
    (folder / "master.cf").write_text(_MASTER.format(port=port))
    return _start([str(_POSTFIX / "master"), "-c", str(folder), "-d"])


# -- Dovecot ---------------------------------------------------------------------------------------

_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
lmtp_hdr_delivery_address = original
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def _dovecot(folder: Path, imap_port: int, lmtp_port: int) -> subprocess.Popen[bytes]:
    nobody = pwd.getpwnam("nobody")
    for name in ("run", "state", "mail"):
        (folder / name).mkdir(parents=True)
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    users = [
        f"{user}:{PASSWORD}:{nobody.pw_uid}:{nobody.pw_gid}::{folder}/mail::\n" for user in USERS
    ]
    (folder / "users").write_text("".join(users))
    (folder / "dovecot.conf").write_text(
        _DOVECOT.format(folder=folder, imap_port=imap_port, lmtp_port=lmtp_port)
    )
    return _start(["dovecot", "-F", "-c", str(folder / "dovecot.conf")])
