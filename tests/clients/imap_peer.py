"""A small strict IMAP client and an LMTP client, independent of the server's code and of imaplib.

Responses become nested lists: atoms, quoted strings and literals are bytes, NIL is None, lists are lists.
RFC 9051 section 7 for the responses, section 9 for the grammar; RFC 2033 for LMTP.
"""

import re
import socket

LITERAL_END = re.compile(rb"~?\{(\d+)\}$")


class Refused(Exception):
    """The server answered NO or BAD."""


class ProtocolError(Exception):
    """What came is not IMAP or LMTP."""


class Peer:
    """A socket that is read by lines and by counts of octets."""

    def __init__(self, port, timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 1 << 20)

    def line(self):
        """The next line without its CRLF."""
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection" if not line else f"line ends badly: {line[-80:]}")
        return line[:-2]

    def octets(self, count):
        data = self.file.read(count)
        if len(data) != count:
            raise ConnectionError("the server closed the connection inside a literal")
        return data

    def send(self, data):
        self.socket.sendall(data)

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Parser:
    """Takes the values of one response apart. `text` holds literals with their `{n}` and CRLF."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def values(self, end=None):
        found = []
        while self.at < len(self.text):
            c = self.text[self.at:self.at + 1]
            if c == end:
                self.at += 1
                return found
            if c == b" ":
                self.at += 1
            elif c == b")":
                raise ProtocolError(f"')' without '(': {self.text[:200]}")
            else:
                found.append(self.value(c))
        if end is not None:
            raise ProtocolError(f"'(' without ')': {self.text[:200]}")
        return found

    def value(self, c):
        if c == b"(":
            self.at += 1
            return self.values(b")")
        if c == b'"':
            match = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"').match(self.text, self.at)
            if not match:
                raise ProtocolError(f"bad quoted string: {self.text[self.at:self.at + 80]}")
            self.at = match.end()
            return re.sub(rb"\\(.)", rb"\1", match.group(1))
        match = re.compile(rb"~?\{(\d+)\}\r\n").match(self.text, self.at)
        if match:
            begin, size = match.end(), int(match.group(1))
            self.at = begin + size
            return self.text[begin:self.at]
        return self.atom()

    def atom(self):
        """An atom, or a FETCH item's name, whose section in brackets may hold spaces and lists."""
        begin = self.at
        while self.at < len(self.text) and self.text[self.at:self.at + 1] not in (b" ", b"(", b")", b'"', b"\r"):
            if self.text[self.at:self.at + 1] == b"[":
                self.at = self.text.index(b"]", self.at)
            self.at += 1
        if self.at == begin:
            raise ProtocolError(f"nothing here: {self.text[begin:begin + 80]}")
        word = self.text[begin:self.at]
        return None if word.upper() == b"NIL" else word


def quote(text):
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def utf8_name(name):
    """A mailbox name out of modified UTF-7: RFC 3501 section 5.1.3."""
    def shifted(match):
        base64 = match.group(1)
        return ("&" if not base64 else (b"+" + base64.replace(b",", b"/") + b"-").decode("utf-7")).encode()
    return re.sub(rb"&([^-]*)-", shifted, name)


class Imap(Peer):
    """One connection. Methods raise Refused on NO and BAD."""

    def __init__(self, port, user="demo", password="secret", timeout=60):
        super().__init__(port, timeout)
        self.port, self.user, self.password = port, user, password
        self.tag = 0
        greeting = self.response()
        if not greeting.startswith(b"* OK"):
            raise ProtocolError(f"greeting: {greeting}")
        if user is not None:
            self.command(b"LOGIN " + quote(user.encode()) + b" " + quote(password.encode()))

    def response(self):
        """One whole response, literals included, without its last CRLF."""
        parts = []
        while True:
            line = self.line()
            parts.append(line)
            human = len(parts) == 1 and re.match(rb"(\+|\* (OK|NO|BAD|BYE|PREAUTH)|(?!\*)\S+ (OK|NO|BAD)) ?", line)
            match = None if human else LITERAL_END.search(line)
            if not match:
                return b"".join(parts)
            parts += [b"\r\n", self.octets(int(match.group(1)))]

    def command(self, text, literal=None):
        """Sends `text` (and one literal after it); returns untagged responses and the tagged line's rest."""
        self.tag += 1
        tag = b"t%d" % self.tag
        self.send(tag + b" " + text + (b"" if literal is None else b" {%d}" % len(literal)) + b"\r\n")
        untagged = []
        while True:
            response = self.response()
            if response.startswith(b"+"):
                if literal is None:
                    raise ProtocolError("'+' that nobody waits for")
                self.send(literal + b"\r\n")
                literal = None
            elif response.startswith(b"* BYE") and not text.startswith(b"LOGOUT"):
                raise ProtocolError(response.decode(errors="replace"))
            elif response.startswith(b"* "):
                untagged.append(response[2:])
            elif response.startswith(tag + b" OK"):
                return untagged, response[len(tag) + 4:]
            else:
                raise Refused(f"{text.decode(errors='replace')[:200]}: {response.decode(errors='replace')[:300]}")

    def capabilities(self):
        return next(r.split()[1:] for r in self.command(b"CAPABILITY")[0] if r.startswith(b"CAPABILITY"))

    def list(self, pattern=b"*"):
        """Names of the mailboxes that can be selected."""
        names = []
        for response in self.command(b'LIST "" ' + quote(pattern))[0]:
            values = Parser(response).values()
            if values[0] == b"LIST" and not {b"\\noselect", b"\\nonexistent"} & {f.lower() for f in values[1]}:
                names.append(values[3])
        return names

    def select(self, mailbox):
        """Opens it; returns EXISTS, and the codes of the OK responses by name, such as UIDNEXT."""
        exists, codes = 0, {}
        untagged, _ = self.command(b"SELECT " + quote(mailbox))
        for response in untagged:
            if match := re.match(rb"(\d+) EXISTS$", response):
                exists = int(match.group(1))
            elif match := re.match(rb"OK \[(\S+) (\d+)\]", response):
                codes[match.group(1).decode()] = int(match.group(2))
        return exists, codes

    def append(self, mailbox, message, flags=()):
        flag_list = b"" if not flags else b" (" + b" ".join(flags) + b")"
        header = message.partition(b"\r\n\r\n")[0]
        if not header.isascii() and b"UTF8=ACCEPT" in self.capabilities():
            # RFC 6855 section 4: only a session that has enabled it may append such a header.
            with Imap(self.port, self.user, self.password) as other:
                other.command(b"ENABLE UTF8=ACCEPT")
                return other.command(b"APPEND " + quote(utf8_name(mailbox)) + flag_list, message)[1]
        return self.command(b"APPEND " + quote(mailbox) + flag_list, message)[1]

    def fetch(self, numbers, items, by_uid=True):
        """FETCH responses in the order they came: dictionaries from item name to value."""
        found = []
        for response in self.command((b"UID " if by_uid else b"") + b"FETCH " + numbers + b" " + items)[0]:
            if re.match(rb"\d+ FETCH \(", response):
                values = Parser(response).values()[2]
                found.append(dict(zip([name.upper() for name in values[::2]], values[1::2], strict=True)))
        return found

    def messages(self, mailbox):
        """Everything in a mailbox: uid -> (flags without \\Recent, body)."""
        exists, _ = self.select(mailbox)
        if exists == 0:
            return {}
        rows = [row for row in self.fetch(b"1:*", b"(UID FLAGS BODY.PEEK[])") if b"BODY[]" in row]
        if len(rows) != exists:
            raise ProtocolError(f"{len(rows)} FETCH responses for {exists} messages")
        return {int(row[b"UID"]): (frozenset(row[b"FLAGS"]) - {b"\\Recent"}, row[b"BODY[]"]) for row in rows}


class Lmtp(Peer):
    """One connection for deliveries, one message at a time."""

    def __init__(self, port, timeout=60):
        super().__init__(port, timeout)
        self.expect(b"220")
        self.say(b"LHLO client.example.org", b"250")

    def expect(self, code):
        while True:
            line = self.line()
            if not line.startswith(code):
                raise Refused(line.decode(errors="replace"))
            if line[3:4] != b"-":
                return line

    def say(self, text, code):
        self.send(text + b"\r\n")
        return self.expect(code)

    def begin(self, message, recipients, sender=b"sender@example.org"):
        """Sends a message; one reply for each recipient follows."""
        self.say(b"MAIL FROM:<" + sender + b">", b"250")
        for recipient in recipients:
            self.say(b"RCPT TO:<" + recipient + b">", b"250")
        self.say(b"DATA", b"354")
        stuffed = re.sub(rb"(?m)^\.", b"..", message)
        self.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")

    def deliver(self, message, recipients=(b"demo",)):
        """Delivers to all; raises Refused unless every recipient got it."""
        self.begin(message, recipients)
        for _ in recipients:
            self.expect(b"250")
