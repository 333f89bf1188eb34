"""The page, with the controls of the link that it is opened with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from app.charts.curves import CURVES, MOST, OVER, USUAL, curves
from app.components import Choice, Location, Popup, Store, Ticks
from app.controls import (
    about,
    landscape_controls,
    menu,
    run_card,
    start_controls,
)
from app.experiment import Experiment, parent, titles
from app.formula import formula
from app.knobs import describe
from app.link import Problem, parse, write
from app.slices import ALONG
from landscapes import LANDSCAPES

SPEEDS = ("0.25", "0.5", "1", "2", "4", "8")
KEYS = (
    ("space", "play or pause"),
    ("← →", "one step back or on"),
    ("shift + ← →", "ten steps"),
    ("home, end", "first step, last step"),
    ("1 to 9", "show that run alone, and all again"),
    ("arrows, + −, 0", "on the 3-D surface: turn (with shift: move), zoom, put back"),
    ("ctrl + z", "take back the last change of the examples"),
    ("?", "this list"),
)


def page(search: str = "") -> Any:
    """The layout for a link; callbacks/load.py changes what depends on it when that changes."""
    experiment, problems = parse(search)
    parts = {"notices": notice(problems), **dict(zip(TARGETS, shown(experiment), strict=True))}
    return [
        Location(id="address"),
        Store(id="experiment", data=write(experiment)),
        Store(id="opened", data={"text": search, "beside": ""}),
        Store(id="beside"),
        Store(id="axes", data=curves().to_dict()),
        Store(id="view"),
        html.Div(
            [_header(parts), _runs(parts), _stage(), _curves(), _player()],
            id="page",
            **{"data-tab": "runs"},
        ),
        html.Div(id="announce", role="status", className="unseen"),
        html.Dialog(_keys(), id="keys", **{"aria-label": "keys"}),
        html.Dialog(id="lessons", **{"aria-label": "lessons"}),
    ]


# What shows an experiment, in the order of `shown`.
TARGETS = (
    "landscape-pick",
    "landscape-about",
    "formula",
    "landscape-controls",
    "start-controls",
    "runs",
)


def shown(experiment: Experiment) -> list[Any]:
    """The controls of an experiment."""
    key = experiment.landscape.key
    thing = LANDSCAPES[key]
    pick = Choice(
        id=pick_id("landscape"),
        kind="menu",
        options=menu("landscape"),
        value=key,
        label="landscape",
        summaries={key: describe(landscape).summary for key, landscape in LANDSCAPES.items()},
    )
    names = zip(experiment.runs, titles(experiment.runs), strict=True)
    cards = [
        run_card(run, name, experiment.landscape, parent(run, experiment.runs))
        for run, name in names
    ]
    return [
        pick,
        about(thing),
        [formula(latex) for latex in describe(thing).formulas],
        landscape_controls(experiment),
        start_controls(experiment),
        cards or html.P("No runs. Add one below, and it starts at once.", className="quiet"),
    ]


def notice(problems: list[Problem]) -> Any:
    """What could not be read of a link."""
    if not problems:
        return []
    return html.Div(
        [
            html.P(
                "Not all of this link could be read. What could not is left out, or at its default:"
            ),
            html.Ul([html.Li(problem.sentence) for problem in problems[:20]]),
        ],
        className="notice",
    )


def pick_id(part: str) -> dict[str, str]:
    """The id of a select that does not belong to a run."""
    return {"kind": "pick", "run": "", "part": part, "of": "", "knob": ""}


def _header(parts: Mapping[str, Any]) -> Any:
    return html.Header(
        [
            html.H1("Ravine"),
            html.Div(parts["landscape-pick"], id="landscape-pick"),
            html.Div(parts["landscape-about"], id="landscape-about"),
            html.Div(parts["formula"], id="formula", role="math"),
            html.Div(
                [
                    Choice(
                        id="layout",
                        kind="buttons",
                        options=[
                            {"value": "overlay", "label": "overlay"},
                            {"value": "panels", "label": "side by side"},
                        ],
                        value="overlay",
                        label="how the runs are compared",
                    ),
                    html.Button(
                        "3-D",
                        id="in-space",
                        className="plain",
                        title="the surface instead of its contours",
                        **{"aria-pressed": "false"},
                    ),
                    html.Button("lessons", id="show-lessons", className="plain"),
                    html.Button(
                        "share",
                        id="share",
                        className="plain",
                        title="copy the link to this experiment",
                    ),
                    html.Button("keys", id="show-keys", className="plain"),
                    html.Button(
                        "projector",
                        id="projector",
                        className="plain",
                        title="larger, thicker and with more contrast",
                        **{"aria-pressed": "false"},
                    ),
                    html.Button(
                        html.Span(className="icon-art scheme"),
                        id="scheme",
                        className="icon",
                        **{"aria-label": "light or dark"},
                    ),
                ],
                className="tools",
            ),
        ]
    )


def _runs(parts: Mapping[str, Any]) -> Any:
    return html.Aside(
        [
            html.Div(id="lesson", hidden=True),
            html.Div(parts["notices"], id="notices", role="status"),
            html.Div(id="said", role="alert"),
            html.Section(
                [
                    html.H2("Landscape"),
                    html.Div(parts["landscape-controls"], id="landscape-controls"),
                ]
            ),
            html.Section(
                [
                    html.H2("Start and steps"),
                    html.Div(parts["start-controls"], id="start-controls"),
                    html.P(
                        "this is where the start is before the rotation",
                        id="start-note",
                        className="quiet",
                        hidden=True,
                    ),
                ]
            ),
            html.H2("Runs"),
            html.Div(parts["runs"], id="runs"),
            Choice(
                id=pick_id("add"),
                kind="menu",
                options=menu("optimizer"),
                placeholder="+ add a run",
                label="add a run with the optimizer",
            ),
        ],
        id="left",
        **{"aria-label": "runs"},
    )


def _stage() -> Any:
    return html.Main(
        [
            html.Div([html.Div(className="chart"), _space()], id="stage"),
            html.P(
                [
                    html.Span("★ minimum"),
                    html.Span("✕ saddle"),
                    html.Span("○ start: click to set it, drag to move it", className="in-plane"),
                    html.Span("○ start: click to set it", className="in-space"),
                    html.Span("drag turns, wheel or pinch zooms", className="in-space"),
                    html.Button("reset view", id="reset-view", className="plain in-space"),
                    html.Button(
                        "arrows downhill",
                        id="field",
                        className="plain in-plane",
                        title="arrows along −gradient; the longer, the steeper",
                        **{"aria-pressed": "false"},
                    ),
                    html.Span(id="seen-note"),
                ],
                className="legend quiet",
            ),
        ],
        id="centre",
    )


def _space() -> Any:
    """Where assets/scene.mjs draws, when it is opened."""
    return html.Div(
        html.Div(className="chart"),
        id="space",
        role="img",
        tabIndex=0,
        hidden=True,
    )


def _curves() -> Any:
    tabs = [("runs", "runs"), ("curves", "curves"), ("step", "this step")]
    return html.Aside(
        [
            Choice(
                id="tab",
                kind="buttons",
                options=[{"value": value, "label": label} for value, label in tabs],
                value="runs",
                label="what is shown below the stage",
            ),
            html.Div(
                [
                    _curve_tools(),
                    html.Div(html.Div(className="chart"), id="fit", hidden=True),
                    html.Div(id="fit-text"),
                    html.Div(
                        [
                            html.P(
                                [
                                    "click adds an example, a drag moves it, "
                                    "a double click removes it",
                                    html.Span(" · ○ held out", id="held-out"),
                                ]
                            ),
                            html.P("thin: a′(z), a factor of each example's slope", id="slopes"),
                            html.P(id="stays"),
                            html.P(id="loaded", role="status"),
                        ],
                        id="load",
                        className="quiet",
                        hidden=True,
                    ),
                    _slice(),
                    html.Div(html.Div(className="chart"), id="curves"),
                ],
                id="curves-box",
            ),
            html.Div(
                [
                    html.Div(id="step-table"),
                    html.Details(
                        [
                            html.Summary("the next step, worked out"),
                            html.Div(id="inspected"),
                        ],
                        id="inspector",
                    ),
                    html.Details(
                        [
                            html.Summary("who was best, and why"),
                            html.Div(id="leaderboard", tabIndex=0, role="group"),
                        ],
                        id="verdicts",
                    ),
                    html.Details(
                        [
                            html.Summary("two runs, and where they parted"),
                            html.Div(id="difference", tabIndex=0, role="group"),
                        ],
                        id="diff",
                    ),
                ],
                id="step-box",
            ),
        ],
        id="right",
        **{"aria-label": "curves and numbers"},
    )


def _slice() -> Any:
    """f along a line through the point of one run; folded until it is asked for."""
    return html.Details(
        [
            html.Summary("slice through the current point"),
            html.Div(
                Choice(
                    id="slice-along",
                    kind="buttons",
                    options=[{"value": along, "label": along} for along in ALONG],
                    value="x",
                    label="what the slice is along",
                ),
                className="choices",
            ),
            html.P(className="signs quiet"),
            html.Div(
                className="chart",
                role="img",
                **{"aria-label": "f along a line, and below it its slope; the numbers follow"},
            ),
            html.P(id="slice-text", className="quiet"),
        ],
        id="slice",
    )


def _curve_tools() -> Any:
    """Which curves are drawn, against what, and on which scale."""
    which = Popup(
        children=Ticks(
            id="curves-shown",
            value=list(USUAL),
            label="at most four at a time",
            options=[{"value": key, "label": name} for key, name in CURVES.items()],
            most=MOST,
        ),
        face="which curves",
        title="which curves",
        className="plain",
    )
    return html.Div(
        [
            which,
            Choice(
                id="over",
                kind="menu",
                options=[{"value": over, "label": f"over {over}"} for over in OVER],
                value="steps",
                label="what the curves are drawn over",
            ),
            Choice(
                id="loss-scale",
                kind="buttons",
                options=[{"value": scale, "label": scale} for scale in ("log", "linear")],
                value="log",
                label="scale of the loss",
            ),
        ],
        className="curve-tools",
    )


def _player() -> Any:
    def key(name: str, label: str) -> Any:
        return html.Button(
            html.Span(className=f"icon-art {name}"),
            className="icon",
            title=label,
            **{"aria-label": label, "data-play": name},
        )

    return html.Footer(
        [
            key("start", "to the first step"),
            key("back", "one step back"),
            key("toggle", "play"),
            key("forward", "one step on"),
            key("end", "to the last step"),
            html.Div(id="scrubber"),
            html.Output(id="readout"),
            Choice(
                id="speed",
                kind="menu",
                options=[{"value": speed, "label": f"{speed}×"} for speed in SPEEDS],
                value="1",
                label="speed",
            ),
            html.Button(
                "loop", className="plain", **{"data-play": "loop", "aria-pressed": "false"}
            ),
            html.Button("live", id="mode", className="plain", **{"data-play": "live"}),
        ],
        **{"aria-label": "player"},
    )


def _keys() -> Any:
    return [
        html.H2("Keys"),
        html.Dl([part for key, what in KEYS for part in (html.Dt(html.Kbd(key)), html.Dd(what))]),
        html.Button("close", className="plain", id="hide-keys"),
    ]
