"""A fresh loamd for one test: its own store, ports and user, gone when it stops.

The programs come from the build folder in LOAM_BIN_DIR. The same tests run against a private Dovecot with
`--server dovecot`, which shows that a test asks for nothing but the standard.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "compare"))
from dovecot_server import Dovecot, end_with_parent, free_port, wait_for_greeting  # noqa: E402

CONFIG = """
[store]
path = "{store}"
threads = {threads}

[imap]
listen = ["127.0.0.1:{imap_port}"]

[lmtp]
listen = ["127.0.0.1:{lmtp_port}"]
domains = []

[auth]
plaintext = "loopback"
"""


def find_binary(name):
    """`loamd` or `loam` below LOAM_BIN_DIR."""
    folder = os.environ.get("LOAM_BIN_DIR")
    if not folder:
        raise FileNotFoundError("LOAM_BIN_DIR is not set: it names the build folder that holds loamd and loam")
    for place in ("imapd/ops", "tools/loam", "."):
        path = pathlib.Path(folder) / place / name
        if path.is_file():
            return str(path)
    raise FileNotFoundError(f"no {name} below {folder}")


class Loam:
    """Start with start(), stop with stop(); the ports, `pid` and `store` are set in between."""

    name = "loam"

    def __init__(self, users=None, folder=None, threads=0):
        self.users = users or {"demo": "secret"}
        self.threads = threads
        self.owns_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="loam-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = self.folder / "store"
        self.imap_port = free_port()
        self.lmtp_port = free_port()
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def tool(self, *arguments, stdin=b"", check=True):
        """Runs `loam --store DIR arguments`. Raises with what it printed if it fails."""
        command = [find_binary("loam"), "--store", str(self.store), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=600)
        if check and done.returncode != 0:
            raise RuntimeError(f"{command} ended with {done.returncode}\n{done.stdout.decode(errors='replace')}"
                               f"{done.stderr.decode(errors='replace')}")
        return done

    def create(self):
        """Makes the store and its users, once."""
        if not self.store.exists():
            for user, password in self.users.items():
                self.tool("user", "add", user, stdin=password.encode() + b"\n")
        return self

    def config_text(self):
        return CONFIG.format(store=self.store, threads=self.threads, imap_port=self.imap_port,
                             lmtp_port=self.lmtp_port)

    def start(self):
        self.create()
        config = self.folder / "loam.toml"
        config.write_text(self.config_text())
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([find_binary("loamd"), "--config", str(config)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=end_with_parent)
        try:
            wait_for_greeting(self.imap_port, b"* OK", alive=self._alive)
            wait_for_greeting(self.lmtp_port, b"220", alive=self._alive)
        except TimeoutError as error:
            self.kill()
            raise RuntimeError(f"loamd does not serve: {error}\n{self.log_text()}") from error
        return self

    def _alive(self):
        return self.process.poll() is None

    def log_text(self):
        log = self.folder / "log"
        return log.read_text(errors="replace")[-20000:] if log.exists() else ""

    def kill(self):
        """As a crash: SIGKILL, nothing is flushed or said."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def halt(self):
        """SIGTERM, and it must end by itself with status 0. The store stays."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"loamd did not stop on SIGTERM\n{self.log_text()}") from None
        self.process = None
        if code != 0:
            raise RuntimeError(f"loamd ended with status {code}\n{self.log_text()}")

    def stop(self):
        """halt(), then the folder goes if this object made it."""
        try:
            self.halt()
        finally:
            if self.owns_folder:
                shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.kill()
            if self.owns_folder:
                shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __exit__(self, *_):
        self.stop()


def open_server(name, **options):
    """The server of that name, not started yet."""
    return {"loam": Loam, "dovecot": Dovecot}[name](**options)
