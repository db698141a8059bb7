"""Messages made up for the client tests: charsets, nested MIME, attachments, odd lines. All with CRLF."""

import base64
import os
import pathlib
import random
import re
import subprocess
import tempfile


def _join(*lines):
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\r\n"


def _head(number, subject, *more):
    return _join("Date: Mon, 07 Sep 2026 10:%02d:00 +0200" % (number % 60), "From: Ann Example <ann@example.org>",
                 "To: demo@example.net", f"Message-ID: <sample-{number}@example.org>", f"Subject: {subject}",
                 "MIME-Version: 1.0", *more) + b"\r\n"


def _text(number, subject, charset, encoding, body):
    return _head(number, subject, f"Content-Type: text/plain; charset={charset}",
                 f"Content-Transfer-Encoding: {encoding}") + body


def _base64(data):
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _attachment(number, size):
    data = random.Random(number).randbytes(size)
    return _head(number, f"attachment of {size} octets", 'Content-Type: multipart/mixed; boundary="outer"') + _join(
        "This is a message in several parts.", "--outer", "Content-Type: text/plain", "", "See the file.",
        "--outer", 'Content-Type: application/octet-stream; name="data.bin"', "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="data.bin"', "") + _base64(data) + _join("--outer--", "An epilogue.")


def _nested(number, before_boundary):
    inner = _head(900 + number, "=?utf-8?Q?the_inner_one_=C3=A4?=",
                  'Content-Type: multipart/alternative; boundary="in"')
    inner += _join("--in", "Content-Type: text/plain", "", "plain", "--in", "Content-Type: text/html", "",
                   "<p>rich</p>", "--in--", *before_boundary)
    return _head(number, "nested", 'Content-Type: multipart/mixed; boundary="a b"') + _join(
        "--a b", "Content-Type: message/rfc822", "") + inner + _join(
        "--a b", 'Content-Type: multipart/digest; boundary="dig"', "", "--dig", "", "Subject: in a digest", "",
        "digest body", "--dig--", *before_boundary, "--a b--")


def sample_messages():
    """The messages, each different from the others."""
    return [
        _text(1, "plain text", "us-ascii", "7bit", _join("Hello.", "", ".", "..dots", "From the start of a line")),
        _text(2, "=?iso-8859-1?Q?Gr=FC=DFe?=", "iso-8859-1", "8bit", _join("Grüße aus Köln".encode("latin-1"))),
        _text(3, "=?utf-8?B?0J/RgNC40LLQtdGC?=", "utf-8", "8bit", _join("Привет, мир. 你好。")),
        _text(4, "koi8", "koi8-r", "8bit", _join("Привет".encode("koi8-r"))),
        _text(5, "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "iso-2022-jp", "7bit", _join("日本語".encode("iso-2022-jp"))),
        _text(6, "gb2312 in base64", "gb2312", "base64", _base64("中文邮件".encode("gb2312"))),
        _text(7, "quoted-printable", "utf-8", "quoted-printable", _join("caf=C3=A9 =", "soft line end")),
        _nested(8, before_boundary=[""]),
        _attachment(9, 1000),
        _attachment(10, 150_000),
        _head(11, "no body at all"),
        _text(12, "a long line", "us-ascii", "7bit", _join("x" * 5000)),
        _head(13, "folded", "References: <a@example.org>\r\n <b@example.org>\r\n\t<c@example.org>") + _join("folded"),
        _join("From: nobody@example.org", "", "neither date nor subject nor id"),
        _text(15, 'quotes "and" \\ back (slash)', "us-ascii", "7bit", _join("trailing space ", "\ttabs\t", "", "")),
    ]


def tight_message():
    """A multipart whose inner parts end without an empty line: right, but programs that take a message apart and
    put it together again add one."""
    return _nested(16, before_boundary=[])


def extra_message(number):
    """A further message, different for each number."""
    return _text(1000 + number, f"extra {number}", "us-ascii", "7bit", _join(f"extra message {number}"))


def corpus_folder():
    """Where the corpora lie: LOAM_CORPUS, or ../shared/corpus beside the source folder. It may be missing."""
    named = os.environ.get("LOAM_CORPUS")
    return pathlib.Path(named) if named else pathlib.Path(__file__).resolve().parents[3] / "shared" / "corpus"


def corpus_sample(count):
    """Up to `count` real messages with attachments, CRLF line ends; none when there is no corpus."""
    archives = sorted((corpus_folder() / "real").glob("*attachments*.tar.zst"))
    if count == 0 or not archives:
        return []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "--zstd", "-xf", str(archives[0]), "-C", folder], check=True)
        files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())
        texts = [re.sub(rb"(?<!\r)\n", b"\r\n", path.read_bytes()) for path in files]
    clean = [text for text in texts if b"\0" not in text and not re.search(rb"\r(?!\n)", text)]
    return clean[::max(1, len(clean) // count)][:count]
