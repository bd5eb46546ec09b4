"""The proxy in front of replicas: everybody keeps a place, and finds another when it is gone."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.sources import ROOT

SCRIPT = ROOT / "deploy" / "proxy.sh"
NEEDS_NGINX = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


class Replica:
    """A server that answers with its own name, or with a status that it is given."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.name, self.status = name, 200
        self.asked: list[str] = []
        replica = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replica.asked.append(self.path)
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                body = replica.name.encode()
                self.send_response(replica.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_PUT = do_GET

            def log_message(self, *_) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def script(directory: Path, task: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run proxy.sh with these variables alone."""
    return subprocess.run(
        ["sh", str(SCRIPT), str(directory), task],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Three replicas and the proxy; ``ask(path, cookie)`` gives status, body and new cookie."""
    tmp_path.parent.parent.chmod(0o711)  # nginx, started by root, works as nobody
    tmp_path.parent.chmod(0o711)
    tmp_path.chmod(0o711)
    replicas = [Replica(str(k + 1)) for k in range(3)]
    port = free_port()
    environment = {
        "REPLICAS": " ".join(each.address for each in replicas),
        "LISTEN": f"127.0.0.1:{port}",
        "UPLOAD_MB": "1",
    }
    directory = tmp_path / "proxy"
    nginx = subprocess.Popen(
        ["sh", str(SCRIPT), str(directory)], env={"PATH": os.environ["PATH"]} | environment
    )

    def ask(path: str, cookie: str = "", method: str = "GET", body: bytes = b""):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Cookie": f"a=b; cnn_replica={cookie}"} if cookie else {}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            place = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        finally:
            connection.close()
        return SimpleNamespace(
            status=answer.status, text=text, place=place.removeprefix("cnn_replica=")
        )

    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            ask("/proxy-health")
            break
        except OSError:
            time.sleep(0.02)
    yield SimpleNamespace(
        ask=ask, replicas=replicas, environment=environment, directory=directory, port=port
    )
    nginx.terminate()
    nginx.wait(timeout=10)
    for each in replicas:
        each.stop()


@NEEDS_NGINX
def test_visitors_are_spread_and_each_keeps_its_place(cluster):
    first = [cluster.ask("/train?filters=secret") for _ in range(6)]
    assert {answer.text for answer in first} == {"1", "2", "3"}
    assert all(answer.place == answer.text for answer in first)
    for place in "123":
        for path in ("/", "/_stcore/health", "/train/_stcore/host-config"):
            again = cluster.ask(path, place)
            assert (again.text, again.place) == (place, place)
        for path in ("/_stcore/stream", "/_stcore/upload_file/1/2", "/media/x.png", "/static/x.js"):
            # These follow the page to its place, and name no other.
            again = cluster.ask(path, place)
            assert again.place == ""
            assert again.text == place or path.startswith("/static")
    assert cluster.ask("/", "9; drop").status == 200


@NEEDS_NGINX
def test_who_has_lost_a_replica_finds_another_and_stays_there_when_it_is_back(cluster):
    gone = cluster.replicas[0]
    gone.stop()
    moved = cluster.ask("/_stcore/health", "1")
    assert moved.status == 200
    assert moved.text in "23" and moved.place == moved.text
    assert cluster.ask("/", "2").text == "2"
    cluster.replicas[0] = Replica("1", gone.port)
    assert cluster.ask("/_stcore/health", moved.place).text == moved.place


@NEEDS_NGINX
def test_a_full_replica_passes_new_pages_on_and_loses_nobody(cluster):
    cluster.replicas[0].status = 503
    page = cluster.ask("/", "1")
    assert page.status == 200
    assert page.text in "23" and page.place == page.text
    cluster.replicas[0].status = 200
    # It is full, not gone: what its sessions ask for still goes there.
    assert cluster.ask("/_stcore/upload_file/1/2", "1", "PUT", b"x").text == "1"
    for each in cluster.replicas:
        each.status = 503
    nowhere = cluster.ask("/")
    assert nowhere.status == 503
    assert "Try again in half a minute" in nowhere.text


@NEEDS_NGINX
def test_a_replica_that_is_drained_keeps_its_visitors_and_gets_no_others(cluster):
    drained = cluster.replicas[1].address
    assert script(cluster.directory, "write", **cluster.environment, DRAIN=drained).returncode == 0
    configuration = cluster.directory / "nginx.conf"
    nginx = ["nginx", "-p", str(cluster.directory), "-c", str(configuration), "-e", "stderr"]
    subprocess.run([*nginx, "-s", "reload"], check=True)
    end = time.monotonic() + 10
    while {cluster.ask("/").text for _ in range(9)} != {"1", "3"} and time.monotonic() < end:
        time.sleep(0.05)
    assert {cluster.ask("/").text for _ in range(9)} == {"1", "3"}
    assert cluster.ask("/", "2").text == "2"


@NEEDS_NGINX
def test_limits_and_what_is_nobodys_business(cluster):
    too_large = cluster.ask("/_stcore/upload_file/1/2", "1", "PUT", bytes(2 * 2**20 + 1))
    assert too_large.status == 413
    assert cluster.ask("/_stcore/metrics", "1").status == 404
    assert cluster.ask("/_stcore/agent/interact", "1").status == 404
    cluster.ask("/none?name=secret", "1")
    cluster.replicas[2].status = 500
    assert cluster.ask("/?name=secret", "3").status == 500
    log = cluster.directory / "events.log"  # written after the answer
    end = time.monotonic() + 10
    while '"status": 500' not in (written := log.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    assert '"status": 500' in written
    assert not any(word in written for word in ("secret", "metrics", "none", "client"))


@NEEDS_NGINX
def test_nginx_takes_what_is_written_for_names_drained_ones_and_a_load_balancer(tmp_path):
    checked = script(
        tmp_path / "proxy",
        "check",
        REPLICAS="localhost:8501 127.0.0.1:8502",
        DRAIN="127.0.0.1:8502",
        TRUSTED="10.0.0.0/8 192.168.0.0/16",
        LOG="/dev/null",
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "name the replicas"),
        ({"REPLICAS": "a:1;include /etc/passwd"}, "is no address, port or number"),
        ({"REPLICAS": "127.0.0.1:1", "UPLOAD_MB": "20m;"}, "is no address, port or number"),
        ({"REPLICAS": "no-such-host.invalid:1"}, "There is no address of no-such-host.invalid."),
    ],
)
def test_wrong_variables_end_with_a_sentence(tmp_path, environment, sentence):
    ended = script(tmp_path / "proxy", "write", **environment)
    assert ended.returncode != 0
    assert sentence in ended.stderr
