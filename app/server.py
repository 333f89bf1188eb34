"""The Dash app: page, callbacks, the route of the trajectories, and what every answer carries."""

from __future__ import annotations

import itertools
import json
import threading
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import plotly.offline
from dash import Dash
from dash._utils import to_json
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from app import __version__
from app.callbacks import browser, edit, load
from app.charts.contour import contour
from app.charts.fit import fit
from app.experiment import Pick, Problem, parse, plain, titles, write
from app.knobs import Knob
from app.page import page
from app.run import message, messages

ASSETS = Path(__file__).parent.parent / "assets"
PLOTLY = "vendor/plotly-cartesian.min.js"
# A link is at most this long; what else a browser sends with a callback is small.
LARGEST_BODY = 1_000_000
# Streams computed at the same time; more are asked to come back, so that the page stays quick.
STREAMS = 24


def create_app(frame_ancestors: str = "'none'") -> Dash:
    """The app. ``frame_ancestors`` names who may show it in a frame, as in a CSP."""
    server = Flask(__name__, static_folder=None)
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    server.config["COMPRESS_CACHE_BACKEND"] = _Compressed
    server.config["COMPRESS_CACHE_KEY"] = lambda request: request.path
    app = _Dash(
        __name__,
        title="Ravine",
        update_title="",
        assets_folder=str(ASSETS),
        # Dash includes the style; `_index` brings in the rest, in its own time.
        assets_ignore=r"\.mjs$|plotly",
        server=server,
        compress=True,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "description", "content": "See how optimizers move over loss landscapes."},
            {"name": "color-scheme", "content": "light dark"},
        ],
        serve_locally=True,
    )
    app.index_string = _index(app)
    app.renderer = (
        f"import('{app.get_asset_url('ravine.mjs')}')"
        ".then(() => { new DashRenderer(); setTimeout(loadPlotly); });"
    )
    app.layout = page()
    for part in (load, edit, browser):
        part.register(app)
    headers = _headers(app, frame_ancestors)
    server.add_url_rule("/health", view_func=health)
    server.add_url_rule("/stream", view_func=_stream_view())
    server.add_url_rule("/surface", view_func=surface)
    server.register_error_handler(Exception, _sentence)

    def secure(response: Response) -> Response:
        response.headers.update(headers)
        return response

    server.after_request(secure)
    # Under threads, Dash's lazy set-up races with the first requests; see plotly/dash#3971.
    app._setup_server()
    return app


class _Compressed(dict[str, bytes]):
    """What does not change while the server runs is compressed once; no more than the page has."""

    def set(self, key: str, value: bytes) -> None:
        ours = ";/assets/" in key or ";/_dash-component-suites/" in key
        if ours and len(self) < 100:
            self[key] = value


class _Dash(Dash):  # type: ignore[misc]
    """Dash without its polyfills, which every browser that knows modules has built in."""

    def interpolate_index(self, *, scripts: str = "", **parts: Any) -> str:
        kept = [line for line in scripts.split("\n") if "/polyfill@" not in line]
        return str(super().interpolate_index(scripts="\n".join(kept), **parts))


def wsgi(frame_ancestors: str = "'none'") -> Any:
    """The same for a production server: gunicorn --threads 32 'app.server:wsgi()'."""
    return create_app(frame_ancestors).server


def health() -> dict[str, str]:
    return {"status": "ok", "version": __version__}


def surface() -> Response:
    """The contours of the landscape in the query, as a figure; what else it holds is not read."""
    experiment, problems = parse(request.query_string.decode("ascii", "replace"))
    if unread := [one for one in problems if one.where.split(".")[0] in ("landscape", "link")]:
        return _refuse(unread, 400)
    figure = contour(experiment.surface).to_dict()
    figure["landscape"] = str(experiment.landscape)
    figure["bounded"] = bool(len(experiment.surface.minima))
    # Where the origin and the first axis are turned to: a start is set before the rotation.
    figure["turned"] = experiment.surface.turn([[0, 0], [1, 0]]).tolist()
    figure["fit"] = _fit(experiment.landscape)
    response = Response(to_json(figure), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _fit(pick: Pick) -> dict[str, Any] | None:
    """The examples that a landscape is made of, as a figure, and the model; None without any."""
    landscape: Any = plain(pick)
    if not hasattr(landscape, "examples"):
        return None
    figure: dict[str, Any] = fit(landscape.examples, landscape.held_out).to_dict()
    own = {"curve": landscape.curve, "error": landscape.error, **landscape.curve_knobs}
    return {**figure, "model": own, "key": str(pick)}


def _stream_view() -> Any:
    places = threading.BoundedSemaphore(STREAMS)

    def stream() -> Response:
        """All runs of the experiment in the query, in messages; see app/run.py."""
        query, _, first = request.query_string.decode("ascii", "replace").partition("&first=")
        experiment, problems = parse(query)
        at: Any = 0
        try:
            at = Knob("first", 0, 0, experiment.steps + 1, whole=True).read(first or "0")
        except ValueError as error:
            problems.append(Problem("first", str(error)))
        if problems:
            return _refuse(problems, 400)
        if not places.acquire(blocking=False):
            busy = "Ravine is computing for many people at this moment; the page tries again."
            return _refuse([Problem("link", busy)], 429)
        names = titles(experiment.runs)
        first_message = message({"link": write(experiment), "names": names})
        body: Iterable[bytes] = itertools.chain([first_message], messages(experiment, at))
        response = Response(mimetype="application/octet-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["X-Accel-Buffering"] = "no"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.headers["Content-Encoding"] = "gzip"
            body = _zipped(body)
        response.response = body
        response.call_on_close(places.release)
        return response

    return stream


def _zipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    """gzip, flushed after every part, so that each arrives at once."""
    packer = zlib.compressobj(1, wbits=31)
    for part in parts:
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def _refuse(problems: list[Problem], status: int) -> Response:
    text = json.dumps({"problems": [vars(problem) for problem in problems[:50]]})
    return Response(text, status=status, mimetype="application/json")


def _sentence(error: Exception) -> Response:
    """Any error as a sentence; a request that the page would not make is the asker's to mend."""
    if isinstance(error, HTTPException):
        code, words = error.code or 400, error.description or "This request cannot be answered."
    elif request.path.endswith("/_dash-update-component"):
        current_app.logger.exception("a callback failed")
        code, words = 400, "This is not a request that the page makes; load the page again."
    else:
        current_app.logger.exception("a request failed")
        code, words = 500, "Ravine has failed here; its log says more."
    return Response(f"{words}\n", status=code, mimetype="text/plain")


def _headers(app: Dash, frame_ancestors: str) -> dict[str, str]:
    """What every answer carries. Plotly and Mantine write styles, so inline styles are allowed."""
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *app.csp_hashes()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


def _index(app: Dash) -> str:
    """The page's frame. Our module asks for the numbers while Dash is still being loaded."""
    names = [app.get_asset_url(path.name) for path in sorted(ASSETS.glob("*.mjs"))]
    links = "".join(f'<link rel="modulepreload" href="{name}">' for name in names)
    whole = app.get_relative_path("/_dash-component-suites/plotly/package_data/plotly.min.js")
    plotly = app.get_asset_url(PLOTLY) if _same_plotly() else whole
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<link rel="icon" type="image/svg+xml" href="{app.get_asset_url("favicon.svg")}">
{links}
<script type="module" async src="{app.get_asset_url("ravine.mjs")}"></script>
<link rel="preload" as="script" id="plotly" href="{plotly}">
{{%css%}}
</head>
<body>
<noscript>Ravine moves in the browser: it needs JavaScript, all of it from this server.</noscript>
{{%app_entry%}}
<footer hidden>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>"""


def _same_plotly() -> bool:
    """Whether the part of plotly.js in assets is of the version that Plotly here speaks to."""
    with (ASSETS / PLOTLY).open(encoding="utf-8") as file:
        head = file.read(200)
    return f"v{plotly.offline.get_plotlyjs_version()}\n" in head
