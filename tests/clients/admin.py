#!/usr/bin/env python3
"""`loam` beside a running server: users made, changed and deleted through the admin socket, what their sessions hear of
it at once, who may ask, and that no secret is logged."""

import json
import os
import pathlib
import pwd
import select
import socket
import stat
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal  # noqa: E402
from imap_peer import Imap, Refused  # noqa: E402
from loam_server import Loam  # noqa: E402

MESSAGE = b"Subject: a needle\r\n\r\nin the hay\r\n"


def refused(action, wanted, what):
    try:
        action()
    except Refused as refusal:
        check(wanted in str(refusal), f"{what}: {refusal}")
        return
    raise Failed(f"{what}: was not refused")


class Operator:
    """The protocol itself, without `loam`."""

    def __init__(self, server):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(server.store / "ADMIN"))
        self.file = self.socket.makefile("rb")

    def say(self, line):
        self.socket.sendall(line + b"\n")

    def answer(self):
        """Rows, and the last line."""
        rows = []
        while True:
            line = json.loads(self.file.readline())
            if "row" not in line:
                return rows, line
            rows.append(line["row"])


def check_users(server):
    server.tool("user", "add", "kim", stdin=b"first\n")
    done = server.tool("user", "add", "kim", stdin=b"first\n", check=False)
    check(done.returncode == 2 and b"user kim exists already" in done.stderr, f"a second kim: {done.stderr}")
    users = {user["name"]: user for user in json.loads(server.tool("user", "list", "--json").stdout)}
    check_equal(sorted(users), ["demo", "kim"], "users")
    check(b"kim" in server.tool("user", "list").stdout, "the table of users")
    with Imap(server.imap_port, "kim", "first"):  # now it is remembered
        pass
    server.tool("user", "passwd", "kim", stdin=b"second\n")
    refused(lambda: Imap(server.imap_port, "kim", "first"), "AUTHENTICATIONFAILED", "the old password")
    with Imap(server.imap_port, "kim", "second"):
        pass
    server.tool("user", "admin", "kim")
    users = {user["name"]: user for user in json.loads(server.tool("user", "list", "--json").stdout)}
    check(users["kim"]["administrator"], "kim is an administrator")
    server.tool("user", "no-admin", "kim")
    done = server.tool("user", "passwd", "nobody", stdin=b"x\n", check=False)
    check(done.returncode == 2 and b"no user nobody" in done.stderr, f"passwd of nobody: {done.stderr}")


def check_quota(server):
    with Imap(server.imap_port, "kim", "second") as peer:
        peer.append(b"INBOX", MESSAGE)
        said = server.tool("user", "quota", "kim", "--messages", "1").stdout
        check(b"messages   1 of 1\n" in said and b"no limit" in said, f"quota: {said}")
        refused(lambda: peer.append(b"INBOX", MESSAGE), "OVERQUOTA", "the session that is open meets the new limit")
        server.tool("user", "quota", "kim", "--messages", "none")
        peer.append(b"INBOX", MESSAGE)


def check_reading(server):
    stats = json.loads(server.tool("stats", "--json").stdout)
    check(stats["accounts"] == 2 and stats["messages"] == 2, f"stats: {stats}")
    check(b"log_groups" in server.tool("stats").stdout, "stats as a table")
    check_equal(server.tool("search", "kim", "NEEDLE", "--in", "subject").stdout, b"INBOX\t1\nINBOX\t2\n", "found")
    check_equal(server.tool("search", "kim", "nowhere", "--build", check=False).returncode, 1, "found nothing")
    done = server.tool("search", "kim", "x", "--mailbox", "None", check=False)
    check(done.returncode == 2 and b"no mailbox None" in done.stderr, f"no such mailbox: {done.stderr}")


def check_import(server, folder):
    """Files come in while the server runs, and whoever idles hears of them at once."""
    mail = folder / "mail"
    mail.mkdir()
    large = b"Subject: large\n\n" + b"0123456789abcdef\n" * 200_000
    (mail / "1.eml").write_bytes(MESSAGE)
    (mail / "2.eml").write_bytes(large)
    mbox = folder / "box"
    mbox.write_bytes(b"From x@y Thu Jan  1 00:00:00 2015\nX-Keywords: good b(d \xff\nStatus: RO\n\nin a box\n\n")
    arguments = ("import", "--user", "demo", "--journal", str(folder / "journal"))
    with Imap(server.imap_port) as peer:
        peer.select(b"INBOX")
        peer.send(b"i IDLE\r\n")
        check(peer.line().startswith(b"+ "), "IDLE")
        done = server.tool(*arguments, "eml", str(mail))
        check(b"imported 2 messages (3600051 octets)" in done.stdout, f"import: {done.stdout}")
        heard = []
        while b"* 2 EXISTS" not in heard:
            heard.append(peer.line())
        peer.send(b"DONE\r\n")
    check(b"already there 2" in server.tool(*arguments, "eml", str(mail)).stdout, "again")
    (mail / "3.eml").write_bytes(b"Subject: new\n\none more\n")
    check(b"imported 1 " in server.tool(*arguments, "eml", str(mail)).stdout, "what is new since")
    done = server.tool(*arguments, "--mailbox", "Old/box", "mbox", str(mbox), check=False)
    check(done.returncode == 1 and b"keywords left out: b(d" in done.stderr, f"mbox: {done.stderr}")
    with Imap(server.imap_port) as peer:
        peer.select(b"Old/box")
        row = peer.fetch(b"1", b"(FLAGS INTERNALDATE)")[0]
        check({b"\\Seen", b"good"} <= set(row[b"FLAGS"]) and b"Jan-2015" in row[b"INTERNALDATE"], f"of the mbox: {row}")
        large_in = peer.messages(b"INBOX")[2][1]
        check(large_in == large.replace(b"\n", b"\r\n"), "every octet of the large one")
    server.tool("user", "quota", "demo", "--messages", "0")
    (mail / "4.eml").write_bytes(MESSAGE)
    done = server.tool(*arguments, "eml", str(mail), check=False)
    check(done.returncode == 1 and b"skipped" in done.stderr and b"4.eml" in done.stderr, f"full: {done.stderr}")
    done = server.tool("import", "--user", "nobody", "eml", str(mail), check=False)
    check(done.returncode == 2 and b"no user nobody" in done.stderr, f"nobody's mail: {done.stderr}")


def check_import_protocol(server):
    """Messages that are given up or come out of order, and octets that pose as requests."""
    operator = Operator(server)
    operator.say(b'{"do":"import append","mailbox":"INBOX"}')
    check_equal(operator.answer()[1]["text"], "no import was begun", "an append before all")
    operator.say(b'{"do":"import message","size":3}\n3\nabc0')
    check_equal(operator.answer()[1]["text"], "no import was begun", "a message before all")
    operator.say(b'{"do":"import","name":"demo"}')
    check_equal(operator.answer()[1], {"ok": True}, "the begin")
    operator.say(b'{"do":"import message","size":9}\n3\nabc-')
    check_equal(operator.answer(), ([], {"ok": True}), "a message that is given up")
    operator.say(b'{"do":"import message","size":5,"date":77}\n2\nX:3\n \r\n0')
    check_equal(operator.answer(), ([{"size": 5, "date": 77}], {"ok": True}), "a message in two chunks")
    operator.say(b'{"do":"import append","mailbox":"None"}')
    check_equal(operator.answer()[1]["error"], "not_found", "no such mailbox")
    operator.say(b'{"do":"import mailbox","mailbox":"None"}')
    check_equal(operator.answer()[0], [{"uidvalidity": 0, "uidnext": 0}], "it is not made unasked")
    operator.say(b'{"do":"import message","keywords":7}\n{"do":"user delete","name":"demo"}')
    rows, end = operator.answer()
    check(end["error"] == "invalid" and operator.file.read() == b"", f"octets behind what was not understood: {end}")
    operator = Operator(server)
    operator.say(b'{"do":"import","name":"demo"}\n{"do":"import message","size":3}\nthree')
    check_equal(operator.answer()[1], {"ok": True}, "the begin")
    check(operator.answer()[1]["error"] == "closed" and operator.file.read() == b"", "no chunk's length")
    check_equal([u["name"] for u in json.loads(server.tool("user", "list", "--json").stdout)], ["demo"], "users")


def check_delete(server):
    """Every session of the user hears BYE, whatever it does; others hear nothing."""
    idle = Imap(server.imap_port, "kim", "second")
    idle.select(b"INBOX")
    idle.send(b"i IDLE\r\n")
    check(idle.line().startswith(b"+ "), "IDLE")
    quiet = Imap(server.imap_port, "kim", "second")
    other = Imap(server.imap_port)
    server.tool("user", "delete", "kim")
    for peer in (idle, quiet):
        lines = [line.rstrip() for line in peer.file]
        check_equal(lines[-1:], [b"* BYE the account has been deleted"], f"last of {lines}")
    refused(lambda: Imap(server.imap_port, "kim", "second"), "AUTHENTICATIONFAILED", "a deleted user")
    check(not select.select([other.socket], [], [], 0)[0], "others hear nothing")
    other.command(b"NOOP")
    check_equal([u["name"] for u in json.loads(server.tool("user", "list", "--json").stdout)], ["demo"], "users left")


def check_protocol(server):
    operator = Operator(server)
    operator.say(b'{"do":"user list"}\n{"do":"stats"}')
    rows, end = operator.answer()
    check(rows[0]["name"] == "demo" and end == {"ok": True}, f"{rows} {end}")
    rows, end = operator.answer()
    check(len(rows) > 10 and end == {"ok": True}, "the second of two requests that were sent together")
    for line, why in ((b"stats", "no JSON object"), (b'{"do":"reboot"}', "nothing known to do"),
                      (b'{"do":"stats","x":"' + b"y" * 100000 + b'"}', "too long"),
                      (b'{"do":"user passwd","name":"demo","secret":"plain"}', "no stored form")):
        operator.say(line)
        rows, end = operator.answer()
        check(not rows and end["error"] == "invalid" and why in end["text"], f"{line[:60]}: {end}")
    operator.say(b'{"do":"stats"}')
    check_equal(operator.answer()[1], {"ok": True}, "after what was refused")


def check_strangers(server):
    """Even where the file's mode lets everybody in, only the owner and root are heard."""
    mode = stat.S_IMODE((server.store / "ADMIN").stat().st_mode)
    check_equal(oct(mode), oct(0o600), "mode of the socket")
    if os.geteuid() != 0:
        print("admin.py: not root, so nobody else asks")
        return
    for path, mode in ((server.folder, 0o755), (server.store, 0o711), (server.store / "ADMIN", 0o666)):
        path.chmod(mode)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        operator = Operator(server)
        rows, end = operator.answer()
    finally:
        os.seteuid(0)
    check(not rows and "only the store's owner" in end["text"], f"a stranger: {end}")
    check_equal(operator.file.read(), b"", "what a stranger hears behind it")


def test(folder):
    deep = pathlib.Path(folder) / ("d" * 120)  # longer than the address of a socket may be
    with Loam(folder=deep) as server:
        try:
            check_users(server)
            check_quota(server)
            check_reading(server)
            check_delete(server)
            check_import(server, pathlib.Path(folder))
            log = server.log_text()
            check("admin: user passwd kim, asked by user" in log, "what was changed is logged")
            check("SCRAM" not in log and "second" not in log, "secrets are not")
        except Exception:
            sys.stderr.write(server.log_text())
            raise
        server.halt()
        check(not (server.store / "ADMIN").exists(), "the socket goes with the server")
        server.tool("user", "list")
        server.start()
        server.kill()
        check((server.store / "ADMIN").exists(), "but not with a crash")
        server.tool("fsck")
        server.tool("stats")
        server.start()
        server.tool("stats")
    with Loam(folder=pathlib.Path(folder) / "s") as server:
        silent = Operator(server)
        silent.socket.sendall(b'{"request":')
        check_protocol(server)
        check_import_protocol(server)
        check_strangers(server)
        check_equal(silent.file.read(), b"", "what comes to somebody who is silent for half a minute")


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="admin-") as made:
            pathlib.Path(made).chmod(0o711)
            test(made)
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("admin.py: passed")
