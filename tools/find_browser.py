"""Find a Chromium for the browser tests, and with ``--install`` get one.

The environment variable CHROMIUM names an executable and goes before everything else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def candidates() -> Iterator[str]:
    """Yield the executables worth a try, best first."""
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.exists, MACOS)
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as it: print(it.chromium.executable_path)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if os.path.exists(path := found.stdout.strip()):
        yield path


def runs(executable: str) -> bool:
    """Return whether the browser starts: a stub or one without its libraries does not."""
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def find_browser() -> str | None:
    """Return the path of a Chromium that starts, or None."""
    return next(filter(runs, candidates()), None)


def ways_to_install() -> Iterator[list[list[str]]]:
    """Yield lists of commands, each list one way to get a Chromium."""
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield [["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]]


def install() -> str | None:
    """Try each way in turn; return the path of the Chromium that it brought, or None."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for commands in ways_to_install():
        for command in commands:
            print("+", " ".join(command), flush=True)
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=environment,
            )
            if done.returncode:
                print("\n".join(done.stdout.splitlines()[-5:]))
                break
        if found := find_browser():
            return found
    return None


def main() -> int:
    """Print the path. Without a browser say so, and fail where the tests must not be skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install one when there is none")
    found = find_browser()
    if not found and parser.parse_args().install:
        found = install()
    if found:
        print(f"Browser: {found}")
        return 0
    needed = bool(os.environ.get("CI"))
    print(
        f"No Chromium found, so the browser tests {'cannot run' if needed else 'will be skipped'}. "
        "Install Chromium or Chrome, or name its executable in the environment variable CHROMIUM."
    )
    return int(needed)


if __name__ == "__main__":
    sys.exit(main())
