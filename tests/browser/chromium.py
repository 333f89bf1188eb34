"""A Chromium to test with: an installed one, else one that is installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Without a sandbox only where root runs it. WebGL is drawn by the processor, without a warning;
# the others keep it from calling its maker.
ARGUMENTS = [
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    ARGUMENTS.append("--no-sandbox")


def find() -> str:
    """The path of a Chrome, Chromium or Edge. Raises RuntimeError if none can be had."""
    return _installed() or _from_playwright() or _from_debian() or _none()


def _installed() -> str | None:
    found = [path for name in NAMES if (path := shutil.which(name))]
    return next(iter(found + [path for path in PLACES if Path(path).exists()]), None)


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        _try([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"])
    return path if Path(path).exists() else None


def _from_debian() -> str | None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        _try(["apt-get", "update", "-qq"])
        _try(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return _installed()


def _try(command: list[str]) -> None:
    """Run an installer; what matters is only whether a browser is there afterwards."""
    try:
        subprocess.run(command, check=False, timeout=900, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)


def _none() -> str:
    raise RuntimeError("no Chrome, Chromium or Edge is installed, and none could be installed")
