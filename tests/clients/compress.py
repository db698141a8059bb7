#!/usr/bin/env python3
"""COMPRESS=DEFLATE by imaplib and zlib: with STARTTLS and IDLE, big messages both ways, bombs and garbage."""

import imaplib
import os
import pathlib
import re
import sys
import tempfile
import threading
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal  # noqa: E402
from tls import Talk, TlsLoam, clear, make_certificate, trusting  # noqa: E402

imaplib.Commands["COMPRESS"] = ("AUTH", "SELECTED")
imaplib.Commands["IDLE"] = ("AUTH", "SELECTED")
imaplib._MAXLINE = 100_000_000


class Wire:
    """A socket that compresses, as imaplib wants one; counts what crosses it."""

    def __init__(self, sock, flush):
        self.sock, self.flush_mode = sock, flush
        self.deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.inflate = zlib.decompressobj(-15)
        self.text, self.received = b"", 0

    def sendall(self, octets):
        self.sock.sendall(self.deflate.compress(octets) + self.deflate.flush(self.flush_mode))

    def fill(self):
        octets = self.sock.recv(65536)
        check(octets, "the server hung up")
        self.received += len(octets)
        self.text += self.inflate.decompress(octets)

    def read(self, size):
        while len(self.text) < size:
            self.fill()
        octets, self.text = self.text[:size], self.text[size:]
        return octets

    def readline(self):
        while b"\n" not in self.text:
            self.fill()
        return self.read(self.text.index(b"\n") + 1)


class Client(imaplib.IMAP4):
    """imaplib over a Wire once compress() was called."""

    wire = None

    def compress(self, flush=zlib.Z_SYNC_FLUSH):
        check_equal(self._simple_command("COMPRESS", "DEFLATE")[0], "OK", "COMPRESS")
        self.wire = Wire(self.sock, flush)

    def read(self, size):
        return self.wire.read(size) if self.wire else super().read(size)

    def readline(self):
        return self.wire.readline() if self.wire else super().readline()

    def send(self, octets):
        if self.wire:
            self.wire.sendall(octets)
        else:
            super().send(octets)


def login(server, context):
    client = Client("127.0.0.1", server.imap_port)
    check("COMPRESS=DEFLATE" not in client.capabilities, "COMPRESS is not offered before the login")
    client.starttls(context)
    client.login("demo", "secret")
    client.sock.settimeout(60)
    return client


def offered(client):
    return b"COMPRESS=DEFLATE" in client.capability()[1][0].split()


def check_mail(server, context):
    for flush in (zlib.Z_PARTIAL_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH):
        client = login(server, context)
        check(offered(client), "COMPRESS is offered after the login")
        client.select()
        client.compress(flush)
        check(not offered(client), "COMPRESS is not offered twice")
        try:
            client._simple_command("COMPRESS", "DEFLATE")
            raise Failed("COMPRESS was taken twice")
        except imaplib.IMAP4.error as error:
            check("BAD" in str(error), f"COMPRESS twice: {error}")
        text = b"Subject: text\r\n\r\n" + b"".join(b"line %d of many\r\n" % n for n in range(100_000))
        noise = b"Subject: noise\r\nContent-Transfer-Encoding: binary\r\n\r\n" + bytes(
            1 if octet in b"\0\r\n" else octet for octet in os.urandom(2_000_000))
        for message, least, most in ((text, 0.05, 0.45), (noise, 0.99, 1.02)):
            check_equal(client.append("INBOX", None, None, message)[0], "OK", "APPEND")
            count = client.select()[1][0].decode()
            before = client.wire.received
            check(client.fetch(count, "(BODY.PEEK[])")[1][0][1] == message, "the message comes back")
            ratio = (client.wire.received - before) / len(message)
            check(least < ratio < most, f"{len(message)} octets crossed as {ratio:.3f} of them")
        client.logout()


def check_idle(server, context):
    client, other = login(server, context), login(server, context)
    client.select()
    client.compress()
    other.compress()
    tag = client._new_tag()
    client.send(tag + b" IDLE\r\n")
    check(client.readline().startswith(b"+ "), "IDLE")
    for _ in range(3):
        other.append("INBOX", None, None, b"Subject: news\r\n\r\n")
        while not re.match(rb"\* \d+ EXISTS\r\n", line := client.readline()):
            check(re.match(rb"\* \d+ RECENT\r\n", line), f"news while idle: {line}")
    client.send(b"DONE\r\n")
    while not (line := client.readline()).startswith(tag + b" OK"):
        check(line.endswith(b" RECENT\r\n"), f"the end of IDLE: {line}")
    client.logout()
    other.logout()


def memory_kib(server):
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def ask_until_gone(sock, octets):
    """Sends, reading what comes; true if the server hung up."""

    def drain():
        try:
            while sock.recv(65536):
                pass
        except OSError:
            pass

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    try:
        for start in range(0, len(octets), 65536):
            sock.sendall(octets[start:start + 65536])
    except OSError:
        pass
    reader.join(20)
    return not reader.is_alive()


def check_hostile(server, context):
    """Whatever comes in, memory stays where it was and others are served."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(b"x" * (1 << 20)) for _ in range(256))
    bomb += packer.compress(b"\r\n") + packer.flush(zlib.Z_SYNC_FLUSH)
    check(len(bomb) < 500_000, "a bomb is small")
    before = memory_kib(server)
    for _ in range(3):
        client = login(server, context)
        client.compress()
        client.sock.sendall(bomb)
        check(client.readline().startswith(b"* BAD [TOOBIG]"), "a line of 256 MiB is too long")
        client.sock.close()
    grown = memory_kib(server) - before
    check(grown < 32 * 1024, f"bombs of 256 MiB took {grown} KiB")
    for garbage in (b"\xff" * 1000, b"a1 NOOP\r\n" * 100):
        talk = Talk(clear(server.imap_port))
        talk.line()
        talk.command(b"STARTTLS")
        talk = Talk(context.wrap_socket(talk.socket, server_hostname="a.example"))
        check(talk.command(b"LOGIN demo secret").startswith(b"t OK"), "LOGIN")
        check(talk.command(b"COMPRESS GZIP").startswith(b"t BAD"), "COMPRESS GZIP")
        check(talk.command(b"COMPRESS").startswith(b"t BAD"), "COMPRESS")
        check(talk.command(b"COMPRESS DEFLATE").startswith(b"t OK"), "COMPRESS DEFLATE")
        check(ask_until_gone(talk.socket, garbage), "garbage ends its connection")
    client = login(server, context)
    client.compress()
    check_equal(client.noop()[0], "OK", "somebody else")
    client.logout()


def test(folder):
    for name, host in (("a", "a.example"), ("b", "b.example"), ("ca", "someone")):
        make_certificate(folder, name, host)
    with TlsLoam(folder) as server:
        try:
            context = trusting(folder, "a")
            context.check_hostname = False
            check_mail(server, context)
            check_idle(server, context)
            check_hostile(server, context)
        except Exception:
            sys.stderr.write(server.log_text())
            raise


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="compress-") as made:
            test(pathlib.Path(made))
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("compress.py: passed")
