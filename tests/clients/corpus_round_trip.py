#!/usr/bin/env python3
"""Every message of the corpora goes in and comes back byte for byte: by import, and by LMTP.

Against Dovecot, which has no import of ours, APPEND takes its place. The corpora are named by LOAM_CORPUS, or lie in
../shared/corpus beside the source folder. Files with several messages (mboxes) are left out.
"""

import collections
import csv
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, parser_for  # noqa: E402
from imap_peer import Imap, Lmtp  # noqa: E402
from loam_server import open_server  # noqa: E402
from sample_mail import corpus_folder  # noqa: E402

SKIPPED = 77  # CMakeLists.txt tells ctest so
FROM_LINE = re.compile(rb"From [^\r\n]*\r\n")
TRACE = re.compile(rb"(?:(?:Return-Path|Delivered-To|Received):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*", re.IGNORECASE)
USERS = {"demo": "secret", "lmtp": "secret"}


def mbox_files(corpus):
    with open(corpus / "torture" / "MANIFEST.tsv", newline="") as table:
        return {row["file"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
                if "mbox:" in row["flags"]}


def unpack(corpus, folder, every, fits):
    """Unpacks what is wanted: ordinary mail below folder/eml, hard mail as a Maildir. Returns the files in order."""
    eml, current = folder / "eml", folder / "maildir" / "cur"
    for place in (eml, current, folder / "maildir" / "new", folder / "maildir" / "tmp"):
        place.mkdir(parents=True)
    for archive in sorted(corpus.glob("*/*.tar.zst")):
        subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(eml)], check=True)
    for name in mbox_files(corpus):
        (eml / "torture" / name).unlink()
    files = sorted(path for path in eml.rglob("*") if path.is_file())
    wanted = []
    for number, path in enumerate(files):
        if number % every or not fits(path):
            path.unlink()
        elif path.is_relative_to(eml / "torture"):
            name = "_".join(path.relative_to(eml / "torture").parts).replace(":", "_")
            wanted.append(path.rename(current / f"{number}.{name}:2,S"))
        else:
            wanted.append(path)
    return wanted


def as_stored(data):
    """A file as the server keeps it: CRLF line ends, no mbox `From ` line."""
    text = re.sub(rb"(?<!\r)\n", b"\r\n", data)
    return FROM_LINE.sub(b"", text, count=1) if FROM_LINE.match(text) else text


def as_served(stored):
    """A stored message as BODY[] shows it: the octet NUL may not appear there, so 0x80 stands in its place."""
    return stored.replace(b"\0", b"\x80")


def without_from_line(body):
    return FROM_LINE.sub(b"", body, count=1) if FROM_LINE.match(body) else body


def fetch_all(peer, mailbox, step=200):
    """Bodies in order of their uids; checks sizes on the way."""
    exists, _ = peer.select(mailbox)
    for first in range(1, exists + 1, step):
        numbers = b"%d:%d" % (first, min(first + step - 1, exists))
        rows = peer.fetch(numbers, b"(UID RFC822.SIZE BODY.PEEK[])", by_uid=False)
        check(len(rows) == min(step, exists - first + 1), f"{mailbox}: {len(rows)} answers for {numbers}")
        for row in rows:
            check(int(row[b"RFC822.SIZE"]) == len(row[b"BODY[]"]),
                  f"{mailbox}, uid {row[b'UID']}: RFC822.SIZE {row[b'RFC822.SIZE']} for {len(row[b'BODY[]'])} octets")
            yield row[b"BODY[]"]


def name_of(data):
    return hashlib.sha256(data).digest()


def put_in(server, folder, files):
    """Imports (or appends) every file to demo's account."""
    if server.name == "loam":
        server.tool("import", "--user", "demo", "eml", str(folder / "eml"))
        server.tool("import", "--user", "demo", "maildir", str(folder / "maildir"))
        server.start()
        return
    server.start()
    with Imap(server.imap_port) as peer:
        for path in files:
            peer.append(b"INBOX", as_stored(path.read_bytes()))


def check_import(server, files):
    wanted = collections.defaultdict(list)
    for path in files:
        wanted[name_of(as_served(as_stored(path.read_bytes())))].append(path)
    with Imap(server.imap_port) as peer:
        for mailbox in peer.list():
            for body in fetch_all(peer, mailbox):
                paths = wanted.get(name_of(without_from_line(body)))
                check(paths, f"a message in {mailbox} that is in no file: {body[:300]}")
                paths.pop()
    lost = [str(path) for paths in wanted.values() for path in paths]
    check(not lost, f"{len(lost)} files did not come back: {lost[:10]}")


def check_delivery(server, files):
    """Delivers in order; what comes back is trace fields of the server, then what was sent."""
    sent = []
    with Lmtp(server.lmtp_port) as peer:
        for path in files:
            message = as_stored(path.read_bytes())
            peer.deliver(message, [b"lmtp"])
            sent.append(path)
    with Imap(server.imap_port, "lmtp", USERS["lmtp"]) as peer:
        bodies = fetch_all(peer, b"INBOX")
        for path, body in zip(sent, bodies, strict=True):
            wanted = as_served(as_stored(path.read_bytes()))
            wanted += b"" if wanted.endswith(b"\r\n") else b"\r\n"  # RFC 5321 section 4.1.1.4
            added = body[:len(body) - len(wanted)]
            check(body.endswith(wanted) and TRACE.fullmatch(added),
                  f"{path}: delivered {len(wanted)} octets, got {len(body)}; they begin {body[:400]}")


def fit_for_dovecot(path):
    """Dovecot's APPEND refuses what has NUL, and its LMTP changes CR alone: not what this test is about."""
    text = as_stored(path.read_bytes())
    return b"\0" not in text and not re.search(rb"\r(?!\n)", text) and text


def run(arguments, corpus, folder):
    server = open_server(arguments.server, users=USERS)
    fits = fit_for_dovecot if arguments.server == "dovecot" else lambda _: True
    try:
        files = unpack(corpus, folder, arguments.every, fits)
        server.create()
        put_in(server, folder, files)
        check_import(server, files)
        delivered = files[::arguments.deliver_every]
        check_delivery(server, delivered)
    except Exception:
        sys.stderr.write(server.log_text())
        raise
    finally:
        server.stop()
    print(f"{len(files)} messages imported, {len(delivered)} delivered, all came back byte for byte")


def main():
    parser = parser_for(__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="take every n-th message (default: 1)")
    parser.add_argument("--deliver-every", type=int, default=10, help="deliver every n-th of those (default: 10)")
    arguments = parser.parse_args()
    corpus = corpus_folder()
    if not corpus.is_dir():
        print(f"SKIPPED: there is no corpus in {corpus}; LOAM_CORPUS names another place")
        sys.exit(SKIPPED)
    try:
        with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
            run(arguments, corpus, pathlib.Path(folder))
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")


if __name__ == "__main__":
    main()
