"""The test that every program which synchronises a Maildir with a server has to pass."""

import collections
import os
import re

from client_test import check, check_equal, digest
from imap_peer import Imap
from sample_mail import extra_message, sample_messages

SEEN, ANSWERED, FLAGGED, DRAFT = b"\\Seen", b"\\Answered", b"\\Flagged", b"\\Draft"
MAILDIR_LETTERS = {"S": SEEN, "R": ANSWERED, "F": FLAGGED, "D": DRAFT}
MAILBOXES = [b"INBOX", b"Lists", b"Lists/loam", b"with space", b"Entw&APw-rfe"]
NEW_NEAR, NEW_FAR = b"made near", b"made far"

# A line that programs add to a local message until the server told its uid.
MARK = re.compile(rb"(?m)^X-(TUID|OfflineIMAP): .*\n")


def message_key(data):
    return digest(MARK.sub(b"", data.replace(b"\r\n", b"\n"), count=1))


def far_state(peer):
    """(mailbox, message, flags) of everything on the server."""
    return sorted((mailbox.decode(), message_key(body), sorted(flag.decode() for flag in flags))
                  for mailbox in peer.list() for flags, body in peer.messages(mailbox).values())


def near_files(maildir):
    """mailbox -> paths of its messages."""
    files = collections.defaultdict(list)
    for path in maildir.rglob("*"):
        if path.parent.name in ("cur", "new") and path.is_file():
            files[str(path.parent.parent.relative_to(maildir))].append(path)
    return files


def near_flags(path):
    letters = path.name.rpartition(":2,")[2] if ":2," in path.name else ""
    return sorted(MAILDIR_LETTERS[letter].decode() for letter in letters if letter in MAILDIR_LETTERS)


def near_state(maildir):
    return sorted((mailbox, message_key(path.read_bytes()), near_flags(path))
                  for mailbox, paths in near_files(maildir).items() for path in paths)


def row(mailbox, message, *flags):
    return (mailbox.decode(), message_key(message), sorted(flag.decode() for flag in flags))


def fill(peer, samples):
    """Puts the sample into the mailboxes; returns the state that both sides must then show."""
    rows = []
    for mailbox in MAILBOXES[1:]:
        peer.command(b'CREATE "' + mailbox + b'"')
    flag_sets = [(), (SEEN,), (SEEN, ANSWERED), (FLAGGED,), (SEEN, DRAFT)]
    for number, message in enumerate(samples):
        flags = flag_sets[number % len(flag_sets)]
        for mailbox in (b"INBOX", MAILBOXES[1 + number % 4]):
            peer.append(mailbox, message, flags)
            rows.append(row(mailbox, message, *flags))
    return rows


def find_near(maildir, mailbox, message):
    wanted = message_key(message)
    found = [path for path in near_files(maildir)[mailbox.decode()] if message_key(path.read_bytes()) == wanted]
    check(len(found) == 1, f"{len(found)} local files hold one message of {mailbox}")
    return found[0]


def find_far(peer, mailbox, message):
    found = [uid for uid, (_, body) in peer.messages(mailbox).items() if message_key(body) == message_key(message)]
    check(len(found) == 1, f"{len(found)} messages on the server hold one message of {mailbox}")
    return b"%d" % found[0]


def write_near(maildir, mailbox, message, number, letters):
    folder = maildir / mailbox.decode()
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    place = folder / "cur" / f"17000000{number:02}.{os.getpid()}_1.test:2,{letters}"
    place.write_bytes(message.replace(b"\r\n", b"\n"))


def replace_row(rows, old, new):
    check(old in rows, f"the test itself is wrong about {old}")
    rows.remove(old)
    if new is not None:
        rows.append(new)


def change_near(maildir, rows):
    """A new message, other flags, a deletion, a new mailbox."""
    samples = sample_messages()
    write_near(maildir, b"INBOX", extra_message(1), 1, "FS")
    rows.append(row(b"INBOX", extra_message(1), SEEN, FLAGGED))
    path = find_near(maildir, b"INBOX", samples[0])
    path.rename(path.parent.parent / "cur" / (path.name.partition(":2,")[0] + ":2,RS"))
    replace_row(rows, row(b"INBOX", samples[0]), row(b"INBOX", samples[0], SEEN, ANSWERED))
    find_near(maildir, b"INBOX", samples[7]).unlink()
    replace_row(rows, row(b"INBOX", samples[7], SEEN, ANSWERED), None)
    write_near(maildir, NEW_NEAR, extra_message(2), 2, "S")
    rows.append(row(NEW_NEAR, extra_message(2), SEEN))


def change_far(peer, rows):
    """The same kinds of change on the server."""
    samples = sample_messages()
    peer.append(b"INBOX", extra_message(3), (DRAFT,))
    rows.append(row(b"INBOX", extra_message(3), DRAFT))
    uid = find_far(peer, b"INBOX", samples[1])
    peer.command(b"UID STORE " + uid + b" FLAGS (\\Flagged)")
    replace_row(rows, row(b"INBOX", samples[1], SEEN), row(b"INBOX", samples[1], FLAGGED))
    uid = find_far(peer, b"INBOX", samples[9])
    peer.command(b"UID STORE " + uid + b" +FLAGS.SILENT (\\Deleted)")
    peer.command(b"EXPUNGE")
    replace_row(rows, row(b"INBOX", samples[9], SEEN, DRAFT), None)
    peer.command(b'CREATE "' + NEW_FAR + b'"')
    peer.append(NEW_FAR, extra_message(4))
    rows.append(row(NEW_FAR, extra_message(4)))


def far_snapshot(peer):
    """Whatever would move if anything were written: uids, flags, UIDNEXT, HIGHESTMODSEQ."""
    return [(mailbox, peer.select(mailbox), peer.messages(mailbox)) for mailbox in sorted(peer.list())]


def near_snapshot(maildir):
    return sorted((str(path), path.read_bytes()) for paths in near_files(maildir).values() for path in paths)


def two_way_test(server, maildir, synchronise, more_samples=()):
    """`synchronise` runs the program once over all mailboxes; `more_samples` are sent besides the usual ones."""
    with Imap(server.imap_port) as peer:
        rows = fill(peer, [*sample_messages(), *more_samples])
        check_equal(far_state(peer), sorted(rows), "server after filling it")
        synchronise()
        check_equal(near_state(maildir), sorted(rows), "Maildir after the first run")
        check_equal(far_state(peer), sorted(rows), "server after the first run")

        change_near(maildir, rows)
        change_far(peer, rows)
        synchronise()
        check_equal(near_state(maildir), sorted(rows), "Maildir after changes on both sides")
        check_equal(far_state(peer), sorted(rows), "server after changes on both sides")
        check({NEW_NEAR, NEW_FAR} <= set(peer.list()), "the new mailboxes are on the server")

        near, far = near_snapshot(maildir), far_snapshot(peer)
        synchronise()
        check_equal(near_snapshot(maildir), near, "Maildir after a run with nothing to do")
        check_equal(far_snapshot(peer), far, "server after a run with nothing to do")
