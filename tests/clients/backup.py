"""Backups of a store that takes mail meanwhile: each holds all that was acknowledged before it began, a store made of it
serves that, and mail that was expunged comes back beside what is there."""

import json
import pathlib
import threading
import time

from client_test import check, check_equal, run_test
from imap_peer import Imap
from loam_server import Loam


def message(name):
    return b"Message-ID: <%s>\r\nSubject: s\r\n\r\n" % name.encode() + b"0123456789abcdef\r\n" * 500


class Writer(threading.Thread):
    """Appends until it is stopped; `acknowledged` grows."""

    def __init__(self, server):
        super().__init__()
        self.server, self.acknowledged, self.stopped = server, [], False

    def run(self):
        with Imap(self.server.imap_port) as peer:
            while not self.stopped:
                name = f"m{len(self.acknowledged)}"
                peer.append(b"INBOX", message(name), (b"\\Flagged", b"$Work"))
                self.acknowledged.append(name)


def names_in(server, mailbox=b"INBOX"):
    with Imap(server.imap_port) as peer:
        peer.select(mailbox)
        rows = peer.fetch(b"1:*", b"(UID FLAGS BODY.PEEK[])")
        for row in rows:
            check({b"\\Flagged", b"$Work"} <= set(row[b"FLAGS"]), "flags are kept")
        return [row[b"BODY[]"].split(b"<")[1].split(b">")[0].decode() for row in rows]


def check_restored(backup, folder, promised):
    restored = Loam(folder=folder)
    restored.tool("restore", str(backup))
    restored.tool("fsck", "--deep")
    with restored:
        names = names_in(restored)
    check_equal(names[:len(promised)], promised, "messages of the restored store")


def test(server, folder, arguments):
    folder = pathlib.Path(folder)
    backup = folder / "backup"
    writer = Writer(server)
    writer.start()
    try:
        for _ in range(5):
            time.sleep(0.3)
            promised = list(writer.acknowledged)
            done = server.tool("backup", "--json", str(backup))
    finally:
        writer.stopped = True
        writer.join()
    print(json.loads(done.stdout))
    server.kill()
    check_restored(backup, folder / "restored", promised)

    server.start()
    time.sleep(1.1)  # --at counts whole seconds
    then = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    time.sleep(1.1)
    with Imap(server.imap_port) as peer:
        peer.select(b"INBOX")
        peer.command(b"UID STORE 1:5 +FLAGS.SILENT (\\Deleted)")
        peer.command(b"UID EXPUNGE 1:5")
    server.tool("backup", str(backup))
    server.halt()
    for source in (backup, server.store):
        into = "Back/" + source.name
        server.tool("restore", str(source), "--user", "demo", "--mailbox", "INBOX", "--at", then, "--into", into)
        check_equal(server.tool("restore", str(source), "--user", "demo", "--into", into, check=False).returncode, 2,
                    "a mailbox that is there is not written to")
    server.tool("fsck", "--deep")
    server.start()
    for source in (backup, server.store):
        check_equal(names_in(server, b"Back/" + source.name.encode()), writer.acknowledged, "messages as they were")
    check_equal(names_in(server), writer.acknowledged[5:], "messages that are there")


if __name__ == "__main__":
    run_test(test, __doc__)
