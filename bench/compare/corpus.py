"""Folders of messages to load servers with, made from the real corpus."""

import itertools
import re
import subprocess

MESSAGE_ID = re.compile(rb"(?im)^(message-id:[^<\r\n]*<)([^>\r\n]*)")
FROM_LINE = re.compile(rb"From [^\n]*\n")


def renumbered(message, round_number):
    """The message as another one: its Message-ID says which repetition it is."""
    if round_number == 0:
        return message
    changed, count = MESSAGE_ID.subn(rb"\g<1>r%d.\g<2>" % round_number, message, count=1)
    return changed if count else b"Message-ID: <r%d@example.org>\n" % round_number + message


def may_be_appended(message):
    """No NUL, and no 8-bit header: a server that offers UTF8=ACCEPT refuses that (RFC 6855 section 4)."""
    return b"\0" not in message and message.replace(b"\r\n", b"\n").partition(b"\n\n")[0].isascii()


def make_messages(corpus, folder, count):
    """Writes `count` messages below `folder`, numbered, in an order that mixes the archives. Once made, kept."""
    done = folder.parent / f"{folder.name}-made-{count}"
    if done.exists():
        return
    raw = folder.parent / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for archive in sorted((corpus / "real").glob("*.tar.zst")):
        subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(raw)], check=True)
    files = sorted((path for path in raw.rglob("*") if path.is_file()), key=lambda path: path.name)
    if not files:
        raise FileNotFoundError(f"no archives in {corpus / 'real'}")
    usable = (path for path in itertools.cycle(files) if may_be_appended(path.read_bytes()))
    repetition = {}
    for number, path in enumerate(itertools.islice(usable, count)):
        repetition[path] = repetition.get(path, -1) + 1
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        message = path.read_bytes()
        if begins := FROM_LINE.match(message):
            message = message[begins.end():]
        (place / f"{number:06}.eml").write_bytes(renumbered(message, repetition[path]))
    done.touch()
