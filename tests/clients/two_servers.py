"""One store, one process: a second server and every command that needs the store alone are refused, and told by whom."""

import subprocess

from client_test import check, check_equal, run_test
from imap_peer import Imap
from loam_server import Loam, find_binary

COMMANDS = (("export", "--user", "demo", "maildir", "/nowhere"), ("fsck",), ("rebuild",), ("scrub",), ("fsck", "--salvage"))


def test(server, folder, arguments):
    holder = f"in use by process {server.pid}"
    second = Loam(folder=folder)
    config = second.folder / "second.toml"
    config.write_text(second.config_text().replace(str(second.store), str(server.store)))
    done = subprocess.run([find_binary("loamd"), "--config", str(config)], capture_output=True, timeout=60)
    check_equal(done.returncode, 2, "status of the second server")
    check(holder in done.stderr.decode(), f"the holder is named: {done.stderr.decode()}")
    for command in COMMANDS:
        done = server.tool(*command, check=False)
        check_equal(done.returncode, 2, f"status of {command}")
        check(holder in done.stderr.decode(), f"the holder is named: {done.stderr.decode()}")
    with Imap(server.imap_port) as peer:
        peer.append(b"INBOX", b"Subject: still here\r\n\r\n")
        check_equal(peer.select(b"INBOX")[0], 1, "messages")
    server.kill()  # the lock goes with the process, however it ends
    server.tool("fsck")
    server.start()


if __name__ == "__main__":
    run_test(test, __doc__)
