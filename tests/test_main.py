"""Starting it: one line with the address, and clear words when that cannot be."""

import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.serving import free_port, served


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_it_prints_its_address_and_answers_there() -> None:
    with served() as address, urllib.request.urlopen(address) as answer:
        assert answer.status == 200
        assert b"Ravine" in answer.read()


def test_help_and_version() -> None:
    said = run("--help")
    assert said.returncode == 0
    for option in ("--host", "--port", "--frame-by"):
        assert option in said.stdout
    assert run("--version").stdout.startswith("ravine ")


def test_a_taken_port_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run("--port", str(port))
    assert said.returncode == 1
    assert str(port) in said.stderr
    assert "Try another --port" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "80.5"])
def test_a_port_that_is_none_is_said_clearly(port: str) -> None:
    said = run(f"--port={port}")
    assert said.returncode == 2
    assert "a port is a number from 1 to 65535" in said.stderr


def test_a_host_that_is_not_here_is_said_clearly() -> None:
    said = run("--host", "256.1.1.1", "--port", str(free_port()))
    assert said.returncode == 1
    assert "cannot listen" in said.stderr
    assert "Traceback" not in said.stderr
