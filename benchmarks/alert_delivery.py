"""Alerts under bad conditions: nothing lost, nothing told under two ids.

10,000 alerts go to a webhook receiver that answers every second request with 503 and is closed for
a while; the worker is killed (``kill -9``) ten times on the way. Prints how many messages arrived,
how many arrived more than once under the same id (a receiver counts those once), how many under
two ids, and how many were lost.

    .venv/bin/python benchmarks/alert_delivery.py [--alerts 10000] [--kills 10]
"""

from __future__ import annotations

import argparse
import collections
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select

from service.accounts.directory import find_account, principal_of
from service.alerts.channels import Channel
from service.alerts.kinds import NoticeKind
from service.alerts.models import Delivery
from service.alerts.outbox import Announcement, CaseFacts, announce_all
from service.alerts.statuses import DeliveryStatus
from service.alerts.subscriptions import Wish, subscribe
from service.processes.opening import OpenHome, first_account, own_home
from service.settings import AlertSettings, Settings

ALERTS = {
    "PLOTWATCH_ALERTS__ALLOWED_NETWORKS": '["127.0.0.0/8"]',
    "PLOTWATCH_ALERTS__RETRY_SECONDS": "[" + ",".join(["2"] * 60) + "]",
    "PLOTWATCH_ALERTS__LEASE_SECONDS": "5",
    "PLOTWATCH_ALERTS__TIMEOUT_SECONDS": "2",
}
CLOSED_SECONDS = 15
PER_TRANSACTION = 500


class Receiver:
    """Takes webhooks, refuses every second one, and can be closed altogether."""

    def __init__(self) -> None:
        self.accepted: collections.Counter[tuple[str, str]] = collections.Counter()
        self.requests = 0
        self.lock = threading.Lock()
        self.server: ThreadingHTTPServer | None = None
        self.port = 0

    def open(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["content-length"]))
                if not sent:
                    return  # Killed before it had said anything.
                body = orjson.loads(sent)
                with receiver.lock:
                    receiver.requests += 1
                    refused = receiver.requests % 2 == 0
                    if not refused:
                        key = (self.headers["webhook-id"], body["notices"][0]["code"])
                        receiver.accepted[key] += 1
                self.send_response(503 if refused else 204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--alerts", type=int, default=10_000)
    arguments.add_argument("--kills", type=int, default=10)
    options = arguments.parse_args()
    receiver = Receiver()
    receiver.open()
    with tempfile.TemporaryDirectory(prefix="plotwatch-alerts-") as folder:
        Path(folder).chmod(0o755)
        settings = Settings(home=Path(folder) / "home", database_url=None)
        with own_home(settings) as home:
            prepare(home, f"http://127.0.0.1:{receiver.port}/")
            run(home, receiver, options.alerts, options.kills)


def prepare(home: OpenHome, url: str) -> None:
    first_account(home.runtime)
    settings = AlertSettings(allowed_networks=["127.0.0.0/8"])
    with home.runtime.database.transaction() as session:
        admin = find_account(session, "admin")
        assert admin is not None
        wish = Wish(channel=Channel.WEBHOOK, target=url)
        subscribe(session, principal_of(admin), wish, settings)


def run(home: OpenHome, receiver: Receiver, alerts: int, kills: int) -> None:
    """Kill the worker amid its sending, evenly over the whole; close the receiver half-way."""
    started = time.monotonic()
    worker = start_worker(home)
    for first in range(0, alerts, PER_TRANSACTION):
        announce_some(home, first, min(PER_TRANSACTION, alerts - first))
    requests_between = 2 * alerts // (kills + 1)
    for kill in range(1, kills + 1):
        wait_for_requests(receiver, kill * requests_between)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker = start_worker(home)
        print(f"  killed {kill}, waiting {waiting(home, alerts)}", file=sys.stderr, flush=True)
        if kill == kills // 2:
            receiver.close()
            threading.Timer(CLOSED_SECONDS, receiver.open).start()
    while (left := waiting(home, alerts)) > 0:
        print(f"  waiting {left}, requests {receiver.requests}", file=sys.stderr, flush=True)
        time.sleep(5.0)
    worker.terminate()
    worker.wait()
    report(receiver, alerts, kills, time.monotonic() - started)


def wait_for_requests(receiver: Receiver, number: int) -> None:
    """Until the receiver has had so many requests."""
    while receiver.requests < number:
        time.sleep(0.01)


def announce_some(home: OpenHome, first: int, count: int) -> None:
    with home.runtime.database.transaction() as session:
        announce_all(
            session,
            [
                Announcement(kind=NoticeKind.RAISED, case=facts(number), key=f"raised:{number}")
                for number in range(first, first + count)
            ],
        )


def facts(number: int) -> CaseFacts:
    return CaseFacts(
        case_id=number,
        code=f"500118001202-2026-{number:05d}",
        village_code="500118001202",
        category="non_farm",
        severity=3,
        department="planning_and_environment",
        status="pending_assignment",
        suspect_area_m2=1000.0,
    )


def waiting(home: OpenHome, alerts: int) -> int:
    """Messages that have not been delivered, also those not yet written."""
    with home.runtime.database.reading() as session:
        sent = session.scalar(select(func.count()).where(Delivery.status == DeliveryStatus.SENT))
    return alerts - (sent or 0)


def start_worker(home: OpenHome) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **home.environment, **ALERTS}
    return subprocess.Popen([sys.executable, "-m", "service.cli", "worker"], env=environment)


def report(receiver: Receiver, alerts: int, kills: int, seconds: float) -> None:
    codes = {code for _, code in receiver.accepted}
    ids = {message for message, _ in receiver.accepted}
    repeated = sum(1 for count in receiver.accepted.values() if count > 1)
    print(f"alerts announced                  {alerts}")
    print(f"worker killed                     {kills} times")
    print(f"requests made                     {receiver.requests}")
    print(f"alerts delivered                  {len(codes)}")
    print(f"lost                              {alerts - len(codes)}")
    print(f"alerts under two ids (duplicates) {len(ids) - len(codes)}")
    print(f"repeated under the same id        {repeated} (a receiver counts them once)")
    print(f"seconds                           {seconds:.0f}")


if __name__ == "__main__":
    main()
