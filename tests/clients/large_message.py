"""A message of 100 MB goes in and out, by IMAP and by LMTP, while the server's memory stays bounded; and a reader that
does not read holds up nobody."""

import base64
import hashlib
import random
import re

from client_test import check, check_equal, run_test
from imap_peer import Imap, Lmtp

MESSAGE_MB = 100
GROWTH_MB_MAX = 32


def peak_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) / 1024


def large_message():
    body = base64.encodebytes(random.Random(1).randbytes(MESSAGE_MB * 740_000)).replace(b"\n", b"\r\n")
    return (b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + body)


def read_in_pieces(peer, size):
    """The only message's octets, hashed as they come."""
    peer.send(b"big UID FETCH 1:* BODY.PEEK[]\r\n")
    line = peer.line()
    count = int(re.search(rb"\{(\d+)\}$", line).group(1))
    check_equal(count, size, "octets announced")
    sha256 = hashlib.sha256()
    while count > 0:
        piece = peer.octets(min(count, 1 << 20))
        sha256.update(piece)
        count -= len(piece)
    while not peer.line().startswith(b"big OK"):
        pass
    return sha256.hexdigest()


def test(server, folder, arguments):
    message = large_message()
    wanted = hashlib.sha256(message).hexdigest()
    with Imap(server.imap_port) as peer:
        peer.append(b"INBOX", b"Subject: small\r\n\r\nwarm\r\n")
        peer.select(b"INBOX")
        peer.command(b"STORE 1 +FLAGS.SILENT (\\Deleted)")
        peer.command(b"EXPUNGE")
        before = peak_mb(server.pid)
        peer.append(b"INBOX", message)
        check_equal(read_in_pieces(peer, len(message)), wanted, "the message that was appended")
        with Imap(server.imap_port) as lazy, Imap(server.imap_port) as other:
            lazy.select(b"INBOX")
            lazy.send(b"big UID FETCH 1:* BODY.PEEK[]\r\n")
            lazy.line()
            for _ in range(20):
                other.command(b"NOOP")
        grown = peak_mb(server.pid) - before
        print(f"peak memory grew by {grown:.1f} MB over {before:.1f} MB")
        check(grown < GROWTH_MB_MAX, f"peak memory grew by {grown:.1f} MB; {GROWTH_MB_MAX} are allowed")
        with Lmtp(server.lmtp_port) as lmtp:
            lmtp.deliver(message)
        grown = peak_mb(server.pid) - before
        print(f"and by {grown:.1f} MB after a delivery by LMTP")
        check(grown < GROWTH_MB_MAX, f"peak memory grew by {grown:.1f} MB with LMTP; {GROWTH_MB_MAX} are allowed")


if __name__ == "__main__":
    run_test(test, __doc__)
