#!/usr/bin/env python3
"""imapfilter: a mailbox sorted by searches of every kind, flags and keywords set, messages copied, moved, deleted."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import check_equal, need_program, run_program, run_test  # noqa: E402
from imap_peer import Imap  # noqa: E402
from sample_mail import extra_message, sample_messages  # noqa: E402

CONFIG = """
options.timeout = 30
options.create = true
options.subscribe = true
options.starttls = false
account = IMAP {{ server = '127.0.0.1', port = {port}, username = 'demo', password = 'secret' }}

local function say(name, results)
    print(name .. '=' .. #results)
end

local mailboxes, folders = account:list_all()
table.sort(mailboxes)
print('mailboxes=' .. table.concat(mailboxes, ','))
local inbox = account.INBOX
local exist, unread, unseen, uidnext = inbox:check_status()
print(string.format('status=%d,%d,%d,%d', exist, unread, unseen, uidnext))
say('all', inbox:select_all())
say('subject', inbox:contain_subject('extra'))
say('body', inbox:contain_body('extra message'))
say('text', inbox:contain_message('KÖLN'))
say('from', inbox:contain_from('ann@'))
say('field', inbox:contain_field('Message-ID', 'sample-3@'))
say('larger', inbox:is_larger(100000))
say('sent', inbox:sent_since('01-Sep-2026') * inbox:sent_before('30-Sep-2026'))
say('either', inbox:contain_subject('koi8') + inbox:contain_subject('folded'))
say('but', inbox:contain_from('ann@') - inbox:contain_subject('extra'))
say('match', inbox:match_subject('^extra [12]$'))

local large = inbox:is_larger(100000)
large:add_flags({{ '$Large', '\\\\Flagged' }})
say('keyword', inbox:has_keyword('$Large'))
large:copy_messages(account['Archive/Large'])
inbox:contain_subject('extra'):move_messages(account['Extra'])
inbox:contain_subject('koi8'):mark_seen()
inbox:contain_subject('folded'):delete_messages()
say('left', inbox:select_all())
say('unseen', inbox:is_unseen())
"""

SAMPLES = sample_messages()
EXTRA = [extra_message(number) for number in (1, 2, 3)]


def from_ann(messages):
    return sum(b"\r\nFrom: Ann" in message for message in messages)


def wanted_lines():
    """What the program prints when every answer is right; match_* fetches headers and matches by itself."""
    everything = SAMPLES + EXTRA
    return [
        "mailboxes=INBOX", f"status={len(everything)},{len(everything)},{len(everything)},{len(everything) + 1}",
        f"all={len(everything)}", "subject=3", "body=3", "text=1", f"from={from_ann(everything)}", "field=1",
        f"larger={sum(len(message) > 100000 for message in everything)}", f"sent={from_ann(everything)}", "either=2",
        f"but={from_ann(SAMPLES)}", "match=2", "keyword=1", f"left={len(SAMPLES) - 1}", f"unseen={len(SAMPLES) - 2}",
    ]


def subject(message, text):
    return b"\r\nSubject: " + text in message


def test(server, folder, _):
    program = need_program("imapfilter", "imapfilter")
    config = pathlib.Path(folder) / "config.lua"
    config.write_text(CONFIG.format(port=server.imap_port))
    with Imap(server.imap_port) as peer:
        for message in SAMPLES + EXTRA:
            peer.append(b"INBOX", message)
        printed = run_program([program, "-c", str(config)], env=dict(os.environ, HOME=folder)).decode()
        check_equal([line for line in printed.splitlines() if "=" in line], wanted_lines(), "what imapfilter found")

        left = [message for message in SAMPLES if not subject(message, b"folded")]
        inbox = list(peer.messages(b"INBOX").values())
        check_equal([body for _, body in inbox], left, "messages left")
        for flags, body in inbox:
            wanted = [b"$Large", b"\\Flagged"] if len(body) > 100000 else [b"\\Seen"] if subject(body, b"koi8") else []
            check_equal(sorted(flags), wanted, "flags")
        check_equal([body for _, body in peer.messages(b"Extra").values()], EXTRA, "messages moved")
        check_equal(list(peer.messages(b"Archive/Large").values()), [item for item in inbox if len(item[1]) > 100000],
                    "messages copied")


if __name__ == "__main__":
    run_test(test, __doc__)
