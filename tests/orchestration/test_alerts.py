"""Alerts: what is told, and that a run's hooks tell it to a webhook and a mail server of our own on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.cockpit import alerts
from orchestration.cockpit.definitions import defs
from orchestration.cockpit.partitions import run_tags
from orchestration.home.installation import open_installation
from orchestration.hops import news
from orchestration.hops.ranges import Rectangle
from sources.home import Home
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.settings import AlertSettings, Settings
from sources.snapshot.ledger import make_row

ENTRY = CatalogueEntry("http://www.example.invalid/a.html", "990100", "云州市", "city", 2029, {}, 2)


class Hook(BaseHTTPRequestHandler):
    got: list[Any]
    status = 200

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    got: list[Any] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("H", (Hook,), {"got": got, "status": status}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret-token", got
    finally:
        server.shutdown()
        server.server_close()


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client needs to hand a mail over."""

    mails: list[EmailMessage]

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                parsed = email.message_from_bytes(body, policy=email.policy.default)
                self.mails.append(parsed)  # type: ignore[arg-type]
            self._say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    mails: list[EmailMessage] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("M", (MailServer,), {"mails": mails})) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server.server_address[1], mails
        finally:
            server.shutdown()


def mail_settings(port: int) -> dict[str, Any]:
    return {
        "mail_to": ["reader@example.invalid"],
        "mail_from": "baogao@example.invalid",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
    }


def test_what_is_news() -> None:
    def row(outcome: str, **values: Any) -> dict[str, Any]:
        sha256 = "ab" if outcome in ("new", "changed", "unchanged") else None
        return make_row(ENTRY, url="", outcome=outcome, **{"sha256": sha256, "error": None, **values})

    kinds = [item["kind"] for item in news.news_of([row("new"), row("new", page=2)], [])]
    assert kinds == ["new"], "one document, however many pages"
    assert news.news_of([row("new", page=2), row("changed")], [row("new")]) == []
    failed = news.news_of([row("failed", error="e1"), row("failed", page=2, error="e2")], [row("new")])
    assert [(item["kind"], item["site"], item["told"]) for item in failed] == [("failed", "www.example.invalid", "e1")]
    assert news.news_of([row("gone", page=3, error="shorter")], [row("new")]) == []
    assert news.news_of([row("unchanged")], [row("new"), row("failed", error="x")]) == []


def test_message_counts_and_is_short() -> None:
    assert alerts.message_about([]) is None
    item = {"kind": "new", "location": "l", "site": "s", "told": "云州市 2029"}
    many = [{**item, "location": f"http://a.invalid/{n}"} for n in range(25)]
    bad = [
        {**item, "kind": "failed", "site": f"s{n % 2}", "location": f"f{n}", "told": "the site answers 500"}
        for n in range(3)
    ]
    message = alerts.message_about([*many, *bad])
    assert message is not None
    assert message.title == "baogao: 25 new reports, 2 failing sites"
    assert "… and 5 more" in message.text and "s0: 2 documents could not be had, e.g. failed: the site" in message.text
    assert len(message.text.splitlines()) == 20 + 1 + 2 + 1


def test_webhook_gets_the_envelope_that_the_settings_give() -> None:
    with webhook() as (address, got):
        body = '{"msgtype": "text", "text": {"content": $text}}'
        alerts.send(alerts.Message("题", 'a "b"\n云'), AlertSettings(webhook=address, webhook_body=body))
        alerts.send(alerts.Message("题", "x"), AlertSettings(webhook=address))
    assert got == [{"msgtype": "text", "text": {"content": 'a "b"\n云'}}, {"title": "题", "text": "x"}]


def test_one_way_that_fails_does_not_stop_the_other_and_its_secret_is_not_told() -> None:
    with webhook(status=500) as (address, _), mail_server() as (port, mails):
        settings = AlertSettings.model_validate({"webhook": address, **mail_settings(port)})
        with pytest.raises(alerts.AlertError, match="500") as caught:
            alerts.send(alerts.Message("题", "正文"), settings)
    assert "secret-token" not in str(caught.value)
    assert [mail["Subject"] for mail in mails] == ["题"]
    assert mails[0]["To"] == "reader@example.invalid" and mails[0].get_content().strip() == "正文"


def test_settings_are_checked_and_the_password_is_hidden() -> None:
    with pytest.raises(ValueError, match="mail_from"):
        AlertSettings(mail_to=("a@example.invalid",))
    with pytest.raises(ValueError, match="webhook"):
        AlertSettings(webhook="file:///etc/passwd")
    assert "geheim" not in repr(Settings.model_validate({"alerts": {"smtp_password": "geheim"}}))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    (tmp_path / "catalogue.csv").write_text(
        "location,region_code,region,level,report_year\na.txt,990100,云州市,city,2029\nnone.txt,990100,云州市,city,2029\n",
        encoding="utf-8",
    )
    (tmp_path / "a.txt").write_text("云州市政府工作报告", encoding="utf-8")
    home = Home(tmp_path / "home").create()
    open_installation(home.root).follow(tmp_path / "catalogue.csv")
    monkeypatch.setenv("BAOGAO_HOME", str(home.root))
    return home


def fetch(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    cell = Partition("990000", "2029")
    job = defs().resolve_job_def("ingest")
    return job.execute_in_process(
        asset_selection=[dg.AssetKey("snapshots")],
        tags=run_tags(Rectangle(cell, cell)),
        instance=instance,
        raise_on_error=False,
    )


def test_a_run_tells_of_new_reports_and_failures_once(home: Home) -> None:
    with webhook() as (address, got), mail_server() as (port, mails), dg.DagsterInstance.ephemeral() as instance:
        text = f'[alerts]\nwebhook = "{address}"\nsmtp_port = {port}\n'
        text += 'mail_to = ["reader@example.invalid"]\nmail_from = "baogao@example.invalid"\n'
        text += 'smtp_host = "127.0.0.1"\nsmtp_security = "none"\n'
        (home.root / "baogao.toml").write_text(text, encoding="utf-8")
        assert fetch(instance).success
        assert fetch(instance).success
    assert [message["title"] for message in got] == ["baogao: 1 new report, 1 failing site"]
    assert "云州市 2029  a.txt" in got[0]["text"] and "no such file" in got[0]["text"]
    assert [mail["Subject"] for mail in mails] == [got[0]["title"]]
    assert mails[0].get_content().splitlines() == got[0]["text"].splitlines()


def test_a_message_that_cannot_be_sent_fails_no_run(home: Home) -> None:
    with webhook() as (address, _):
        pass
    (home.root / "baogao.toml").write_text(f'[alerts]\nwebhook = "{address}"\n', encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        done = fetch(instance)
        assert done.success
        types = [event.event_type for event in done.all_events]
        assert dg.DagsterEventType.HOOK_ERRORED in types


def test_a_step_that_fails_is_told(home: Home) -> None:
    with webhook() as (address, got), dg.DagsterInstance.ephemeral() as instance:
        (home.root / "baogao.toml").write_text(f'[alerts]\nwebhook = "{address}"\n', encoding="utf-8")
        home.raw.rmdir()
        home.raw.write_text("in the way")
        assert not fetch(instance).success
    assert [message["title"] for message in got] == ["baogao: snapshots failed"]
    assert "ingest: snapshots failed: " in got[0]["text"] and "Run " in got[0]["text"]
