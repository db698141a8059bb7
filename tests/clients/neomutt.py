#!/usr/bin/env python3
"""NeoMutt in a terminal of ours: reads everything, deletes, saves to a folder, flags, synchronises, reads again."""

import os
import pathlib
import pty
import select
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal, digest, need_program, run_test  # noqa: E402
from imap_peer import Imap  # noqa: E402
from sample_mail import sample_messages, tight_message  # noqa: E402

RC = """
set imap_user="demo"
set imap_pass="secret"
set imap_authenticators="login"
set ssl_force_tls=no
set ssl_starttls=no
set folder="imap://127.0.0.1:{port}"
set spoolfile="+INBOX"
set header_cache=""
set message_cachedir=""
set confirmappend=no
set confirmcreate=no
set delete=yes
set quit=yes
set mark_old=no
set move=no
set sleep_time=0
set wait_key=no
set pipe_split=yes
set pipe_decode=no
set pipe_sep=""
set sort=mailbox-order
set mail_check=1
set imap_keepalive=1
"""


class NeoMutt:
    """Runs NeoMutt with a string of keys and functions to push, until it ends by itself."""

    def __init__(self, port, folder):
        self.program = need_program("neomutt", "neomutt")
        self.folder = folder
        self.rc = folder / "muttrc"
        self.rc.write_text(RC.format(port=port))

    def run(self, keys, mailbox="INBOX", seconds=20):
        push = 'push "' + keys.replace("\\", "\\\\").replace('"', '\\"') + '"'
        command = [self.program, "-n", "-F", str(self.rc), "-e", push, "-f", f"+{mailbox}"]
        environment = dict(os.environ, HOME=str(self.folder), TERM="xterm", LANG="C.UTF-8", LINES="40", COLUMNS="120")
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(self.program, command, environment)
        screen = self._watch(pid, terminal, time.monotonic() + seconds)
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        if os.waitstatus_to_exitcode(status) != 0:
            raise Failed(f"neomutt ended with {os.waitstatus_to_exitcode(status)} after {keys}\n{screen[-3000:]}")
        return screen

    @staticmethod
    def _watch(pid, terminal, deadline):
        """What it shows until it closes the terminal; after the deadline it is killed."""
        shown = b""
        while True:
            ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                os.kill(pid, signal.SIGKILL)
                return shown + b"\n(neomutt did not end in time)"
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the other side is closed
                return shown
            if not data:
                return shown
            shown += data


def read_all(mutt, folder):
    """Pipes every message of INBOX through a program, as it came; returns their digests in order."""
    out = folder / "piped"
    out.mkdir()
    script = folder / "keep"
    script.write_text(f'#!/bin/sh\nn=$(ls {out} | wc -l)\ncat > {out}/$(printf %05d $n)\n')
    script.chmod(0o755)
    mutt.run(f"<tag-pattern>~A<enter><tag-prefix><pipe-message>{script}<enter><exit>")
    digests = [digest(path.read_bytes()) for path in sorted(out.iterdir())]
    for path in out.iterdir():
        path.unlink()
    out.rmdir()
    return digests


def state(peer, mailbox):
    return sorted((digest(body), sorted(flag.decode() for flag in flags))
                  for flags, body in peer.messages(mailbox).values())


def test(server, folder, _):
    folder = pathlib.Path(folder)
    mutt = NeoMutt(server.imap_port, folder)
    messages = [*sample_messages(), tight_message()]
    with Imap(server.imap_port) as peer:
        peer.command(b"CREATE Saved")
        for message in messages:
            peer.append(b"INBOX", message, (b"\\Seen",))
        check_equal(read_all(mutt, folder), [digest(message) for message in messages], "messages as neomutt reads them")
        screen = mutt.run("<exit>")
        check(b"plain text" in screen and "Grüße".encode() in screen, f"neomutt shows the list of messages\n{screen}")

        rows = [(digest(message), ["\\Seen"]) for message in messages]
        mutt.run("<first-entry><delete-message><jump>3<enter><flag-message><jump>5<enter><save-message>+Saved<enter>"
                 "<jump>6<enter><set-flag>r<sync-mailbox><exit>")
        rows[2][1].append("\\Flagged")
        rows[5][1].append("\\Answered")
        left = sorted((name, sorted(flags)) for name, flags in rows[1:4] + rows[5:])
        check_equal(state(peer, b"INBOX"), left, "INBOX after neomutt deleted, saved and flagged")
        check_equal([name for name, _ in state(peer, b"Saved")], [digest(messages[4])], "the mailbox it saved to")
        order = [digest(body) for _, (_, body) in sorted(peer.messages(b"INBOX").items())]

        before = peer.messages(b"INBOX"), peer.messages(b"Saved")
        for _ in range(2):
            check_equal(read_all(mutt, folder), order, "what is left, read again")
        check_equal((peer.messages(b"INBOX"), peer.messages(b"Saved")), before, "server after reading only")


if __name__ == "__main__":
    run_test(test, __doc__)
