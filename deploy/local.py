"""Several replicas on this machine behind nginx: the same arrangement as in Compose, by hand.

``make cluster``, or ``python deploy/local.py --replicas 3 --port 8600``. It needs nginx
(``apt install nginx-light``). Everything listens on loopback and ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
PATIENCE = 60.0  # seconds until a replica must answer
NO_NGINX = "This needs nginx; on Debian: apt install nginx-light"


class Cluster:
    """Replicas in processes of their own, and nginx in front of them.

    Parameters
    ----------
    replicas : int
    port : int
        Of nginx; the replicas take those that follow.
    directory : Path
        For what nginx writes and for the logs.
    environment : dict of str to str, optional
        Settings of the replicas beside this process's own.

    Attributes
    ----------
    url : str
    processes : list of subprocess.Popen
        The replicas, in order; replica ``n`` of the cookie is ``processes[n - 1]``.
    """

    def __init__(
        self,
        replicas: int,
        port: int,
        directory: Path,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.url = f"http://localhost:{port}"
        self.directory = directory
        self.ports = [port + 1 + k for k in range(replicas)]
        self.processes: list[subprocess.Popen] = []
        self._nginx: subprocess.Popen | None = None
        self._environment = os.environ | {
            # One secret for all: a page that moves to another replica keeps its cookies.
            "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),
            # Several processes share the cores already.
            "OPENBLAS_NUM_THREADS": "1",
            **(environment or {}),
        }
        self._proxy = os.environ | {
            "REPLICAS": " ".join(f"127.0.0.1:{each}" for each in self.ports),
            "LISTEN": f"127.0.0.1:{port}",
        }

    def start(self) -> None:
        """Start everything and wait until it answers; raise RuntimeError if it does not."""
        if shutil.which("nginx") is None:
            raise RuntimeError(NO_NGINX)
        for number in range(len(self.ports)):
            self.processes.append(self._replica(number))
        for port in self.ports:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        # Started by root, nginx works as nobody, who must get through to its own directory.
        self.directory.chmod(0o711)
        command = ["sh", str(DEPLOY / "proxy.sh"), str(self.directory / "nginx")]
        self._nginx = subprocess.Popen(command, env=self._proxy)
        wait_for(f"{self.url}/proxy-health")

    def restart(self, number: int) -> None:
        """Start a replica again that has ended; ``number`` counts from 0."""
        self.processes[number] = self._replica(number)
        wait_for(f"http://127.0.0.1:{self.ports[number]}/_stcore/health")

    def drain(self, numbers: list[int]) -> None:
        """Send no new visitors to these replicas, by a reload; who is there stays."""
        kept = " ".join(f"127.0.0.1:{self.ports[number]}" for number in numbers)
        nginx = self.directory / "nginx"
        write = ["sh", str(DEPLOY / "proxy.sh"), str(nginx), "write"]
        subprocess.run(write, env=self._proxy | {"DRAIN": kept}, check=True)
        reload = ["nginx", "-p", str(nginx), "-c", str(nginx / "nginx.conf"), "-e", "stderr"]
        subprocess.run([*reload, "-s", "reload"], check=True)

    def stop(self) -> None:
        """End everything and wait for it."""
        for process in [self._nginx, *self.processes]:
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in [self._nginx, *self.processes]:
            if process is None:
                continue
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _replica(self, number: int) -> subprocess.Popen:
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.port", str(self.ports[number]), "--server.address", "127.0.0.1"]
        with (self.directory / f"replica-{number + 1}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


def wait_for(url: str) -> None:
    """Return once an address answers; raise RuntimeError if it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Nothing answers at {url}.")


def main() -> None:
    """Run a cluster until somebody ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--port", type=int, default=8600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cnn-playground-") as name:
        cluster = Cluster(options.replicas, options.port, Path(name))
        try:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit())
            cluster.start()
            print(f"{options.replicas} replicas behind nginx: {cluster.url} (Ctrl-C stops them)")
            print(f"Logs: {name}", flush=True)
            signal.pause()
        except KeyboardInterrupt:
            pass
        except RuntimeError as error:
            sys.exit(str(error))
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
