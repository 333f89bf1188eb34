"""python -m app: the page on this machine, or for a classroom's network."""

from __future__ import annotations

import argparse
import logging
import socket
import sys

from app import __version__

THREADS = 32


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 1 when the address cannot be had."""
    options = _parser().parse_args(arguments)
    where = f"{options.host}, port {options.port}"
    try:
        # Asked before anything is loaded, so that the answer comes at once.
        with socket.create_server((options.host, options.port)):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        print(f"Ravine cannot listen on {where}: {reason}. Try another --port.", file=sys.stderr)
        return 1

    import waitress

    from app.server import LARGEST_BODY, wsgi

    logging.basicConfig(level=logging.WARNING)
    ancestors = " ".join(options.frame_by) or "'none'"
    server = waitress.create_server(
        wsgi(ancestors),
        host=options.host,
        port=options.port,
        threads=THREADS,
        ident="ravine",
        max_request_body_size=LARGEST_BODY,
    )
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Ravine is at http://{host}:{options.port}/ (Ctrl+C stops it)", flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ravine", description="See how optimizers move over loss landscapes."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", default=8050, type=_port, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--frame-by",
        default=[],
        action="append",
        metavar="ORIGIN",
        help="a site that may show Ravine in a frame, as https://course.example; may be repeated",
    )
    parser.add_argument("--version", action="version", version=f"ravine {__version__}")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
