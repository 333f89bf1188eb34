"""The Dash app: page, callbacks, the route of the trajectories, and what every answer carries."""

from __future__ import annotations

import itertools
import json
import re
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import plotly.offline
from dash import Dash
from dash._utils import to_json
from flask import Flask, Response, current_app, has_request_context, request
from werkzeug.exceptions import HTTPException

from app import __version__, lessons
from app.along import along, limits
from app.callbacks import browser, edit, load
from app.charts.contour import contour
from app.charts.fit import fit
from app.controls import rate_marks
from app.experiment import Experiment, Pick, Run, titles
from app.field import field
from app.inspection import MOST, steps
from app.knobs import Knob, read_number, shown
from app.link import Problem, parse, write, write_pick
from app.page import page
from app.repeats import repeats
from app.run import message, messages
from app.seen import seen
from app.slices import ALONG, slices
from app.thumbnails import thumbnails
from app.verdicts import verdicts
from landscapes.landscape import Pair

ASSETS = Path(__file__).parent.parent / "assets"
PLOTLY = "vendor/plotly-contour.min.js"
# Of three dimensions: most visits do without.
WHEN_OPENED = {"gestures.mjs", "scene.mjs", "space.mjs"}
# As long as a link and the examples beside it are; what else is sent with a callback is small.
# Below what waitress keeps in memory, so that nothing that is sent to us is ever in a file.
LARGEST_BODY = 500_000
# Of a window to be drawn; the squares of such numbers are still floats.
FARTHEST = 1e100
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
    app.layout = _layout
    for part in (load, edit, browser):
        part.register(app)
    headers = _headers(app, frame_ancestors)
    server.add_url_rule("/health", view_func=health)
    server.add_url_rule("/thumbnails.png", view_func=pictures)
    server.add_url_rule("/lessons", "lessons", lessons.told)
    places = threading.BoundedSemaphore(STREAMS)
    views = {
        "stream": _stream_view(places),
        "repeats": _told_view(places, repeats),
        "along": _told_view(places, along),
        "limits": _told_view(places, limits),
        "verdicts": _told_view(places, verdicts),
        "seen": _seen,
        "step": _steps_view(places),
        "slices": _slices_view(places),
        "surface": surface,
        "field": field_of,
    }
    for name, view in views.items():
        server.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
    server.register_error_handler(Exception, _sentence)

    def secure(response: Response) -> Response:
        response.headers.update(headers)
        # The layout is that of one link: Back must not find another's.
        if request.path.endswith("/_dash-layout"):
            response.headers["Cache-Control"] = "no-store"
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
    """Dash without components of its own that the page has none of, and without old polyfills."""

    def interpolate_index(self, *, scripts: str = "", **parts: Any) -> str:
        needless = re.compile("/polyfill@|/dash_table/|/dcc/")
        kept = [line for line in scripts.split("\n") if not needless.search(line)]
        return str(super().interpolate_index(scripts="\n".join(kept), **parts))


def _layout() -> Any:
    """The page for the link from which it is asked for; Dash also asks without a request."""
    asked = request.headers.get("Referer", "") if has_request_context() else ""
    _, mark, query = asked.partition("?")
    return page(mark + query if query else "")


def wsgi(frame_ancestors: str = "'none'") -> Any:
    """The same for a production server: gunicorn --threads 32 'app.server:wsgi()'."""
    return create_app(frame_ancestors).server


def health() -> dict[str, str]:
    return {"status": "ok", "version": __version__}


def pictures() -> Response:
    """The thumbnails of the landscapes; a browser that has them need not take them again."""
    response = Response(thumbnails(), mimetype="image/png")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def field_of() -> Response:
    """Which way is down on the landscape in the query; see app/field.py."""
    experiment, unread = _landscape_asked()
    if unread:
        return _refuse(unread, 400)
    response = Response(field(experiment.surface), mimetype="application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


def surface() -> Response:
    """The contours of the landscape in the query, as a figure; what else it holds is not read.

    ``&within=x0,x1,y0,y1`` behind it asks for a part of the plane other than its picture, and then
    ``&coarse=1`` for what is quickly made and drawn, while something is dragged.
    """
    experiment, problems = _landscape_asked()
    query, _, coarse = request.query_string.partition(b"&coarse=")
    _, _, corners = query.partition(b"&within=")
    try:
        within = _window(corners.decode("ascii", "replace")) if corners else None
    except ValueError as error:
        problems.append(Problem("within", str(error)))
    if problems:
        return _refuse(problems, 400)
    figure = contour(experiment.surface, coarse=bool(coarse), within=within).to_dict()
    figure["landscape"] = write_pick(experiment.landscape)
    figure["bounded"] = bool(len(experiment.surface.minima))
    # Where the origin and the first axis are turned to: a start is set before the rotation.
    figure["turned"] = experiment.surface.turn([[0, 0], [1, 0]]).tolist()
    figure["fit"] = _fit(experiment.landscape)
    response = Response(to_json(figure), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _window(text: str) -> tuple[Pair, Pair]:
    """A part of the plane, as ``x0,x1,y0,y1``. Raises ValueError with a sentence."""
    numbers = [read_number("each end of the window", part) for part in text.split(",")]
    if len(numbers) != 4 or numbers[0] >= numbers[1] or numbers[2] >= numbers[3]:
        raise ValueError(f"A window is x0,x1,y0,y1 with x0 < x1 and y0 < y1, not {shown(text)}.")
    if max(map(abs, numbers)) > FARTHEST:
        raise ValueError(f"A window must lie within {FARTHEST:g}, not {shown(text)}.")
    x0, x1, y0, y1 = numbers
    return (x0, x1), (y0, y1)


def _landscape_asked() -> tuple[Experiment, list[Problem]]:
    """The experiment in the query, with those problems that are of its landscape."""
    query = re.split(b"&(?:within|coarse)=", request.query_string)[0]
    experiment, problems = _asked(query)
    parts = ("landscape", "link")
    return experiment, [one for one in problems if one.where.split(".")[0] in parts]


def _asked(query: bytes) -> tuple[Experiment, list[Problem]]:
    """The experiment in a query, with the examples beside it in the body."""
    body = request.get_data().decode("ascii", "replace")
    return parse(query.decode("ascii", "replace"), body)


def _fit(pick: Pick) -> dict[str, Any] | None:
    """The examples that a landscape is made of, as a figure, and the model; None without any."""
    landscape: Any = pick.plain
    if not hasattr(landscape, "examples"):
        return None
    figure: dict[str, Any] = fit(landscape.examples, landscape.held_out).to_dict()
    own = {"curve": landscape.curve, "error": landscape.error, **landscape.curve_knobs}
    return {**figure, "model": own, "key": write_pick(pick)}


def _asked_of_one() -> tuple[Experiment, list[Problem], list[Run], str]:
    """The same where ``&at=look,more`` is behind the link: also the one run of that look, and more.

    The list of runs is empty, and there is a problem, where no run has it.
    """
    query, _, at = request.query_string.partition(b"&at=")
    experiment, problems = _asked(query)
    look, _, more = at.decode("ascii", "replace").partition(",")
    runs = [run for run in experiment.runs if str(run.look) == look]
    if not runs:
        problems.append(Problem("at", f"There is no run with the look {shown(look)}."))
    return experiment, problems, runs, more


def _seen() -> Response:
    """The surface as one run sees it at a step, ``&at=look,step`` behind the link; app/seen.py."""
    experiment, problems, runs, step = _asked_of_one()
    try:
        number: Any = Knob("step", 1, 1, experiment.steps, whole=True).read(step)
        body = b"" if problems else seen(experiment, runs[0], number)
    except ValueError as error:
        problems.append(Problem("at", str(error)))
    if problems:
        return _refuse(problems, 400)
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


def _told_view(
    places: threading.BoundedSemaphore, told: Callable[[Experiment], Iterable[bytes]]
) -> Any:
    def view() -> Response:
        """What is told of all runs of the experiment in the query, in messages."""
        experiment, problems = _asked(request.query_string)
        if problems:
            return _refuse(problems, 400)
        return _streamed(places, told(experiment))

    return view


def _slices_view(places: threading.BoundedSemaphore) -> Any:
    def view() -> Response:
        """Lines through the points of a run, ``&at=look,along`` behind the link; app/slices.py."""
        experiment, problems, runs, along = _asked_of_one()
        if along not in ALONG:
            sentence = f"A slice is along one of {', '.join(ALONG)}; not {shown(along)}."
            problems.append(Problem("at", sentence))
        if problems:
            return _refuse(problems, 400)
        return _streamed(places, slices(experiment, runs[0], along))

    return view


def _steps_view(places: threading.BoundedSemaphore) -> Any:
    def view() -> Response:
        """Steps of a run from one point on, ``&at=look,point,count``; app/inspection.py."""
        experiment, problems, runs, at = _asked_of_one()
        point, _, count = at.partition(",")
        try:
            first: Any = Knob("step", 0, 0, experiment.steps - 1, whole=True).read(point)
            most: Any = Knob("count", 1, 1, MOST, whole=True).read(count or "1")
        except ValueError as error:
            problems.append(Problem("at", str(error)))
        if problems:
            return _refuse(problems, 400)
        return _streamed(places, steps(experiment, runs[0], first, most))

    return view


def _stream_view(places: threading.BoundedSemaphore) -> Any:
    def stream() -> Response:
        """All runs of the experiment in the query, in messages; see app/run.py."""
        query, _, first = request.query_string.partition(b"&first=")
        experiment, problems = _asked(query)
        at: Any = 0
        try:
            at = Knob("first", 0, 0, experiment.steps + 1, whole=True).read(
                first.decode("ascii", "replace") or "0"
            )
        except ValueError as error:
            problems.append(Problem("first", str(error)))
        if problems:
            return _refuse(problems, 400)
        names = titles(experiment.runs)
        marks = [rate_marks(run, experiment.landscape) for run in experiment.runs]
        first_message = message({"link": write(experiment), "names": names, "marks": marks})
        return _streamed(places, itertools.chain([first_message], messages(experiment, at)))

    return stream


def _streamed(places: threading.BoundedSemaphore, body: Iterable[bytes]) -> Response:
    """Messages, each sent as soon as it is computed."""
    if not places.acquire(blocking=False):
        busy = "Ravine is computing for many people at this moment; the page tries again."
        return _refuse([Problem("link", busy)], 429)
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
    """What every answer carries. Plotly writes styles, so inline styles are allowed."""
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
    modules = sorted(path.name for path in ASSETS.glob("*.mjs"))
    names = [app.get_asset_url(name) for name in modules if name not in WHEN_OPENED]
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
<link rel="preload" as="script" id="plotly" href="{plotly}" data-whole="{whole}">
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
