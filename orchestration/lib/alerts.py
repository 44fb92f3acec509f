"""Alerts: what a fetch told that a person wants to know, and telling it by webhook and mail.

What belongs here: choosing the news, words, sending. What does not: when it is sent (``defs/automation/hooks.py``),
Dagster. Nothing is sent unless the settings name somebody.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from string import Template
from typing import Any
from urllib.parse import urlsplit

from sources.settings import AlertSettings
from sources.snapshot.ledger import is_valid, standing

#: lines of each kind in one message
SHOWN = 20
#: outcomes that say that a page could not be had
FAULTS = ("failed", "gone", "refused_by_robots")


class AlertError(RuntimeError):
    """A message could not be sent; says to whom, why and what to do."""


@dataclass(frozen=True)
class Message:
    title: str
    text: str


def news_of(found: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what the ledger's new rows `found` tell beside the rows `before`, as plain data for an event's metadata.

    Each item has `kind` (`new`: a document that was not there, or an outcome of FAULTS), `location`, `site`, `told`.
    """
    had = {location for location, _ in standing(before)}
    news: dict[tuple[str, str], dict[str, str]] = {}
    for row in found:
        location = row["location"]
        if row["outcome"] in FAULTS:
            if row["outcome"] == "gone" and int(row["page"]) > 1:
                continue  # the document got shorter
            kind, told = row["outcome"], row["error"] or ""
        elif is_valid(row) and location not in had:
            year = row["label_report_year"]
            kind, told = "new", " ".join(str(part) for part in (row["label_region"], year) if part)
        else:
            continue
        site = urlsplit(location).hostname or "files" if "://" in location else "files"
        news.setdefault((kind, location), {"kind": kind, "location": location, "site": site, "told": told})
    return list(news.values())


def message_about(news: Sequence[Mapping[str, str]]) -> Message | None:
    """Return one message about all news of a run, or None where there is none."""
    new = [item for item in news if item["kind"] == "new"]
    faults = [item for item in news if item["kind"] in FAULTS]
    if not new and not faults:
        return None
    sites = Counter(item["site"] for item in faults)
    heads = ([_count(len(new), "new report")] if new else []) + ([_count(len(sites), "failing site")] if sites else [])
    lines = [f"{item['told']}  {item['location']}".strip() for item in new[:SHOWN]] + _more(len(new))
    for site, count in sites.most_common(SHOWN):
        first = next(item for item in faults if item["site"] == site)
        lines.append(f"{site}: {_count(count, 'document')} could not be had, e.g. {first['kind']}: {first['told']}")
    lines += [*_more(len(sites)), "More: baogao status"]
    return Message(f"baogao: {', '.join(heads)}", "\n".join(lines))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _more(number: int) -> list[str]:
    return [f"… and {number - SHOWN} more"] if number > SHOWN else []


def send(message: Message, settings: AlertSettings) -> None:
    """Send `message` to everybody the settings name. Raises AlertError after all were tried, if one failed."""
    faults = []
    for address, way in ((settings.webhook, _post), (", ".join(settings.mail_to), _mail)):
        if not address:
            continue
        try:
            way(message, settings)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # an address of a webhook is a secret: it is enough to know it to post
            where = urlsplit(address).hostname if way is _post else address
            faults.append(f"{where}: {error}; see [alerts] in baogao.toml")
    if faults:
        raise AlertError("not sent to " + " | ".join(faults))


def _post(message: Message, settings: AlertSettings) -> None:
    quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in message.__dict__.items()}
    body = Template(settings.webhook_body).substitute(quoted)
    json.loads(body)  # a template that gives no JSON is the settings' fault: tell it here
    request = urllib.request.Request(
        settings.webhook, body.encode(), {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=settings.timeout_seconds) as response:
        response.read(1000)


def _mail(message: Message, settings: AlertSettings) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, settings.mail_from, ", ".join(settings.mail_to)
    mail.set_content(message.text)
    where, most = (settings.smtp_host, settings.smtp_port), settings.timeout_seconds
    security, context = settings.smtp_security, ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(*where, timeout=most, context=context)
        if security == "tls"
        else smtplib.SMTP(*where, timeout=most) as server
    ):
        if security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail)
