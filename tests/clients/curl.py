#!/usr/bin/env python3
"""curl as an IMAP client: list, append, fetch whole messages and sections, search; every answer compared exactly."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import check_equal, need_program, run_program, run_test  # noqa: E402
from imap_peer import Imap  # noqa: E402
from sample_mail import extra_message, sample_messages, tight_message  # noqa: E402

MAILBOXES = [b"INBOX", b"Archive", b"Archive/2026", b"with space"]


class Curl:
    """Runs curl on URLs of one server."""

    def __init__(self, port):
        self.program = need_program("curl", "curl")
        self.base = f"imap://127.0.0.1:{port}"

    def run(self, path, *arguments):
        return run_program([self.program, "--silent", "--show-error", "--user", "demo:secret", "--max-time", "60",
                            *arguments, self.base + path])


def header_of(message):
    return message[:message.index(b"\r\n\r\n") + 4]


def header_field(message, name):
    """The field as `HEADER.FIELDS (name)` answers it: the field's lines and the empty line."""
    lines = header_of(message).split(b"\r\n")
    start = next(i for i, line in enumerate(lines) if line.lower().startswith(name.lower() + b":"))
    end = next(i for i in range(start + 1, len(lines)) if lines[i][:1] not in (b" ", b"\t"))
    return b"\r\n".join(lines[start:end]) + b"\r\n\r\n"


def words(answer):
    """STATUS may tell its items in any order."""
    return sorted(answer.translate(None, b"()\r\n").split(b" "))


def read_everything(curl, uids):
    """What curl shows of the server."""
    shown = {"list": sorted(curl.run("/").splitlines()),
             "status": words(curl.run("/", "--request", "STATUS INBOX (MESSAGES UIDNEXT)"))}
    for uid in uids:
        shown[uid] = [curl.run(f"/INBOX;UID={uid}"), curl.run(f"/INBOX;UID={uid};SECTION=HEADER"),
                      curl.run(f"/INBOX;UID={uid};SECTION=TEXT")]
    shown["fields"] = curl.run(f"/INBOX;UID={uids[12]};SECTION=HEADER.FIELDS%20(references)")
    shown["part"] = curl.run(f"/INBOX;UID={uids[8]};SECTION=1")
    shown["all"] = curl.run("/INBOX?ALL")
    shown["subject"] = curl.run("/INBOX?SUBJECT%20koi8")
    shown["none"] = curl.run("/INBOX?SUBJECT%20nowhere")
    return shown


def wanted_answers(uids, messages):
    """The same, worked out from what was sent."""
    all_uids = b"".join(b" %d" % n for n in range(1, len(uids) + 1))
    wanted = {"status": words(b"* STATUS INBOX MESSAGES %d UIDNEXT %d" % (len(uids), uids[-1] + 1))}
    for uid, message in zip(uids, messages, strict=True):
        header = header_of(message)
        wanted[uid] = [message, header, message[len(header):]]
    wanted["fields"] = header_field(messages[12], b"References")
    wanted["part"] = b"See the file."
    wanted["all"] = b"* SEARCH" + all_uids + b"\r\n"
    wanted["subject"] = b"* SEARCH 4\r\n"
    wanted["none"] = b"* SEARCH\r\n"
    return wanted


def list_names(lines):
    """The mailbox names of LIST answers, without the attributes, which servers may choose."""
    return sorted(line.partition(b'"/" ')[2].strip(b'"') for line in lines)


def test(server, folder, _):
    curl = Curl(server.imap_port)
    messages = [*sample_messages(), tight_message()]
    for name in MAILBOXES[1:]:
        curl.run("/", "--request", 'CREATE "' + name.decode() + '"')
    for number, message in enumerate(messages):
        path = pathlib.Path(folder) / f"{number}.eml"
        path.write_bytes(message)
        curl.run("/INBOX", "--upload-file", str(path))
    with Imap(server.imap_port) as peer:
        stored = peer.messages(b"INBOX")
    uids = sorted(stored)
    check_equal([stored[uid][1] for uid in uids], messages, "messages that curl appended")

    wanted = wanted_answers(uids, messages)
    first = read_everything(curl, uids)
    check_equal(list_names(first.pop("list")), sorted(MAILBOXES), "mailboxes")
    for key, value in wanted.items():
        check_equal(first[key], value, f"curl's answer for {key}")
    second = read_everything(curl, uids)
    second.pop("list")
    check_equal(second, first, "the same questions again")

    path = pathlib.Path(folder) / "extra.eml"
    path.write_bytes(extra_message(1))
    curl.run("/Archive%2F2026", "--upload-file", str(path))
    check_equal(curl.run("/Archive%2F2026;UID=1"), extra_message(1), "message in a mailbox below another")
    curl.run("/INBOX", "--request", f"UID STORE {uids[0]} +FLAGS.SILENT (\\Deleted)")
    with Imap(server.imap_port) as peer:
        peer.select(b"INBOX")
        check_equal([sorted(row[b"FLAGS"]) for row in peer.fetch(b"%d" % uids[0], b"(FLAGS)")],
                    [[b"\\Deleted", b"\\Seen"]], "flags after curl read and marked a message")


if __name__ == "__main__":
    run_test(test, __doc__)
