#!/usr/bin/env python3
"""Makes engine/codec/mail.dict: writes synthetic mail, trains a zstd dictionary on it.

    tools/train_dictionary/train.py OUTPUT [--messages N]

Needs libzstd. The same version of it gives the same dictionary. The dictionary in the tree is part
of the format (docs/format/blob.md, section 3): once a version of Loam that uses it was released it
cannot be replaced, only joined by another with a codec number of its own.

The dictionary has three parts: tables of symbol frequencies, phrases (common.py), and what the
trainer picked from the synthetic mail.
"""

import argparse
import ctypes
import pathlib
import random

import bodies
from common import PHRASES
from headers import Sender, header_block
from words import LANGUAGES

DICTIONARY_ID = 1
DICTIONARY_BYTES = 64 << 10
TRAINED_BYTES = 56 << 10
TABLE_BYTES_MAX = 512
SAMPLE_BYTES_MAX = 16 << 10  # as long as the frames that use the dictionary
LEVEL = 3
SEED = 20240229
SHAPES = {"plain": 30, "patch": 14, "html": 10, "alternative": 24, "mixed": 12, "bounce": 3, "invitation": 4}


def pick_language(r):
    return r.choices(list(LANGUAGES), weights=[24, 5, 3, 3, 2, 2, 2, 1, 2, 1])[0]


def leaf(s, kind, text, encoding):
    if encoding == "quoted-printable":
        text = bodies.quoted_printable(text)
    spelled = s.random.choice([
        "charset=utf-8", 'charset="utf-8"', 'charset="UTF-8"', "charset=UTF-8", "charset=us-ascii",
        'charset="iso-8859-1"', "charset=ISO-8859-1; format=flowed"])
    return f"Content-Type: {kind}; {spelled}\nContent-Transfer-Encoding: {encoding}", text


def boundary_of(s):
    r = s.random
    return r.choice([
        f"0000000000{s.hex(18)}",
        f"----=_NextPart_000_{s.hex(4).upper()}_01D{s.hex(5).upper()}.{s.hex(8).upper()}",
        f"_000_{s.hex(32).upper()}AM0PR05MB{r.randint(1000, 9999)}eurp_",
        f"------------{s.hex(24).upper()}",
        f"Apple-Mail=_{s.hex(8).upper()}-{s.hex(4).upper()}-{s.hex(4).upper()}",
        f"=-{s.token(20)}",
        f"----=_Part_{r.randint(1000, 99999)}_{r.randint(10**8, 10**9)}.{r.randint(10**12, 10**13)}",
        f"b1_{s.hex(32)}",
    ])


def multipart(s, subtype, parts, extra=""):
    mark = boundary_of(s)
    body = "".join(f"--{mark}\n{head}\n\n{text}\n" for head, text in parts)
    hint = "This is a multi-part message in MIME format.\n"
    preamble = s.random.choice(["", "", hint, hint + "\n"])
    return f'Content-Type: multipart/{subtype};{extra}\n\tboundary="{mark}"', f"{preamble}{body}--{mark}--\n"


ATTACHMENTS = [
    ("application/pdf", "invoice.pdf"),
    ("image/jpeg", "image001.jpg"),
    ("image/png", "image001.png"),
    ("application/octet-stream", "document.doc"),
    ("text/plain", "config.txt"),
    ("text/x-patch", "fix.patch"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Report.docx"),
    ("application/pgp-signature", "signature.asc"),
]


def attachment(s):
    r = s.random
    kind, name = r.choice(ATTACHMENTS)
    data = "\n".join(s.token(76) for _ in range(r.randint(1, 8)))
    return (
        f'Content-Type: {kind}; name="{name}"\n'
        f'Content-Transfer-Encoding: base64\n'
        f'Content-Disposition: {r.choice(["attachment", "inline"])};\n'
        f'\tfilename="{name}"; size={r.randint(1000, 200000)};\n'
        f"Content-ID: <image001.{r.choice(['png', 'jpg'])}@01D{s.hex(5).upper()}.{s.hex(8).upper()}>"
        f"\nX-Attachment-Id: f_{s.hex(8)}"), data


NOTIFICATION = "Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii"
DELIVERY_REPORT = "Content-Description: Delivery report\nContent-Type: message/delivery-status"
CALENDAR = 'Content-Type: text/calendar; charset="UTF-8"; method=REQUEST\nContent-Transfer-Encoding: 7bit'


def message(r):
    s, language = Sender(r), pick_language(r)
    write_html = r.choice([bodies.newsletter, bodies.outlook, bodies.webmail, bodies.webmail])
    encoding = r.choice(["quoted-printable", "7bit", "8bit"])
    shape = r.choices(list(SHAPES), weights=list(SHAPES.values()))[0]
    text = leaf(s, "text/plain", bodies.plain(s, language), encoding)
    if shape == "plain":
        content, body = text
    elif shape == "patch":
        content, body = leaf(s, "text/plain", bodies.patch(s, language), "7bit")
    elif shape == "html":
        content, body = leaf(s, "text/html", write_html(s, language), encoding)
    elif shape == "alternative":
        content, body = multipart(s, "alternative", [text, leaf(s, "text/html", write_html(s, language), encoding)])
    elif shape == "mixed":
        subtype, parts = r.choice(["mixed", "related", "signed"]), [text, attachment(s)]
        signed = ' micalg=pgp-sha256;\n\tprotocol="application/pgp-signature";'
        content, body = multipart(s, subtype, parts, signed if r.random() < 0.2 else "")
    elif shape == "bounce":
        parts = [(NOTIFICATION, bodies.bounce(s)), (DELIVERY_REPORT, bodies.delivery_status(s))]
        content, body = multipart(s, "report", parts, " report-type=delivery-status;")
    else:
        content, body = multipart(s, "alternative", [text, (CALENDAR, bodies.invitation(s))])
    return f"{header_block(s, content)}\n\n{body}".replace("\n", "\r\n").encode()


class Parameters(ctypes.Structure):
    """ZDICT_params_t of zdict.h."""

    _fields_ = [("level", ctypes.c_int), ("notification", ctypes.c_uint), ("dictionary_id", ctypes.c_uint)]


def load_zdict():
    zdict = ctypes.CDLL("libzstd.so.1")
    size, samples = ctypes.c_size_t, [ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_uint]
    zdict.ZDICT_isError.argtypes = [size]
    zdict.ZDICT_getDictHeaderSize.restype, zdict.ZDICT_getDictHeaderSize.argtypes = size, [ctypes.c_char_p, size]
    zdict.ZDICT_trainFromBuffer.restype, zdict.ZDICT_trainFromBuffer.argtypes = size, [ctypes.c_char_p, size] + samples
    zdict.ZDICT_finalizeDictionary.restype = size
    zdict.ZDICT_finalizeDictionary.argtypes = [ctypes.c_char_p, size, ctypes.c_char_p, size] + samples + [Parameters]
    return zdict


def train(messages):
    zdict = load_zdict()
    samples = [m[:SAMPLE_BYTES_MAX] for m in messages]
    arguments = (b"".join(samples), (ctypes.c_size_t * len(samples))(*map(len, samples)), len(samples))

    def call(function, capacity, *before):
        buffer = ctypes.create_string_buffer(capacity)
        parameters = [Parameters(LEVEL, 0, DICTIONARY_ID)] if before else []
        size = function(buffer, capacity, *before, *arguments, *parameters)
        if zdict.ZDICT_isError(size):
            raise SystemExit("zstd cannot train on these messages")
        return buffer.raw[:size]

    trained = call(zdict.ZDICT_trainFromBuffer, TRAINED_BYTES)
    picked = trained[zdict.ZDICT_getDictHeaderSize(trained, len(trained)):]
    phrases = PHRASES.strip().replace("\n", "\r\n").encode()
    # The nearer to the end, the cheaper to refer to; what does not fit is cut off at the front.
    content = (phrases + picked)[-(DICTIONARY_BYTES - TABLE_BYTES_MAX):]
    return call(zdict.ZDICT_finalizeDictionary, DICTIONARY_BYTES, content, len(content))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--messages", type=int, default=6000)
    arguments = parser.parse_args()
    r = random.Random(SEED)
    dictionary = train([message(r) for _ in range(arguments.messages)])
    arguments.output.write_bytes(dictionary)
    print(f"{arguments.output}: {len(dictionary)} bytes")


if __name__ == "__main__":
    main()
