"""The index is deleted and made anew from the log: the same questions get the same answers, octet for octet.

Before that, `loam fsck` says what is missing and what mends it, and a rebuild that is killed at any moment leaves a
store that another rebuild mends."""

import json
import random
import shutil
import subprocess
import time

from client_test import check, check_equal, run_test
from imap_peer import Imap, Lmtp, Parser, quote
from loam_server import find_binary

FOLDERS = (b"Archive", b"Archive/2026", b"Work")
QUESTIONS = (
    b"CAPABILITY",
    b"LIST \"\" * RETURN (SUBSCRIBED CHILDREN STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ SIZE))",
    b"STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ)",
    b"GETQUOTAROOT INBOX",
    b"SELECT INBOX (CONDSTORE)",
    b"UID FETCH 1:* (UID FLAGS MODSEQ INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)",
    b"UID FETCH 1:* (BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (SUBJECT DATE)])",
    b"UID SEARCH RETURN (ALL COUNT MIN MAX) UNSEEN",
    b"UID SEARCH TEXT needle",
    b"UID SEARCH KEYWORD $Work SUBJECT 1",
    b"UID SEARCH MODSEQ 5",
    b"SELECT Archive/2026",
    b"FETCH 1:* (UID FLAGS BODY.PEEK[TEXT]<5.20>)",
    b"SELECT Work",
    b"UID SEARCH ALL",
)


def message(number):
    part = b"needle" if number % 3 == 0 else b"hay"
    return (b"From: A <a@example.org>\r\nDate: Tue, 24 Nov 2026 10:%02d:00 +0000\r\nSubject: number %d\r\n"
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n%s %d\r\n--b\r\n"
            b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n"
            % (number % 60, number, part, number, b"QUFB" * (number % 15)))


def fill(server):
    with Imap(server.imap_port) as peer:
        for folder in FOLDERS:
            peer.command(b"CREATE " + folder)
        peer.command(b"SUBSCRIBE Work")
        for number in range(600):
            peer.append(b"INBOX", message(number), (b"\\Seen",) if number % 4 == 0 else ())
        peer.append(b"Work", b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 60_000)
        peer.select(b"INBOX")
        peer.command(b"UID STORE 5:400 +FLAGS (\\Flagged)")
        peer.command(b"UID STORE 7,9:12 +FLAGS ($Work)")
        peer.command(b"UID COPY 1:300 Archive")
        peer.command(b"UID MOVE 20:60 Archive/2026")
        peer.command(b"UID STORE 100:140,600 +FLAGS.SILENT (\\Deleted)")
        peer.command(b"UID EXPUNGE 100:140,600")
        peer.command(b"RENAME Archive Old")
        peer.command(b"RENAME Old Archive")
    with Lmtp(server.lmtp_port) as peer:
        for number in range(5):
            peer.deliver(message(1000 + number))


def answers(server):
    """Everything that the server says to the questions, and to a client with QRESYNC."""
    said = []
    with Imap(server.imap_port) as peer:
        for question in QUESTIONS:
            untagged, rest = peer.command(question)
            said.append((question, untagged, rest))
        for root in Parser(peer.command(b"GETQUOTAROOT INBOX")[0][0]).values()[2:]:
            check(b"STORAGE" in peer.command(b"GETQUOTA " + quote(root))[0][0], "there is a quota to compare")
            said.append((b"GETQUOTA", *peer.command(b"GETQUOTA " + quote(root))))
    with Imap(server.imap_port) as peer:
        _, codes = peer.select(b"INBOX")
    with Imap(server.imap_port) as peer:
        peer.command(b"ENABLE QRESYNC")
        for known in (1, 300, 610):
            question = b"SELECT INBOX (QRESYNC (%d %d 1:700))" % (codes["UIDVALIDITY"], known)
            untagged, rest = peer.command(question)
            said.append((question, untagged, rest))
    return said


def compare(before, after):
    for (question, untagged, rest), (_, untagged_after, rest_after) in zip(before, after, strict=True):
        check_equal(untagged_after, untagged, question.decode())
        check_equal(rest_after, rest, question.decode())


def fsck(server, status):
    done = server.tool("fsck", "--deep", "--json", check=False)
    check_equal(done.returncode, status, "status of fsck")
    return json.loads(done.stdout)


def rebuild_and_kill(server, milliseconds):
    command = [find_binary("loam"), "--store", str(server.store), "rebuild"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(milliseconds / 1000)
    process.kill()
    return process.wait()


def test(server, folder, arguments):
    fill(server)
    server.halt()
    server.tool("user", "quota", "demo", "--storage", "1G", "--messages", "100000")
    server.start()  # so that nothing is recent either time
    before = answers(server)
    server.halt()
    fsck(server, 0)
    index = server.store / "db"

    shutil.rmtree(index)
    report = fsck(server, 1)
    check(any("db/CURRENT" in finding for finding in report["findings"]), f"what is missing is named: {report}")
    check(any("loam rebuild" in advice for advice in report["advice"]), f"what mends it is named: {report}")
    rebuilt = json.loads(server.tool("rebuild", "--json").stdout)
    print(f"rebuilt {rebuilt['messages']} messages in {rebuilt['seconds']:.3f} s")
    check_equal(fsck(server, 0)["messages"], rebuilt["messages"], "messages")
    server.start()
    compare(before, answers(server))
    server.halt()

    dice = random.Random(7)
    for _ in range(8):
        rebuild_and_kill(server, dice.random() * 1000 * rebuilt["seconds"] * 1.3)
        if not index.exists():
            break
        left = [name for name in ("db.new", "db.old") if (server.store / name).exists()]
        fsck(server, 1 if left else 0)
    server.tool("rebuild")
    fsck(server, 0)
    server.start()
    compare(before, answers(server))


if __name__ == "__main__":
    run_test(test, __doc__)
