"""Start the app on the first free port and print its address."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

EVERYWHERE = ("0.0.0.0", "::")
APP = Path(__file__).resolve().parent.parent / "app.py"


def is_taken(port: int) -> bool:
    """Return whether something on this machine already answers on ``port``."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


def first_free_port(port: int, tries: int = 100) -> int:
    """Return the first port from ``port`` on that nothing answers on, or exit with a sentence."""
    for candidate in range(port, min(port + tries, 65536)):
        if not is_taken(candidate):
            return candidate
    sys.exit(f"No free port between {port} and {port + tries - 1}; name one: make run PORT=9000")


def own_address() -> str:
    """Return this machine's address in its own network; empty if it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the way out
        except OSError:
            return ""
        return probe.getsockname()[0]


def main() -> None:
    """Replace this process by Streamlit, so that Ctrl-C reaches it directly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost", help="0.0.0.0 lets other machines in")
    options = parser.parse_args()
    port = first_free_port(options.port)
    if port != options.port:
        print(f"Port {options.port} is taken, using {port}.")
    print(f"CNN Playground: http://localhost:{port} (Ctrl-C stops it)")
    if options.address in EVERYWHERE and (own := own_address()):
        print(f"From other machines: http://{own}:{port}")
    sys.stdout.flush()
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    command += ["--server.port", str(port), "--server.address", options.address]
    # Streamlit's own greeting asks a service on the internet for this machine's address.
    command += ["--logger.hideWelcomeMessage", "true"]
    os.chdir(APP.parent)  # Streamlit reads .streamlit/config.toml from the working directory
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
