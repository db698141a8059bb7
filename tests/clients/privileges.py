#!/usr/bin/env python3
"""What loamd may do once it serves: no core dumps, nothing gained by execve, and, where root starts it, another user's
rights only, on a port and with a key that only root can open."""

import os
import pathlib
import pwd
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal  # noqa: E402
from loam_server import Loam, find_binary  # noqa: E402
from tls import Talk, TlsLoam, clear, make_certificate, secure, trusting  # noqa: E402

USER = "nobody"


class DroppingLoam(TlsLoam):
    """Started by root, which owns all but the store."""

    def config_text(self):
        return super().config_text() + f'[process]\nuser = "{USER}"\n'


def status_of(pid):
    """/proc/PID/status of each thread, as dictionaries."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        yield dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)


def limits_of(pid):
    text = pathlib.Path(f"/proc/{pid}/limits").read_text()
    return re.search(r"Max core file size\s+(\S+)\s+(\S+)", text).groups()


def check_restricted(server, as_root):
    for status in status_of(server.pid):
        check_equal(status["NoNewPrivs"], "1", "no_new_privs")
        if as_root:
            check_equal(int(status["CapBnd"], 16), 0, "capabilities that could be gained")
    if as_root:
        check_equal(limits_of(server.pid), ("0", "0"), "size of a core file")
        check_equal(os.stat(f"/proc/{server.pid}/mem").st_uid, 0, "who may read its memory")


def check_dropped(server, folder):
    wanted = pwd.getpwnam(USER)
    threads = list(status_of(server.pid))
    check(len(threads) > 3, "several threads")
    for status in threads:
        check_equal(set(status["Uid"].split()), {str(wanted.pw_uid)}, "user ids of a thread")
        check_equal(set(status["Gid"].split()), {str(wanted.pw_gid)}, "group ids of a thread")
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            check_equal(int(status[kind], 16), 0, f"{kind} of a thread")
    check(Talk(clear(server.imap_port)).line().startswith(b"* OK"), "the privileged port is served")
    talk = secure(server, trusting(folder, "a"))
    check(talk.command(b"LOGIN demo secret").startswith(b"t OK"), "TLS with root's key")
    check(talk.command(b"CREATE box").startswith(b"t OK"), "the store can be written")
    check_equal(server.store.stat().st_uid, wanted.pw_uid, "whose store it is")


def check_refusals(server):
    config = server.folder / "wrong.toml"
    for user, why in (("no-such-user", b"no user no-such-user"), ("root", b"whom not to be")):
        config.write_text(server.config_text().replace(f'user = "{USER}"', f'user = "{user}"'))
        done = subprocess.run([find_binary("loamd"), "--config", str(config)], capture_output=True, timeout=60)
        check(done.returncode == 2 and why in done.stderr, f"{user}: {done.stderr}")


def test(folder):
    as_root = os.geteuid() == 0
    with Loam() as server:
        check_restricted(server, as_root)
    if not as_root:
        return
    folder.chmod(0o755)
    for name, host in (("a", "a.example"), ("b", "b.example"), ("ca", "someone")):
        make_certificate(folder, name, host)
    server = DroppingLoam(folder)
    server.imap_port = 143
    server.create()
    for path in (server.store, *server.store.rglob("*")):
        os.chown(path, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
    check_refusals(server)
    with server:
        try:
            check_restricted(server, as_root)
            check_dropped(server, folder)
        except Exception:
            sys.stderr.write(server.log_text())
            raise


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="privileges-") as made:
            test(pathlib.Path(made))
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("privileges.py: passed")
