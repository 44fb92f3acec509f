"""Alerts: telling a person by webhook and mail what a fetch told.

What belongs here: words, sending. What does not: choosing the news (``hops/news.py``), when it is sent
(``defs/automation/hooks.py``). Nothing is sent unless the settings name somebody.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from string import Template
from urllib.parse import urlsplit

from orchestration.hops.news import FAULTS
from sources.errors import BaogaoError
from sources.settings import AlertSettings

#: lines of each kind in one message
SHOWN = 20


class AlertError(BaogaoError):
    """A message could not be sent; says to whom, why and what to do."""


@dataclass(frozen=True)
class Message:
    title: str
    text: str


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
        raise AlertError("not sent to {faults}", faults=" | ".join(faults))


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
