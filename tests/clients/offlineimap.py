#!/usr/bin/env python3
"""Two-way synchronisation with OfflineIMAP: every message byte for byte, then changes on both sides, then none."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import need_program, run_program, run_test  # noqa: E402
from two_way import two_way_test  # noqa: E402

CONFIG = """
[general]
accounts = test
metadata = {folder}/state
fsync = False
ui = quiet

[Account test]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = {maildir}
sep = /

[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = {port}
remoteuser = demo
remotepass = secret
ssl = no
starttls = no
auth_mechanisms = LOGIN
"""


def test(server, folder, _):
    program = need_program("offlineimap", "offlineimap3")
    config = pathlib.Path(folder) / "offlineimaprc"
    maildir = pathlib.Path(folder) / "maildir"
    maildir.mkdir()
    config.write_text(CONFIG.format(folder=folder, port=server.imap_port, maildir=maildir))
    # Only the system's own Python has the program's modules.
    environment = dict(os.environ, PATH="/usr/bin:/bin", HOME=folder)
    two_way_test(server, maildir, lambda: run_program([program, "-o", "-c", str(config)], env=environment))


if __name__ == "__main__":
    run_test(test, __doc__)
