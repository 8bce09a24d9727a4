"""A mail server and a chat on this machine, as small as they can be: what they were given is there to be read."""

import email
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class PostOffice:
    """refuses: an address that is answered with 550. on_mail: what happens between taking a mail and saying so."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refuses: str = ""
    on_mail: Callable[[], None] = lambda: None

    @property
    def readers(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Counter(StreamRequestHandler):
    """One conversation with the mail server."""

    @property
    def office(self) -> PostOffice:
        return self.server.office  # type: ignore[attr-defined]

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            self.answer(line.decode().strip())

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def answer(self, words: str) -> None:
        verb, refused = words[:4].upper(), self.office.refuses
        if verb == "RCPT" and refused and refused in words:
            self.say("550 no such person")
        elif verb == "DATA":
            self.say("354 go on")
            self.take()
            self.say("250 taken")
        else:
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.office.mails.append(email.message_from_bytes(b"".join(lines), policy=default))
        self.office.on_mail()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office, server = PostOffice(), ThreadingTCPServer(("127.0.0.1", 0), Counter)
    server.office = office  # type: ignore[attr-defined]
    with _served(server) as office.port:
        yield office


@dataclass
class Chat:
    """status: what the next messages are answered with."""

    url: str = ""
    texts: list[str] = field(default_factory=list)
    status: int = 200


@contextmanager
def chat() -> Iterator[Chat]:
    room = Chat()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
            if room.status == 200:
                room.texts.append(text)
            self.send_response(room.status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Door)) as port:
        room.url = f"http://127.0.0.1:{port}/hook"
        yield room


@contextmanager
def _served(server: ThreadingTCPServer) -> Iterator[int]:
    server.daemon_threads = True
    server.block_on_close = False
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
