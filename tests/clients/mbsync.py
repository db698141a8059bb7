#!/usr/bin/env python3
"""Two-way synchronisation with mbsync (isync): every message byte for byte, then changes on both sides, then none."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import need_program, run_program, run_test  # noqa: E402
from sample_mail import corpus_sample, tight_message  # noqa: E402
from two_way import two_way_test  # noqa: E402

CONFIG = """
IMAPAccount test
Host 127.0.0.1
Port {port}
User demo
Pass secret
SSLType None
AuthMechs LOGIN

IMAPStore far
Account test

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
Sync All
SyncState *
"""


def test(server, folder, arguments):
    program = need_program("mbsync", "isync")
    config = pathlib.Path(folder) / "mbsyncrc"
    maildir = pathlib.Path(folder) / "maildir"
    maildir.mkdir()
    config.write_text(CONFIG.format(port=server.imap_port, maildir=maildir))
    more = [tight_message(), *corpus_sample(arguments.corpus_sample)]
    two_way_test(server, maildir, lambda: run_program([program, "-c", str(config), "-a"]), more)


def add_options(parser):
    parser.add_argument("--corpus-sample", type=int, default=0, help="so many messages of the real corpus as well")


if __name__ == "__main__":
    run_test(test, __doc__, add_options)
