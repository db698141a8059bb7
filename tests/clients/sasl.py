#!/usr/bin/env python3
"""AUTHENTICATE as clients meet it: gsasl's client and curl by every mechanism, what is announced in which state, and
exchanges that somebody in the middle has altered."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal, need_program, run_program  # noqa: E402
from tls import Talk, TlsLoam, clear, make_certificate, secure, trusting  # noqa: E402

TOKEN_SECRET = b"k" * 32
OAUTH = """
[oauth]
issuer = "https://login.example"
audience = "mail"
scope = "imap"
user_claim = "email"
[[oauth.keys]]
algorithm = "HS256"
file = "{file}"
"""
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL")


class TokenLoam(TlsLoam):
    """Takes tokens that TOKEN_SECRET has signed."""

    def config_text(self):
        (self.certificates / "secret").write_bytes(TOKEN_SECRET + b"\n")
        return super().config_text() + OAUTH.format(file=self.certificates / "secret")


class SaslLoam(TlsLoam):
    """Believes certificates, and lets passwords through under TLS or not at all."""

    plaintext = "tls"

    def config_text(self):
        return super().config_text().replace(
            'plaintext = "tls"', f'plaintext = "{self.plaintext}"\ncertificate_user = "common_name"')


def run_gsasl(server, folder, mechanism, password="secret", certificate=None):
    """Whether gsasl's client got in, by STARTTLS."""
    command = [need_program("gsasl", "gsasl"), "--imap", "--verbose", "--x509-ca-file", str(folder / "a.pem"),
               "-m", mechanism, "-a", "demo", "-z", "", "-p", password, f"--connect=127.0.0.1:{server.imap_port}"]
    if mechanism == "SCRAM-SHA-256":
        command.append("--no-cb")
    if certificate:
        command += ["--x509-cert-file", str(folder / f"{certificate}.pem"), "--x509-key-file",
                    str(folder / f"{certificate}.key")]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=60)
    return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")


def check_gsasl(server, folder):
    for mechanism in MECHANISMS:
        certificate = "ca" if mechanism == "EXTERNAL" else None
        entered, said = run_gsasl(server, folder, mechanism, certificate=certificate)
        check(entered, f"gsasl by {mechanism}:\n{said}")
        if mechanism != "EXTERNAL":
            entered, said = run_gsasl(server, folder, mechanism, password="wrong")
            check(not entered, f"gsasl by {mechanism} with a wrong password:\n{said}")
    entered, said = run_gsasl(server, folder, "EXTERNAL", certificate="stranger")
    check(not entered, f"gsasl with a stranger's certificate:\n{said}")


def check_curl(server, folder):
    curl = [need_program("curl", "curl"), "-sS", "-m", "60", "--cacert", str(folder / "a.pem"), "--connect-to",
            f"a.example::127.0.0.1:{server.tls_port}", "imaps://a.example/"]
    check(b"INBOX" in run_program([*curl, "-u", "demo:secret", "--login-options", "AUTH=PLAIN"]), "curl by PLAIN")
    certificate = ["--cert", str(folder / "ca.pem"), "--key", str(folder / "ca.key")]
    check(b"INBOX" in run_program([*curl, *certificate, "-u", "demo:", "--login-options", "AUTH=EXTERNAL"]),
          "curl by EXTERNAL")
    run_program([*curl, *certificate, "-u", "someone:", "--login-options", "AUTH=EXTERNAL"], wanted_status=67)


def announced(server, context):
    talk = Talk(context.wrap_socket(clear(server.tls_port), server_hostname="a.example"))
    greeting = talk.line()
    return [word[5:] for word in greeting.decode().split("]")[0].split() if word.startswith("AUTH=")]


def check_announced(server, folder, passwords):
    """What is not announced is refused, what is announced is taken at least as far as its first step."""
    plain = ["PLAIN"] if passwords else []
    modern, old, known = trusting(folder, "a"), trusting(folder, "a"), trusting(folder, "a")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    known.load_cert_chain(folder / "ca.pem", folder / "ca.key")
    check_equal(announced(server, modern), ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", *plain], "AUTH= under TLS 1.3")
    check_equal(announced(server, old), ["SCRAM-SHA-256", *plain], "AUTH= under TLS 1.2")
    check_equal(announced(server, known), ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "EXTERNAL", *plain],
                "AUTH= with a certificate")
    for context in (modern, old, known):
        offered = announced(server, context)
        for mechanism in MECHANISMS:
            talk = secure(server, context)
            talk.say(b"t AUTHENTICATE " + mechanism.encode() + b"\r\n")
            check_equal(talk.line().startswith(b"+ "), mechanism in offered, f"AUTHENTICATE {mechanism} goes on")
    talk = Talk(clear(server.imap_port))
    check(b" LOGINDISABLED]" in talk.line(), "the greeting in clear")
    for mechanism in MECHANISMS:
        check(talk.command(b"AUTHENTICATE " + mechanism.encode()).startswith(b"t NO [PRIVACYREQUIRED]"),
              f"{mechanism} in clear")


def scram(talk, mechanism, header, binding=b"", password=b"secret"):
    """The tagged answer to an exchange that is right but for what the caller changed."""

    def ask(words):
        talk.say(base64.b64encode(words) + b"\r\n")
        return talk.line()

    bare = b"n=demo,r=" + base64.b64encode(os.urandom(12))
    talk.say(b"t AUTHENTICATE " + mechanism + b"\r\n")
    check_equal(talk.line(), b"+ ", "the server waits for the first words")
    line = ask(header + bare)
    if not line.startswith(b"+ "):
        return line
    first = base64.b64decode(line[2:])
    fields = dict(field.split(b"=", 1) for field in first.split(b","))
    salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(fields[b"s"]), int(fields[b"i"]))
    mac = lambda key, text: hmac.new(key, text, "sha256").digest()  # noqa: E731
    final = b"c=" + base64.b64encode(header + binding) + b",r=" + fields[b"r"]
    message = b",".join((bare, first, final))
    key = mac(salted, b"Client Key")
    signature = mac(hashlib.sha256(key).digest(), message)
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    line = ask(final + b",p=" + base64.b64encode(proof))
    if not line.startswith(b"+ "):
        return line
    check_equal(base64.b64decode(line[2:]), b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), message)),
                "the server's own proof")
    talk.say(b"\r\n")
    return talk.line()


def check_altered(server, folder):
    context = trusting(folder, "a")
    answer = scram(secure(server, context), b"SCRAM-SHA-256", b"n,,")
    check(answer.startswith(b"t OK [CAPABILITY "), f"SCRAM-SHA-256: {answer}")
    refusals = {
        "a wrong password": scram(secure(server, context), b"SCRAM-SHA-256", b"n,,", password=b"wrong"),
        "-PLUS taken out of the list": scram(secure(server, context), b"SCRAM-SHA-256", b"y,,"),
        "another channel": scram(secure(server, context), b"SCRAM-SHA-256-PLUS", b"p=tls-exporter,,", os.urandom(32)),
        "tls-unique": scram(secure(server, context), b"SCRAM-SHA-256-PLUS", b"p=tls-unique,,", os.urandom(12)),
        "no channel": scram(secure(server, context), b"SCRAM-SHA-256-PLUS", b"n,,"),
    }
    for why, answer in refusals.items():
        check(answer.startswith(b"t NO [AUTHENTICATIONFAILED]"), f"{why}: {answer}")
    old = trusting(folder, "a")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    answer = scram(secure(server, old), b"SCRAM-SHA-256", b"y,,")
    check(answer.startswith(b"t OK"), f"a client that could bind, where nothing can be bound to: {answer}")
    talk = secure(server, context)
    talk.say(b"t AUTHENTICATE SCRAM-SHA-256\r\n")
    talk.line()
    talk.say(b"*\r\n")
    check(talk.line().startswith(b"t BAD"), "cancelled")
    check(scram(talk, b"SCRAM-SHA-256", b"n,,").startswith(b"t OK"), "again, and to the end")


def token(secret=TOKEN_SECRET, **changes):
    claims = {"iss": "https://login.example", "aud": "mail", "scope": "imap", "email": "demo", "exp": int(time.time()) + 300}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims | changes)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(secret, text, "sha256").digest()).rstrip(b"=")
    return (text + b"." + signature).decode()


def check_tokens(server, folder):
    context = trusting(folder, "a")
    check_equal(announced(server, context), ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "PLAIN"], "AUTH=")
    curl = [need_program("curl", "curl"), "-sS", "-m", "60", "--cacert", str(folder / "a.pem"), "--connect-to",
            f"a.example::127.0.0.1:{server.tls_port}", "imaps://a.example/", "-u", "demo:", "--oauth2-bearer"]
    check(b"INBOX" in run_program([*curl, token()]), "curl by OAUTHBEARER")
    for wrong in (token(exp=int(time.time()) - 300), token(secret=b"x" * 32), token(email="lee"), token(aud="web"), "none"):
        run_program([*curl, wrong], wanted_status=67)
    talk = secure(server, context)
    talk.say(b"t AUTHENTICATE OAUTHBEARER " + base64.b64encode(b"n,,\x01auth=Bearer x.y.z\x01\x01") + b"\r\n")
    line = talk.line()
    check_equal(json.loads(base64.b64decode(line[2:])), {"status": "invalid_token", "schemes": "bearer", "scope": "imap"},
                "what a client is told of a token that is not taken")
    talk.say(base64.b64encode(b"\x01") + b"\r\n")
    check(talk.line().startswith(b"t NO [AUTHENTICATIONFAILED]"), "and then it has failed")
    check(talk.command(b"AUTHENTICATE OAUTHBEARER eA==").startswith(b"t BAD"), "what is no message of OAUTHBEARER")
    good = base64.b64encode(f"n,a=demo,\x01auth=Bearer {token()}\x01\x01".encode())
    check(talk.command(b"AUTHENTICATE OAUTHBEARER " + good).startswith(b"t OK [CAPABILITY "), "a good one after that")
    check(token()[:20] not in server.log_text(), "no token is in the log")
    talk = Talk(clear(server.imap_port))
    talk.line()
    check(talk.command(b"AUTHENTICATE OAUTHBEARER " + good).startswith(b"t NO [PRIVACYREQUIRED]"), "a token in clear")


def test(folder):
    for name, host in (("a", "a.example,IP:127.0.0.1"), ("b", "b.example"), ("ca", "demo"), ("stranger", "stranger")):
        make_certificate(folder, name, host)
    with open(folder / "ca.pem", "a", encoding="ascii") as trusted:
        trusted.write((folder / "stranger.pem").read_text())
    for policy, checks in (("tls", (check_gsasl, check_curl, check_altered)), ("never", ())):
        SaslLoam.plaintext = policy
        with SaslLoam(folder) as server:
            try:
                check_announced(server, folder, passwords=policy == "tls")
                for each in checks:
                    each(server, folder)
            except Exception:
                sys.stderr.write(server.log_text())
                raise
    with TokenLoam(folder) as server:
        try:
            check_tokens(server, folder)
        except Exception:
            sys.stderr.write(server.log_text())
            raise


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="sasl-") as made:
            test(pathlib.Path(made))
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("sasl.py: passed")
