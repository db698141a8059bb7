#!/usr/bin/env python3
"""What Prometheus is told: commands by name and result with their times, logins, deliveries, connections, the store."""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client_test import Failed, check, check_equal  # noqa: E402
from imap_peer import Imap, Lmtp, Refused  # noqa: E402
from loam_server import Loam, find_binary, free_port  # noqa: E402

OPERATIONS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "operations.md"


class MeasuredLoam(Loam):
    def __init__(self, **options):
        super().__init__(**options)
        self.metrics_port = free_port()

    def config_text(self):
        return super().config_text() + (f'[metrics]\nlisten = "127.0.0.1:{self.metrics_port}"\n'
                                        "[limits]\nconnections_per_account = 3\n")


def scrape(server):
    """Value by name and labels, and the type of each name."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    types = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text))
    values = {name: float(value) for name, value in re.findall(r"(?m)^([a-z][^#\n]*?) (\S+)$", text)}
    return values, types


def use(server):
    with Imap(server.imap_port) as peer:
        for _ in range(5):
            peer.command(b"NOOP")
        peer.append(b"INBOX", b"Subject: x\r\n\r\n")
        try:
            peer.command(b"SELECT nowhere")
        except Refused:
            pass
        try:
            peer.command(b"FROBNICATE")
        except Refused:
            pass
        with Lmtp(server.lmtp_port) as lmtp:
            lmtp.deliver(b"Subject: y\r\n\r\n")
        try:
            Imap(server.imap_port, "demo", "wrong")
        except Refused:
            pass
        return exceed_limits(server, peer)


def exceed_limits(server, peer):
    """One session too many, and one message too many."""
    with Imap(server.imap_port), Imap(server.imap_port):
        try:
            Imap(server.imap_port)
        except Refused:
            pass
        server.tool("user", "quota", "demo", "--messages", "2")
        try:
            peer.append(b"INBOX", b"Subject: z\r\n\r\n")
        except Refused:
            pass
        return scrape(server)


def check_values(values):
    wanted = {
        'loam_commands_total{command="NOOP",result="ok"}': 5,
        'loam_commands_total{command="SELECT",result="no"}': 1,
        'loam_commands_total{command="SELECT",result="ok"}': 0,
        'loam_commands_total{command="unknown",result="bad"}': 1,
        'loam_commands_total{command="APPEND",result="ok"}': 1,
        'loam_commands_total{command="APPEND",result="no"}': 1,
        'loam_commands_total{command="LOGIN",result="ok"}': 3,
        'loam_commands_total{command="LOGIN",result="no"}': 2,
        'loam_command_seconds_count{command="NOOP"}': 5,
        'loam_command_seconds_bucket{command="NOOP",le="+Inf"}': 5,
        'loam_logins_total{result="ok"}': 4,
        'loam_logins_total{result="failed"}': 1,
        'loam_logins_total{result="limited"}': 0,
        'loam_deliveries_total{result="ok"}': 1,
        'loam_deliveries_total{result="failed"}': 0,
        'loam_limit{key="connections_per_account"}': 3,
        'loam_limit{key="connections"}': 10000,
        'loam_imap_refused_total{limit="connections_per_account"}': 1,
        'loam_imap_connections_total{door="tls"}': 0,
        'loam_commands_over_quota_total': 1,
        'loam_imap_sessions': 3,
        "loam_accounts": 1,
        "loam_messages": 2,
    }
    check_equal({name: values.get(name) for name in wanted}, wanted, "values")
    check(values["loam_imap_connections"] >= 1, "connections that are open")
    check(values["loam_log_groups_total"] >= 2, "groups of the log")
    check(values['loam_command_seconds_sum{command="LOGIN"}'] >= 1, "a failed login waits a second")
    buckets = [value for name, value in values.items() if name.startswith('loam_command_seconds_bucket{command="NOOP"')]
    check_equal(buckets, sorted(buckets), "buckets add up")


def check_octets(server, before):
    """A message of 100,000 octets comes in and goes out."""
    server.tool("user", "quota", "demo", "--messages", "none")
    with Imap(server.imap_port) as peer:
        peer.command(b"CREATE Big")
        peer.append(b"Big", b"Subject: big\r\n\r\n" + b"x" * 100000)
        peer.select(b"Big")
        peer.command(b"FETCH 1 BODY.PEEK[]")
    after, _ = scrape(server)
    for way in ("in", "out"):
        name = f'loam_imap_octets_total{{way="{way}"}}'
        check(100000 < after[name] - before[name] < 110000, f"{name}: {before[name]} to {after[name]}")
    for name in ("loam_log_write_microseconds_total", "loam_log_bytes_written_total"):
        check(after[name] > before[name], name)


def check_garbage(server):
    """Neither octets that are no HTTP, nor who says nothing, keep others from asking."""
    quiet = [socket.create_connection(("127.0.0.1", server.metrics_port)) for _ in range(3)]
    for noise in (b"\0" * 5000, b"GET / HTTP/9.9\r\n\r\n", b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                  b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"A" * 100000,
                  b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n"):
        with socket.create_connection(("127.0.0.1", server.metrics_port), timeout=60) as peer:
            try:
                peer.sendall(noise)
                peer.shutdown(socket.SHUT_WR)
                told = peer.recv(100000)
            except OSError:
                told = b""
            check(b"loam_" not in told and b"root:" not in told, f"{noise[:40]}: {told[:80]}")
    scrape(server)
    with Imap(server.imap_port) as peer:
        peer.command(b"NOOP")
    for each in quiet:
        each.close()


def check_documented(types):
    """Each name stands in the list, and the list has no other."""
    section = OPERATIONS.read_text().partition("\n## Metrics\n")[2].partition("\n## ")[0]
    ours = [name for name in types if name.startswith("loam_")]
    check_equal(sorted(ours), sorted(set(re.findall(r"`(loam_[a-z_]+)`", section))), "names in docs/operations.md")


def check_config(server, folder):
    for address, why in (("0.0.0.0:9143", "wants"), ("unix:/run/metrics", "wants"), ("127.0.0.1", "wants")):
        config = pathlib.Path(folder) / "wrong.toml"
        config.write_text(server.config_text().replace(f"127.0.0.1:{server.metrics_port}", address))
        done = subprocess.run([find_binary("loamd"), "--config", str(config), "--check-config"], capture_output=True,
                              timeout=60)
        check(done.returncode == 2 and b"metrics.listen: " + why.encode() in done.stderr, f"{address}: {done.stderr}")


def test(folder):
    with MeasuredLoam(threads=2) as server:
        try:
            values, types = use(server)
            check_values(values)
            check_documented(types)
            check_octets(server, values)
            check_garbage(server)
            check_config(server, folder)
        except Exception:
            sys.stderr.write(server.log_text())
            raise


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="metrics-") as made:
            test(made)
    except (Failed, FileNotFoundError) as failure:
        sys.exit(f"FAILED: {failure}")
    print("metrics.py: passed")
