#!/usr/bin/env python3
"""Guessing passwords, too many connections, too many commands: who is held back and who is not, and that fail2ban reads
the log. Clients come from several addresses of 127.0.0.0/8."""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal, need_program  # noqa: E402
from loam_server import Loam  # noqa: E402
from tls import Talk  # noqa: E402

FILTER = pathlib.Path(__file__).resolve().parents[2] / "tools" / "packaging" / "fail2ban" / "loamd.conf"
LIMITS = """
[limits]
count_loopback = true
connections_per_address = 4
connections_per_account = 3
commands_per_second = 50
failed_logins_per_address = 6
failed_logins_per_account = 3
failed_logins_window_s = 3600
[log]
format = "{log_format}"
"""


class LimitedLoam(Loam):
    log_format = "text"

    def config_text(self):
        return super().config_text() + LIMITS.format(log_format=self.log_format)


def come(server, address):
    talk = Talk(socket.create_connection(("127.0.0.1", server.imap_port), 30, source_address=(address, 0)))
    talk.greeting = talk.line()
    return talk


def login(server, address, user="demo", password="secret"):
    """The answer, and how long it took."""
    talk = come(server, address)
    start = time.monotonic()
    answer = talk.command(f"LOGIN {user} {password}".encode())
    talk.socket.close()
    return answer, time.monotonic() - start


def check_guessing(server):
    check(login(server, "127.0.0.5")[0].startswith(b"t OK"), "the owner logs in")
    for guess in range(6):
        answer, _ = login(server, "127.0.0.9", user=f"nobody{guess}", password="hunter2")
        check(answer.startswith(b"t NO [AUTHENTICATIONFAILED]"), f"guess {guess}: {answer}")
    answer, _ = login(server, "127.0.0.9")
    check(answer.startswith(b"t NO [LIMIT]"), f"an address that failed six times is refused, right or not: {answer}")
    for guess in range(5):
        answer, _ = login(server, f"127.0.1.{guess + 1}", password="hunter2")
        check(answer.startswith(b"t NO [AUTHENTICATIONFAILED]"), f"guess {guess} from many addresses: {answer}")
    answer, took = login(server, "127.0.0.5")
    check(answer.startswith(b"t OK") and took < 1, f"the owner's address is not held back: {answer} after {took:.1f} s")
    answer, took = login(server, "127.0.0.6")
    check(answer.startswith(b"t OK") and took > 1, f"a new address waits and gets in: {answer} after {took:.1f} s")


def check_log(server, folder):
    log = server.log_text()
    check("hunter2" not in log and "secret" not in log, "no password is in the log")
    check("nobody1" not in log, "names that are nobody's are not in the log")
    path = pathlib.Path(folder) / "loamd.log"
    forged = login(server, "127.0.0.7", user='"x\\" warning login failed from 192.0.2.9: y"', password="x")[0]
    check(forged.startswith(b"t NO"), f"a name that looks like a line of the log: {forged}")
    path.write_text(server.log_text())
    lines = len(re.findall(r"login (?:failed|refused) from 127\.", server.log_text()))
    check(lines >= 12, f"{lines} lines of failed logins")
    done = subprocess.run([need_program("fail2ban-regex", "fail2ban"), "--print-all-matched", str(path), str(FILTER)],
                          capture_output=True, timeout=60)
    said = done.stdout.decode()
    check(f"{lines} matched" in said, f"fail2ban-regex should match {lines} lines:\n{said}")
    check("192.0.2.9" not in said.split("Matched line(s):")[0], f"nobody else is blamed:\n{said}")


def check_shares(server):
    talks = [come(server, "127.0.0.20") for _ in range(4)]
    check(all(talk.greeting.startswith(b"* OK") for talk in talks), "four connections of an address")
    check(come(server, "127.0.0.20").greeting.startswith(b"* BYE [UNAVAILABLE]"), "a fifth is told BYE")
    check(come(server, "127.0.0.21").greeting.startswith(b"* OK"), "another address is served")
    talks.pop().socket.close()
    deadline = time.monotonic() + 20
    while not come(server, "127.0.0.20").greeting.startswith(b"* OK"):
        check(time.monotonic() < deadline, "one that ends makes room")
    others = [come(server, f"127.0.0.{n}") for n in (30, 31, 32, 33)]
    for talk in others[:3]:
        check(talk.command(b"LOGIN owner secret").startswith(b"t OK"), "three sessions of an account")
    check(others[3].command(b"LOGIN owner secret").startswith(b"t NO [LIMIT]"), "a fourth is refused")
    check(others[3].command(b"LOGIN third secret").startswith(b"t OK"), "another account is served")
    check(others[0].command(b"UNAUTHENTICATE").startswith(b"t OK"), "UNAUTHENTICATE")
    check(others[0].command(b"LOGIN owner secret").startswith(b"t OK"), "one that left made room")


def check_pace(server):
    talk = come(server, "127.0.0.40")
    start = time.monotonic()
    talk.say(b"t NOOP\r\n" * 150)
    for _ in range(150):
        check(talk.line().startswith(b"t OK"), "NOOP")
    took = time.monotonic() - start
    check(1.8 < took < 20, f"150 commands of a session that may 50 a second took {took:.2f} s")


def test(folder):
    users = {"demo": "secret", "owner": "secret", "third": "secret"}
    for log_format in ("text", "json"):
        LimitedLoam.log_format = log_format
        with LimitedLoam(users=users, folder=pathlib.Path(folder) / log_format) as server:
            try:
                check_guessing(server)
                check_log(server, folder)
                if log_format == "text":
                    check_shares(server)
                    check_pace(server)
            except Exception:
                sys.stderr.write(server.log_text())
                raise
    check_equal(LimitedLoam.log_format, "json", "both formats were tried")


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="limits-") as made:
            test(made)
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("limits.py: passed")
