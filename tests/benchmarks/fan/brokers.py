"""Brokers that speak WebSocket, from Debian's packages, each in a folder of its own and fed by a thread of ours."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.fan.load import Served
from tests.benchmarks.fan.served import RATE, stamped, template

NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NGINX = """
load_module {module};
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /pub {{ nchan_publisher; nchan_channel_id prices; }}
    location = /sub {{ nchan_subscriber websocket; nchan_channel_id prices; }}
  }}
}}
"""
NATS = """
host: 127.0.0.1
port: {plain}
websocket {{ host: 127.0.0.1, port: {port}, no_tls: true }}
"""

Post = Callable[[bytes], None]


def missing() -> dict[str, str]:
    """The brokers that this machine does not have, and what to install."""
    found = {"nchan": shutil.which("nginx") and NCHAN.exists(), "nats-server": shutil.which("nats-server")}
    packages = {"nchan": "nginx and libnginx-mod-nchan", "nats-server": "nats-server"}
    return {name: packages[name] for name, there in found.items() if not there}


@contextmanager
def nchan(folder: Path) -> Iterator[Served]:
    """nginx, published to by POST over one connection that stays."""
    port, config = free_port(), folder / "nginx.conf"
    config.write_text(NGINX.format(module=NCHAN, folder=folder, port=port))
    with running(["nginx", "-c", str(config), "-e", f"{folder}/error.log"], port) as process:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def post(frame: bytes) -> None:
            connection.request("POST", "/pub", frame)
            connection.getresponse().read()

        yield from feeding(process, port, post)


@contextmanager
def nats(folder: Path) -> Iterator[Served]:
    """nats-server, published to over its own protocol."""
    port, plain, config = free_port(), free_port(), folder / "nats.conf"
    config.write_text(NATS.format(plain=plain, port=port))
    with (
        running(["nats-server", "-c", str(config)], port) as process,
        socket.create_connection(("127.0.0.1", plain)) as feed,
    ):
        feed.sendall(b'CONNECT {"verbose":false}\r\n')
        yield from feeding(process, port, lambda frame: feed.sendall(b"PUB prices %d\r\n%b\r\n" % (len(frame), frame)))


def feeding(process: psutil.Process, port: int, post: Post) -> Iterator[Served]:
    """The server, and a thread that publishes to it from `go` on."""
    over = threading.Event()
    thread = threading.Thread(target=_feed, args=(post, over))
    try:
        yield Served(process, port, thread.start)
    finally:
        over.set()
        if thread.ident is not None:
            thread.join()


def _feed(post: Post, over: threading.Event) -> None:
    frame, due = template(), time.monotonic()
    while not over.wait(max(0.0, due - time.monotonic())):
        post(stamped(frame))
        due = max(due + 1 / RATE, time.monotonic() - 1)


@contextmanager
def running(command: list[str], port: int) -> Iterator[psutil.Process]:
    """A server that listens on a port by now."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
