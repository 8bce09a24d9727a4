"""The two ways out: mail by Django's backend, and a chat's incoming webhook."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from followups.models import Delivery
from followups.notices.stopping import stop_url
from followups.notices.texts import told
from followups.states import Channel

TIMEOUT = 10  # seconds that a chat has to answer

Send = Callable[[Delivery], None]


class Refused(Exception):
    """The other side understood the message and does not want it: trying again at once is no use."""


def written(delivery: Delivery) -> tuple[str, str]:
    """Subject and text in the language of the person."""
    notice = delivery.notice
    with translation.override(notice.user.language):
        said = told(notice)
        words = {"day": date_format(notice.for_on, "SHORT_DATE_FORMAT"), "headline": said.headline}
        context = {
            "notice": notice, "told": said, "site": settings.SITE_URL,
            "stop_url": stop_url(notice) if delivery.channel == Channel.MAIL else "",
        }  # fmt: skip
        return _("%(day)s %(headline)s") % words, render_to_string("followups/notice.txt", context)


@contextmanager
def mail() -> Iterator[Send]:
    """One connection for several mails. Raises OSError where the server cannot be reached."""
    connection = get_connection()
    connection.open()

    def send(delivery: Delivery) -> None:
        subject, text = written(delivery)
        stop = stop_url(delivery.notice)
        headers = {
            # The same for every attempt, so that a mail which was sent twice can be told from two mails.
            "Message-ID": f"<notice-{delivery.notice_id}@{urlsplit(settings.SITE_URL).hostname or 'salesfollow'}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        to = [delivery.notice.user.email or ""]
        message = EmailMessage(f"[SalesFollow] {subject}", text, to=to, headers=headers, connection=connection)
        try:
            message.send()
        except (SMTPRecipientsRefused, SMTPDataError) as error:
            raise Refused(str(error)) from error

    try:
        yield send
    finally:
        connection.close()


@contextmanager
def chat() -> Iterator[Send]:
    """Posts {"text": …} to the webhook. Raises OSError where it cannot be reached."""

    def send(delivery: Delivery) -> None:
        subject, text = written(delivery)
        body = json.dumps({"text": f"{subject}\n{text}"}).encode()
        request = Request(settings.CHAT_WEBHOOK_URL, body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=TIMEOUT):
                return
        except HTTPError as error:
            if 400 <= error.code < 500 and error.code not in (408, 429):
                raise Refused(f"HTTP {error.code}") from error
            raise

    yield send


WAYS: dict[Channel, Callable[[], Any]] = {Channel.MAIL: mail, Channel.CHAT: chat}
