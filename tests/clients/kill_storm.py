#!/usr/bin/env python3
"""Kills the server in the middle of deliveries, again and again: what was acknowledged must be there exactly once.

Each round several connections APPEND and deliver over LMTP until the server is killed with SIGKILL, at a moment that
the seed decides. Then `loam fsck` must find nothing, and after the restart every message that was ever acknowledged
must exist once, whole, at the uid that was told; what was not acknowledged may exist once, whole.
"""

import collections
import hashlib
import json
import pathlib
import random
import re
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, parser_for  # noqa: E402
from imap_peer import Imap, Lmtp, ProtocolError, Refused  # noqa: E402
from loam_server import open_server  # noqa: E402

USERS = {"demo": "secret", "other": "secret"}
APPENDERS, DELIVERERS = 3, 3
ID = re.compile(rb"(?m)^Message-ID: <([^>]+)>\r$")
APPENDUID = re.compile(rb"\[APPENDUID \d+ (\d+)\]")


def make_message(name, dice):
    """A message whose body proves that it is whole: its last line is the digest of the lines before."""
    size = 300_000 + dice.randrange(200_000) if dice.random() < 0.03 else dice.randrange(200, 6000)
    lines = b"\r\n".join(dice.randbytes(36).hex().encode() for _ in range(size // 74 + 1))
    return (b"Message-ID: <" + name + b">\r\nSubject: storm\r\n\r\n" + lines + b"\r\n" +
            hashlib.sha256(lines).hexdigest().encode() + b"\r\n")


def whole_message_id(body):
    """The id of a message that is whole. Trace fields may stand before what was sent."""
    match = ID.search(body)
    check(match, f"a message without its id: {body[:200]}")
    text = body[body.index(b"\r\n\r\n") + 4:]
    lines, _, digest = text.removesuffix(b"\r\n").rpartition(b"\r\n")
    check(hashlib.sha256(lines).hexdigest().encode() == digest, f"message {match.group(1)} is not whole")
    return match.group(1)


class Storm:
    """One round of traffic. Threads add what was acknowledged under the lock."""

    def __init__(self, server, round_number, seed):
        self.server = server
        self.round = round_number
        self.seed = seed
        self.lock = threading.Lock()
        self.acknowledged = []  # (user, id, uid or None)
        self.problems = []
        self.killed = False

    def _acknowledge(self, user, name, uid=None):
        with self.lock:
            self.acknowledged.append((user, name, uid))

    def _messages(self, worker):
        dice = random.Random(f"{self.seed}-{self.round}-{worker}")
        for number in range(1_000_000):
            name = f"storm-{self.round}-{worker}-{number}@example.org".encode()
            yield name, make_message(name, dice), dice

    def _append(self, worker):
        with Imap(self.server.imap_port, timeout=30) as peer:
            for name, message, _ in self._messages(worker):
                match = APPENDUID.search(peer.append(b"INBOX", message))
                self._acknowledge("demo", name, int(match.group(1)) if match else None)

    def _deliver(self, worker):
        with Lmtp(self.server.lmtp_port, timeout=30) as peer:
            for name, message, dice in self._messages(worker):
                users = ["demo", "other"] if dice.random() < 0.3 else ["demo"]
                peer.begin(message, [user.encode() for user in users])
                for user in users:  # each recipient is acknowledged on its own: RFC 2033 section 4.2
                    peer.expect(b"250")
                    self._acknowledge(user, name)

    def _guard(self, work, worker):
        try:
            work(worker)
        except OSError as error:  # the kill ends every connection
            if not self.killed:
                self.problems.append(f"connection ended before the kill: {error}")
        except (Refused, ProtocolError, Failed) as error:
            self.problems.append(str(error))

    def run(self):
        """Until the server is dead and every thread has ended."""
        work = [self._append] * APPENDERS + [self._deliver] * DELIVERERS
        threads = [threading.Thread(target=self._guard, args=(task, i)) for i, task in enumerate(work)]
        for thread in threads:
            thread.start()
        dice = random.Random(f"{self.seed}-{self.round}")
        target, deadline = dice.randrange(20, 400), time.monotonic() + 60
        while len(self.acknowledged) < target and time.monotonic() < deadline and not self.problems:
            time.sleep(0.001)
        time.sleep(dice.random() * 0.02)
        self.killed = True
        self.server.kill()
        for thread in threads:
            thread.join(60)
        check(not self.problems, "; ".join(self.problems[:3]))
        check(not any(thread.is_alive() for thread in threads), "a connection outlived the server")
        check(self.acknowledged, "nothing was acknowledged within a minute")


def check_account(server, user, promised):
    """Compares one INBOX with what was promised to it. Returns how many messages it holds."""
    with Imap(server.imap_port, user, USERS[user]) as peer:
        exists, _ = peer.select(b"INBOX")
        found, uids = collections.Counter(), {}
        for first in range(1, exists + 1, 500):
            numbers = b"%d:%d" % (first, min(first + 499, exists))
            for row in peer.fetch(numbers, b"(UID RFC822.SIZE BODY.PEEK[])", by_uid=False):
                name = whole_message_id(row[b"BODY[]"])
                check(int(row[b"RFC822.SIZE"]) == len(row[b"BODY[]"]), f"{name}: RFC822.SIZE is wrong")
                found[name] += 1
                uids[name] = int(row[b"UID"])
    check(sum(found.values()) == exists, f"{user}: {sum(found.values())} messages fetched of {exists}")
    twice = [name for name, count in found.items() if count > 1]
    check(not twice, f"{user}: there twice: {twice[:5]}")
    lost = [name for name in promised if name not in found]
    check(not lost, f"{user}: {len(lost)} acknowledged messages are lost: {lost[:5]}")
    moved = [name for name, uid in promised.items() if uid is not None and uids[name] != uid]
    check(not moved, f"{user}: not at the uid that was told: {moved[:5]}")
    return exists


def run_rounds(server, arguments):
    promised = {user: {} for user in USERS}
    rounds = []
    for number in range(1, arguments.rounds + 1):
        storm = Storm(server, number, arguments.seed)
        storm.run()
        for user, name, uid in storm.acknowledged:
            promised[user][name] = uid
        if arguments.server == "loam":
            server.tool("fsck")
        begun = time.monotonic()
        server.start()
        restart = time.monotonic() - begun
        exists = {user: check_account(server, user, names) for user, names in promised.items()}
        rounds.append({"round": number, "acknowledged": len(storm.acknowledged),
                       "restart_seconds": round(restart, 3), "messages": exists})
    return {"seed": arguments.seed, "rounds": rounds,
            "acknowledged": sum(len(names) for names in promised.values())}


def main():
    parser = parser_for(__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often to kill (default: 3)")
    parser.add_argument("--seed", type=int, default=1, help="decides messages and moments (default: 1)")
    arguments = parser.parse_args()
    with open_server(arguments.server, users=USERS) as server:
        try:
            summary = run_rounds(server, arguments)
        except Exception as failure:
            sys.stderr.write(server.log_text())
            if isinstance(failure, (Failed, RuntimeError, OSError, Refused, ProtocolError)):
                sys.exit(f"FAILED, seed {arguments.seed}: {failure}")
            raise
    print(json.dumps(summary, indent=2))


if __name__ == "__main__":
    main()
