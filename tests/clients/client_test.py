"""What the client tests share: the command line, checks that say what differs, running a program."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

from loam_server import open_server


class Failed(Exception):
    """A check did not hold."""


def check(condition, what):
    if not condition:
        raise Failed(what)


def check_equal(got, wanted, what):
    """Compares; on a difference, tells what is too much and what is missing."""
    if got == wanted:
        return
    lines = [f"{what}:"]
    if isinstance(got, (list, set, frozenset)) and isinstance(wanted, (list, set, frozenset)):
        left = list(wanted)
        for item in got:
            if item in left:
                left.remove(item)
            else:
                lines.append(f"  unexpected {str(item)[:300]}")
        lines += [f"  missing    {str(item)[:300]}" for item in left]
    if len(lines) == 1 or len(lines) > 40:
        lines = lines[:40] + [f"  got    {str(got)[:2000]}", f"  wanted {str(wanted)[:2000]}"]
    raise Failed("\n".join(lines))


def digest(message):
    """A short name of a message that does not care for line ends, as Maildir programs change them."""
    return hashlib.sha256(message.replace(b"\r\n", b"\n")).hexdigest()[:16]


def need_program(name, package):
    path = shutil.which(name)
    check(path, f"{name} is not installed (Debian package {package})")
    return path


def run_program(command, timeout=120, wanted_status=0, **options):
    """Runs a client; its output is shown when it does not end as it should."""
    done = subprocess.run(command, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, **options)
    if done.returncode != wanted_status:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}\n"
                     f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
    return done.stdout


def parser_for(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--server", choices=("loam", "dovecot"), default="loam")
    return parser


def run_test(test, description, add_options=lambda parser: None):
    """Calls test(server, folder, arguments) with a running server and an empty folder; ends with the outcome."""
    parser = parser_for(description)
    add_options(parser)
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="client-") as folder, open_server(arguments.server) as server:
            try:
                test(server, folder, arguments)
            except Exception:
                sys.stderr.write(server.log_text())
                raise
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print(f"{os.path.basename(sys.argv[0])}: passed")
