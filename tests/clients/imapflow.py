#!/usr/bin/env python3
"""imapflow, a library for Node: COMPRESS, QRESYNC, UIDPLUS, MOVE, OBJECTID, LIST-STATUS, IDLE and SEARCH as it uses them."""

import base64
import hashlib
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import check_equal, need_program, run_program, run_test  # noqa: E402
from imap_peer import Imap  # noqa: E402
from node_packages import Unreachable, install  # noqa: E402
from sample_mail import sample_messages  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent / "imapflow"
SKIPPED = 77
MESSAGES_MAX = 1000


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def attachment_of(message):
    """The decoded octets of the second part of a message that has two."""
    part = message.partition(b'filename="data.bin"\r\n\r\n')[2].partition(b"--outer--")[0]
    return base64.b64decode(part)


def wanted_of(samples):
    """What the session must have seen; uids are those of a mailbox that was empty."""
    count = len(samples)
    uids = list(range(1, count + 1))
    both = ["$label", "\\Flagged"]
    return {
        "list": [["Archiv", None, None], ["Archiv/Köln", True, 0], ["INBOX", True, 0], ["Work", None, None],
                 ["Work/Done", True, 0]],
        "appended": uids,
        "part": sha256(attachment_of(samples[9])),
        "whole": sha256(samples[9]),
        "bySubject": [4], "byBody": [2], "either": [10, 13], "byKeyword": count,
        "changed": [[1, ["\\Seen"]], [2, [*both, "\\Seen"]], [3, [*both, "\\Seen"]]],
        "copied": [[2, 1], [3, 2]], "moved": [[5, 3]],
        "left": count - 2,
        "archived": {"path": "Archiv/Köln", "messages": 3, "unseen": 1},
        "exists": count - 1, "flags": ["$label", "\\Answered", "\\Flagged", "\\Seen"], "expunge": [2, True],
    }


def check_fetched(fetched, samples):
    check_equal([row["uid"] for row in fetched], list(range(1, len(samples) + 1)), "uids")
    check_equal([row["digest"] for row in fetched], [sha256(sample) for sample in samples], "messages")
    check_equal([row["size"] for row in fetched], [len(sample) for sample in samples], "sizes")
    check_equal({json.dumps(row["flags"]) for row in fetched}, {'["$label", "\\\\Flagged"]'}, "flags")
    check_equal({row["date"] for row in fetched}, {"2026-09-07T08:00:00.000Z"}, "INTERNALDATE")
    check_equal({row["named"] and row["modseq"] for row in fetched}, {True}, "EMAILID and MODSEQ are there")
    check_equal([fetched[index]["subject"] for index in (1, 2, 4)], ["Grüße", "Привет", "日本"], "subjects")
    check_equal([fetched[index]["type"] for index in (0, 7, 9)], ["text/plain", "multipart/mixed", "multipart/mixed"],
                "types")


def test(server, folder, _):
    node = need_program("node", "nodejs")
    place = pathlib.Path(os.environ["LOAM_BIN_DIR"]) / "tests" / "clients" / "imapflow"
    try:
        install(HERE / "package-lock.json", place)
    except Unreachable as reason:
        print(f"skipped: imapflow cannot be fetched: {reason}")
        sys.exit(SKIPPED)
    server.halt()
    server.tool("user", "quota", "demo", "--messages", str(MESSAGES_MAX))
    server.start()
    samples = sample_messages()
    file = pathlib.Path(folder) / "samples.json"
    file.write_text(json.dumps([base64.b64encode(sample).decode() for sample in samples]))
    printed = run_program([node, str(HERE / "session.mjs"), str(place), str(server.imap_port), str(file)])
    seen = json.loads(printed)
    check_equal(seen.pop("compressed"), True, "COMPRESS=DEFLATE")
    check_equal("QRESYNC" in seen.pop("enabled"), True, "QRESYNC")
    check_fetched(seen.pop("fetched"), samples)
    # Two were copied, one was deleted.
    check_equal(seen.pop("quota")["message"]["usage"], len(samples) + 1, "messages that quota counts")
    for name, wanted in wanted_of(samples).items():
        check_equal(seen.pop(name, None), wanted, name)
    check_equal(seen, {}, "what the session saw beside that")
    with Imap(server.imap_port) as peer:
        check_equal(sorted(body for _, body in peer.messages(b"Archiv/K&APY-ln").values()),
                    sorted(samples[index] for index in (1, 2, 4)), "messages copied and moved")


if __name__ == "__main__":
    run_test(test, __doc__)
