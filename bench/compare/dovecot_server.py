"""A private Dovecot: its own configuration, data and ports in one folder, gone when it stops.

It keeps mail as mdbox with zstd, syncs every commit, and takes IMAP and LMTP on loopback only. Run as root it
serves mail as an unprivileged user, since Dovecot refuses to touch mail as root; run as anybody else it serves
as that user.
"""

import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h

CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
info_log_path = {base}/info.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %n
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = always
mail_location = mdbox:{base}/mail/%n
mail_max_userip_connections = 1000
mail_plugins = $mail_plugins zlib
recipient_delimiter = +
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%n {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home/%n
}}
protocol lmtp {{
  postmaster_address = postmaster@example.org
}}
plugin {{
  zlib_save = zstd
  zlib_save_level = 3
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  client_limit = 1000
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 1024
}}
service lmtp {{
  process_limit = 128
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
  unix_listener lmtp {{
    mode = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def end_with_parent():
    """For preexec_fn: the kernel ends this child when the program that started it dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_greeting(port, start, seconds=20.0, alive=lambda: True):
    """Returns when a server on `port` greets with `start`; raises TimeoutError when it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        try:
            with socket.create_connection(("127.0.0.1", port), 1.0) as peer:
                if peer.recv(512).startswith(start):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError(f"no greeting on port {port}")


def descendants(root):
    """Process ids of all children of `root`, and theirs, the deepest first."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            pass  # it ended meanwhile
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[:0:-1]


class Dovecot:
    """Start with start(), stop with stop(); `imap_port`, `lmtp_port` and `pid` are set in between."""

    name = "dovecot"

    def __init__(self, users=None, folder=None):
        self.users = users or {"demo": "secret"}
        self.owns_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="dovecot-"))
        self.imap_port = free_port()
        self.lmtp_port = free_port()
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def _write(self):
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        mail = pwd.getpwnam("nobody") if root else me
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir(exist_ok=True)
        if root:
            for name in ("mail", "home"):
                os.chown(self.folder / name, mail.pw_uid, mail.pw_gid)
        users = "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in self.users.items())
        (self.folder / "users").write_text(users)
        (self.folder / "users").chmod(0o644)
        config = self.folder / "dovecot.conf"
        config.write_text(CONFIG.format(
            base=self.folder, imap_port=self.imap_port, lmtp_port=self.lmtp_port, uid=mail.pw_uid, gid=mail.pw_gid,
            internal="dovecot" if root else me.pw_name, internal_group="dovecot" if root else me.pw_gid,
            login="dovenull" if root else me.pw_name))
        return config

    def create(self):
        """Nothing to do before the start: users live in the configuration, mail folders come by themselves."""
        return self

    def start(self):
        program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not program:
            raise FileNotFoundError("dovecot is not installed (packages dovecot-imapd and dovecot-lmtpd)")
        config = self._write()
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen([program, "-F", "-c", str(config)], stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=output, preexec_fn=end_with_parent)
        try:
            wait_for_greeting(self.imap_port, b"* OK", alive=self._alive)
            wait_for_greeting(self.lmtp_port, b"220", alive=self._alive)
        except TimeoutError as error:
            log = self.log_text()
            self.stop()
            raise RuntimeError(f"dovecot does not serve: {error}\n{log}") from error
        return self

    def _alive(self):
        return self.process.poll() is None

    def log_text(self):
        return "".join(path.read_text(errors="replace")
                       for path in (self.folder / "log", self.folder / "output") if path.exists())

    def kill(self):
        """As a crash: SIGKILL for every process of it."""
        for pid in [*descendants(self.pid), self.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it ended meanwhile
        self.process.wait()
        self.process = None

    def stop(self):
        """Stops it, waits, and removes its folder if it made it. Raises if it did not stop cleanly."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                code = self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
            self.process = None
            if code != 0:
                raise RuntimeError(f"dovecot ended with status {code}\n{self.log_text()}")
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
