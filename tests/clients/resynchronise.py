"""A client with QRESYNC comes back after others changed its mailbox and after the server was restarted: it ends with the
mailbox as it is, and no body crosses the wire again. RFC 7162 section 6."""

import re

from client_test import check, check_equal, run_test
from imap_peer import Imap, Parser

MESSAGES = 200
BODY_BYTES = 10_000


def message(number):
    return b"Subject: number %d\r\n\r\n" % number + (b"x" * 78 + b"\r\n") * (BODY_BYTES // 80)


def uids_of(text):
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        yield from range(int(first), int(last or first) + 1)


class Cache:
    """What the client keeps between its visits: flags by uid, and up to where it knows everything."""

    def __init__(self):
        self.flags, self.validity, self.modseq = {}, 0, 0

    def take(self, untagged):
        for response in untagged:
            if match := re.match(rb"OK \[(\S+) (\d+)\]", response):
                name, value = match.groups()
                self.validity = int(value) if name == b"UIDVALIDITY" else self.validity
                self.modseq = int(value) if name == b"HIGHESTMODSEQ" else self.modseq
            elif match := re.match(rb"VANISHED (?:\(EARLIER\) )?(\S+)$", response):
                for uid in uids_of(match.group(1)):
                    self.flags.pop(uid, None)
            elif re.match(rb"\d+ FETCH ", response):
                items = Parser(response).values()[2]
                found = dict(zip(items[::2], items[1::2]))
                self.flags[int(found[b"UID"])] = sorted(f for f in found[b"FLAGS"] if f != b"\\Recent")

    def first_visit(self, server):
        with Imap(server.imap_port) as peer:
            self.take(peer.command(b"SELECT INBOX (CONDSTORE)")[0])
            self.take(peer.command(b"UID FETCH 1:* (FLAGS)")[0])

    def come_back(self, server):
        """Returns the octets that the answer took."""
        with Imap(server.imap_port) as peer:
            peer.command(b"ENABLE QRESYNC")
            untagged, _ = peer.command(b"SELECT INBOX (QRESYNC (%d %d))" % (self.validity, self.modseq))
            self.take(untagged)
            return sum(len(response) + 4 for response in untagged)


def change_some(server):
    with Imap(server.imap_port) as peer:
        peer.select(b"INBOX")
        peer.command(b"UID STORE 10:12 +FLAGS.SILENT (\\Flagged $Work)")
        peer.command(b"UID STORE 1,50:59,%d +FLAGS.SILENT (\\Deleted)" % MESSAGES)
        peer.command(b"UID EXPUNGE 1,50:59,%d" % MESSAGES)
        peer.append(b"INBOX", message(0), (b"\\Seen",))


def now(server):
    fresh = Cache()
    fresh.first_visit(server)
    return fresh


def test(server, folder, arguments):
    with Imap(server.imap_port) as peer:
        for number in range(MESSAGES):
            peer.append(b"INBOX", message(number))
    cache = Cache()
    cache.first_visit(server)
    check_equal(len(cache.flags), MESSAGES, "messages at first")
    for round_number in range(2):
        if round_number == 0:
            change_some(server)
        else:
            with Imap(server.imap_port) as peer:
                peer.select(b"INBOX")
                peer.command(b"UID STORE 20 +FLAGS.SILENT (\\Answered)")
        server.kill()
        server.start()
        octets = cache.come_back(server)
        truth = now(server)
        check_equal(cache.flags, truth.flags, "flags by uid")
        check_equal(cache.modseq, truth.modseq, "HIGHESTMODSEQ")
        print(f"round {round_number}: {octets} octets of answer, of a mailbox of {MESSAGES * BODY_BYTES}")
        check(octets < 2000, f"{octets} octets to come back")


if __name__ == "__main__":
    run_test(test, __doc__)
