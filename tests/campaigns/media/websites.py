"""Websites on this machine that answer as they are told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answers = dict[str, Callable[[BaseHTTPRequestHandler], None]]


@dataclass(frozen=True, slots=True)
class Website:
    """``asked``: the path and headers of every request that came."""

    address: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def sends(
    body: bytes, *, status: int = 200, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer with this body; headers by their names in small letters."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def leads_to(address: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return sends(b"", status=302, location=address)


@contextmanager
def website(answers: Answers, host: str = "127.0.0.1") -> Iterator[Website]:
    """A site at http://host:port that has these paths."""
    site = Website("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.asked.append((self.path, dict(self.headers.items())))
            answers.get(path, sends(b"", status=404))(self)

        def log_message(self, *_words: object) -> None:
            return None

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # the other side had enough

    server = ThreadingHTTPServer((host, 0), Handler)
    site = Website(f"http://{host}:{server.server_port}")
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
