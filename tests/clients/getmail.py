#!/usr/bin/env python3
"""getmail: every message of two mailboxes into a Maildir, then only what is new, then the server emptied."""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import check_equal, digest, need_program, run_program, run_test  # noqa: E402
from imap_peer import Imap  # noqa: E402
from sample_mail import extra_message, sample_messages  # noqa: E402

CONFIG = """
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {port}
username = demo
password = secret
mailboxes = ("INBOX", "Lists/loam")
record_mailbox = False

[destination]
type = Maildir
path = {maildir}/

[options]
read_all = False
delete = {delete}
delivered_to = False
received = False
verbose = 0
"""


class Getmail:
    """Runs getmail on one server and one Maildir."""

    def __init__(self, folder, port):
        self.program = need_program("getmail", "getmail6")
        self.folder = pathlib.Path(folder)
        self.maildir = self.folder / "maildir"
        for name in ("cur", "new", "tmp"):
            (self.maildir / name).mkdir(parents=True)
        self.port = port
        # It refuses to deliver as root.
        self.options = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self.options:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, "nobody", "nogroup")

    def run(self, delete):
        config = self.folder / "getmailrc"
        config.write_text(CONFIG.format(port=self.port, maildir=self.maildir, delete=delete))
        # Only the system's own Python has the program's modules.
        environment = dict(os.environ, PATH="/usr/bin:/bin", HOME=str(self.folder))
        run_program([self.program, "--getmaildir", str(self.folder), "--rcfile", str(config)], env=environment,
                    **self.options)

    def messages(self):
        """One digest for each file; getmail puts the envelope's sender above the message."""
        return sorted(digest(without_return_path(path.read_bytes())) for path in (self.maildir / "new").iterdir())


def without_return_path(message):
    return message.partition(b"\n")[2] if message.startswith(b"Return-Path:") else message


def test(server, folder, _):
    inbox, lists = sample_messages(), [extra_message(1), extra_message(2)]
    with Imap(server.imap_port) as peer:
        peer.command(b"CREATE Lists/loam")
        for mailbox, messages in ((b"INBOX", inbox), (b"Lists/loam", lists)):
            for message in messages:
                peer.append(mailbox, message)
        getmail = Getmail(folder, server.imap_port)
        getmail.run(delete=False)
        wanted = [digest(message) for message in inbox + lists]
        check_equal(getmail.messages(), sorted(wanted), "messages after the first run")

        getmail.run(delete=False)
        check_equal(getmail.messages(), sorted(wanted), "messages after a run with nothing to do")

        peer.append(b"Lists/loam", extra_message(3))
        wanted.append(digest(extra_message(3)))
        getmail.run(delete=False)
        check_equal(getmail.messages(), sorted(wanted), "messages after one more came")

        peer.append(b"INBOX", extra_message(4))
        wanted.append(digest(extra_message(4)))
        getmail.run(delete=True)
        check_equal(getmail.messages(), sorted(wanted), "messages after the run that deletes")
        for mailbox in (b"INBOX", b"Lists/loam"):
            check_equal(peer.messages(mailbox), {}, f"what is left in {mailbox.decode()}")


if __name__ == "__main__":
    run_test(test, __doc__)
