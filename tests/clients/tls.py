#!/usr/bin/env python3
"""TLS as clients meet it: passwords only under it, STARTTLS without injection, old versions refused, resumption, names,
client certificates, and certificates that are read again under open sessions."""

import pathlib
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal, need_program, run_program  # noqa: E402
from loam_server import Loam, find_binary, free_port  # noqa: E402

SESSIONS = 40
CONFIG = """
[imap]
listen = ["127.0.0.1:{clear}"]
listen_tls = ["127.0.0.1:{tls}"]
[lmtp]
listen = ["127.0.0.1:{lmtp}"]
[auth]
plaintext = "tls"
[tls]
certificate = "{folder}/a.pem"
key = "{folder}/a.key"
client_ca = "{folder}/ca.pem"
client_certificates = "optional"
[[tls.additional]]
certificate = "{folder}/b.pem"
key = "{folder}/b.key"
[store]
"""


def openssl(*arguments):
    run_program([need_program("openssl", "openssl"), *[str(a) for a in arguments]])


def make_certificate(folder, name, host, days=30):
    """A self-signed one with the files NAME.pem and NAME.key."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days, "-subj",
            f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", folder / f"{name}.key", "-out",
            folder / f"{name}.pem")


class TlsLoam(Loam):
    """A server whose configuration has the keys above."""

    def __init__(self, folder):
        super().__init__(folder=folder / "server")
        self.certificates, self.tls_port = folder, free_port()

    def config_text(self):
        text = CONFIG.format(clear=self.imap_port, tls=self.tls_port, lmtp=self.lmtp_port, folder=self.certificates)
        return text + f'path = "{self.store}"\n'


def trusting(folder, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in names:
        context.load_verify_locations(folder / f"{name}.pem")
    return context


class Talk:
    """Lines over a socket, in clear or not."""

    def __init__(self, sock):
        self.socket, self.rest = sock, b""

    def say(self, text):
        self.socket.sendall(text)

    def line(self):
        while b"\r\n" not in self.rest:
            octets = self.socket.recv(65536)
            if not octets:
                return b"<eof>"
            self.rest += octets
        line, _, self.rest = self.rest.partition(b"\r\n")
        return line

    def command(self, text):
        """The tagged answer."""
        self.say(b"t " + text + b"\r\n")
        while not (line := self.line()).startswith((b"t ", b"<eof>")):
            pass
        return line


def clear(port):
    return socket.create_connection(("127.0.0.1", port), 20)


def secure(server, context, host="a.example"):
    talk = Talk(context.wrap_socket(clear(server.tls_port), server_hostname=host))
    check(talk.line().startswith(b"* OK [CAPABILITY "), "a greeting under TLS")
    return talk


def check_passwords_need_tls(server, context):
    talk = Talk(clear(server.imap_port))
    greeting = talk.line()
    check(b" STARTTLS LOGINDISABLED]" in greeting and b"AUTH=" not in greeting, f"greeting in clear: {greeting}")
    check(talk.command(b"LOGIN demo secret").startswith(b"t NO [PRIVACYREQUIRED]"), "LOGIN in clear")
    check(talk.command(b"STARTTLS now").startswith(b"t BAD"), "STARTTLS with an argument")
    check(talk.command(b"STARTTLS").startswith(b"t OK"), "STARTTLS")
    talk = Talk(context.wrap_socket(talk.socket, server_hostname="a.example"))
    talk.say(b"c CAPABILITY\r\n")
    listed = talk.line()
    check(b"STARTTLS" not in listed and b"LOGINDISABLED" not in listed and b"AUTH=PLAIN" in listed, f"{listed}")
    check(talk.line().startswith(b"c OK"), "CAPABILITY")
    check(talk.command(b"STARTTLS").startswith(b"t BAD"), "STARTTLS twice")
    check(talk.command(b"LOGIN demo secret").startswith(b"t OK"), "LOGIN under TLS")
    check(talk.command(b"SELECT INBOX").startswith(b"t OK"), "SELECT under TLS")
    check(talk.command(b"STARTTLS").startswith(b"t BAD"), "STARTTLS after the login")
    check(secure(server, context).command(b"STARTTLS").startswith(b"t BAD"), "STARTTLS on the port for TLS")


def check_injection(server, context):
    """What stands behind STARTTLS in clear is no command, before the handshake or after it."""
    talk = Talk(clear(server.imap_port))
    talk.line()
    talk.say(b"t STARTTLS\r\nx CAPABILITY\r\ny LOGIN demo secret\r\n")
    check(talk.line().startswith(b"t OK"), "STARTTLS with more behind it")
    rest = b""
    try:
        while octets := talk.socket.recv(65536):
            rest += octets
    except ConnectionResetError:
        pass
    check(b"CAPABILITY" not in rest and b"y " not in rest, f"commands sent in clear were answered: {rest}")
    # The client's part of the handshake may stand there: RFC 9051 section 6.2.1, the first option.
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    inner = context.wrap_bio(incoming, outgoing, server_hostname="a.example")
    try:
        inner.do_handshake()
    except ssl.SSLWantReadError:
        pass
    talk = Talk(clear(server.imap_port))
    talk.line()
    talk.say(b"t STARTTLS\r\n" + outgoing.read())
    check(talk.line().startswith(b"t OK"), "STARTTLS with a ClientHello behind it")
    incoming.write(talk.rest)
    while True:
        try:
            inner.do_handshake()
            break
        except ssl.SSLWantReadError:
            incoming.write(talk.socket.recv(65536))
    check(inner.version().startswith("TLSv1."), "a handshake that began early")


def check_versions(server, folder):
    for version, fine in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
        done = subprocess.run(["openssl", "s_client", version, "-quiet", "-cipher", "ALL:@SECLEVEL=0", "-connect",
                               f"127.0.0.1:{server.tls_port}"], input=b"z LOGOUT\r\n", capture_output=True, timeout=20)
        check_equal(b"* OK [CAPABILITY" in done.stdout, fine, f"greeting by {version}")
    with clear(server.tls_port) as rude:
        rude.sendall(b"a1 LOGIN demo secret\r\n" * 100)
        try:
            check(b"OK" not in rude.recv(65536), "an answer in clear at the port for TLS")
        except ConnectionResetError:
            pass
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trusting(folder, "a")
        context.maximum_version = version
        first = secure(server, context)
        check(first.command(b"NOOP").startswith(b"t OK"), "NOOP")
        again = context.wrap_socket(clear(server.tls_port), server_hostname="a.example", session=first.socket.session)
        check(again.session_reused, f"a session resumes by {version.name}")


def check_names_and_clients(server, folder):
    for host, name in (("a.example", "a"), ("b.example", "b")):
        secure(server, trusting(folder, name), host)
    context = trusting(folder, "a")
    context.load_cert_chain(folder / "ca.pem", folder / "ca.key")
    check(secure(server, context).command(b"NOOP").startswith(b"t OK"), "a client certificate that verifies")
    context = trusting(folder, "a")
    context.load_cert_chain(folder / "b.pem", folder / "b.key")
    try:
        secure(server, context).command(b"NOOP")
    except OSError:
        return
    raise Failed("a client certificate that does not verify was taken")


def check_curl(server, folder):
    big = folder / "big.eml"
    big.write_bytes(b"Subject: big\r\n\r\n" + b"".join(b"line %d of many\r\n" % n for n in range(300_000)))
    curl = [need_program("curl", "curl"), "-sS", "-m", "60", "-u", "demo:secret", "--cacert", str(folder / "a.pem"),
            "--connect-to", f"a.example::127.0.0.1:{server.tls_port}"]
    run_program([*curl, "imaps://a.example/INBOX", "-T", str(big)])
    check(run_program([*curl, "imaps://a.example/INBOX;UID=1"]) == big.read_bytes(), "a big message by curl, both ways")


def check_lmtp(server, context):
    with smtplib.LMTP("127.0.0.1", server.lmtp_port) as lmtp:
        lmtp.ehlo("client.example")
        check(lmtp.has_extn("starttls"), "LMTP offers STARTTLS")
        context.check_hostname = False
        lmtp.starttls(context=context)
        lmtp.ehlo("client.example")
        check(not lmtp.has_extn("starttls"), "LMTP offers STARTTLS once")
        lmtp.sendmail("me@example.org", ["demo"], b"Subject: under TLS\r\n\r\nhello\r\n")
    talk = Talk(clear(server.lmtp_port))
    talk.line()
    talk.say(b"STARTTLS\r\nLHLO injected.example\r\n")
    check(talk.line().startswith(b"220"), "STARTTLS by LMTP")
    check(not talk.line().startswith(b"250"), "LMTP commands behind STARTTLS are not run")


def reload(server, words):
    """SIGHUP, and the log says what came of it."""
    seen = server.log_text().count(words)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 20
    while server.log_text().count(words) == seen:
        check(time.monotonic() < deadline, f"the log does not say {words!r} after SIGHUP")
        time.sleep(0.02)


def check_reload(server, folder):
    old = trusting(folder, "a")
    sessions = [secure(server, old) for _ in range(SESSIONS)]
    for talk in sessions[::2]:
        check(talk.command(b"LOGIN demo secret").startswith(b"t OK"), "LOGIN")
    (folder / "a.pem").rename(folder / "old.pem")
    (folder / "a.pem").write_text("no certificate\n")
    reload(server, "the certificates stay as they were")
    check("tls.certificate" in server.log_text() and "loam.toml:" in server.log_text(), "the log names file and key")
    secure(server, old)
    make_certificate(folder, "a", "a.example")
    reload(server, "certificate of a.example")
    secure(server, trusting(folder, "a"))
    try:
        secure(server, old)
        raise Failed("the old certificate is still shown")
    except ssl.SSLError:
        pass
    for talk in sessions:
        check(talk.command(b"NOOP").startswith(b"t OK"), "a session from before the reload")


def check_refusals(server, folder):
    (folder / "a.key").chmod(0o644)
    config = server.folder / "loam.toml"
    done = subprocess.run([find_binary("loamd"), "--config", str(config), "--check-config"], capture_output=True, timeout=20)
    check(done.returncode == 2 and b"tls.key" in done.stderr and b"everybody" in done.stderr, f"{done.stderr}")
    (folder / "a.key").chmod(0o600)
    for wrong in ('[tls]\nkey = "x"\n', '[tls]\nmin_version = "1.1"\n', '[imap]\nlisten_tls = ["127.0.0.1:1"]\n'):
        config.write_text('[store]\npath = "x"\n' + wrong)
        done = subprocess.run([find_binary("loamd"), "--config", str(config), "--check-config"], capture_output=True,
                              timeout=20)
        check(done.returncode == 2 and b"loam.toml:4: " in done.stderr, f"{wrong}: {done.stderr}")


def test(folder):
    for name, host in (("a", "a.example"), ("b", "b.example"), ("ca", "someone")):
        make_certificate(folder, name, host)
    with TlsLoam(folder) as server:
        try:
            check_passwords_need_tls(server, trusting(folder, "a"))
            check_injection(server, trusting(folder, "a"))
            check_versions(server, folder)
            check_names_and_clients(server, folder)
            check_curl(server, folder)
            check_lmtp(server, trusting(folder, "a"))
            check_reload(server, folder)
            check_refusals(server, folder)
        except Exception:
            sys.stderr.write(server.log_text())
            raise


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="tls-") as made:
            test(pathlib.Path(made))
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("tls.py: passed")
