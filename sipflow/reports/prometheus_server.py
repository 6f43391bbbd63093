"""The HTTP endpoint where Prometheus scrapes a load. ``prometheus_metrics`` has the metrics.

It answers from a thread of its own, so that a slow scraper does not delay the runs, and a busy load
does not delay a scraper. Only ``GET /metrics`` is answered; the server reads nothing else.

Import it only if a load is to be scraped, as ``prometheus_metrics``.
"""

import socket
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from sipflow.errors import UsageError
from sipflow.protocol.events import AnyEvent
from sipflow.reports.prometheus_metrics import LoadExposition

_PATH = "/metrics"
# How long a connection may be idle, in seconds, so that idle connections cannot use up threads.
_SILENCE = 5.0
# How often the thread checks whether to end, in seconds; closing waits as long.
_LOOK = 0.1


class LoadPrometheus:
    """Serves a load's metrics on ``host`` and ``port`` until it is closed; port 0: any free one.

    Raises ``UsageError`` if it cannot listen there, before anything is started.
    """

    def __init__(self, host: str, port: int) -> None:
        self._exposition = LoadExposition()
        registry = CollectorRegistry()  # without the library's metrics of our own process
        registry.register(self._exposition)
        try:
            self._server = _server(host, port, registry)
        except OSError as error:  # a name that cannot be resolved is one too
            why = error.strerror or str(error)
            raise UsageError(
                f"--prometheus: cannot listen on {host}:{port}: {why}", code="bad-endpoint"
            ) from error
        self.url = _url(*self._server.socket.getsockname()[:2])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK,), name="prometheus", daemon=True
        )
        self._thread.start()

    def handle(self, event: AnyEvent) -> None:
        """Handle an event."""
        self._exposition.handle(event)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    """A server without DNS lookup: ``HTTPServer`` resolves its own name, which can take seconds."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], registry: CollectorRegistry) -> None:
        self.registry = registry
        super().__init__(address, _Scrape)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing if a scraper disconnects, because the terminal belongs to a view."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # untyped there


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Scrape(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE
    server_version = "sipflow"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != _PATH:
            self.send_error(HTTPStatus.NOT_FOUND, explain=f"the numbers are at {_PATH}")
            return
        encode, content_type = choose_encoder(self.headers.get("Accept", ""))
        body = encode(self.server.registry)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing for a scrape."""


def _server(host: str, port: int, registry: CollectorRegistry) -> _Server:
    return (_Server6 if ":" in host else _Server)((host, port), registry)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{_PATH}"
