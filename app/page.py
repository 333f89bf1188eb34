"""The page as it is before an experiment is put on it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from app.charts.curves import CURVES, OVER, USUAL, curves
from app.controls import (
    about,
    declarations,
    landscape_controls,
    menu,
    run_card,
    start_controls,
)
from app.experiment import Experiment, Problem, parent, titles
from app.formula import formula
from app.knobs import describe
from app.slices import ALONG
from landscapes import LANDSCAPES

SPEEDS = ("0.25", "0.5", "1", "2", "4", "8")
KEYS = (
    ("space", "play or pause"),
    ("← →", "one step back or on"),
    ("shift + ← →", "ten steps"),
    ("home, end", "first step, last step"),
    ("1 to 9", "show that run alone, and all again"),
    ("arrows, + −, 0", "on the 3-D surface: turn, zoom, put back"),
    ("?", "this list"),
)


def page() -> Any:
    """The layout; callbacks/load.py fills in what depends on the link."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="declarations", data=declarations()),
            dcc.Store(id="experiment"),
            dcc.Store(id="opened"),
            dcc.Store(id="beside"),
            dcc.Store(id="axes", data=curves().to_dict()),
            dcc.Store(id="view"),
            html.Div(
                [_header(), _runs(), _stage(), _curves(), _player()],
                id="page",
                **{"data-tab": "runs"},
            ),
            html.Div(id="announce", role="status", className="unseen"),
            html.Dialog(_keys(), id="keys", **{"aria-label": "keys"}),
        ],
        defaultColorScheme="auto",
        theme={"primaryColor": "dark", "fontFamily": "inherit", "cursorType": "pointer"},
    )


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
    pick = dmc.Select(
        id=pick_id("landscape"),
        data=menu("landscape"),
        renderOption={
            "function": "pictured",
            "options": {"summaries": {k: describe(f).summary for k, f in LANDSCAPES.items()}},
        },
        value=key,
        allowDeselect=False,
        searchable=True,
        withScrollArea=False,
        styles={"options": {"maxHeight": "min(540px, 70vh)", "overflowY": "auto"}},
        comboboxProps={
            "width": "min(29rem, calc(100vw - 16px))",
            "position": "bottom-start",
            "withinPortal": False,  # of the header, for those who go from landmark to landmark
        },
        size="sm",
        w=170,
        **{"aria-label": "landscape"},
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


def _header() -> Any:
    return html.Header(
        [
            html.H1("Ravine"),
            html.Div(id="landscape-pick"),
            html.Div(id="landscape-about"),
            html.Div(id="formula", role="math"),
            html.Div(
                [
                    dmc.SegmentedControl(
                        id="layout",
                        data=[
                            {"value": "overlay", "label": "overlay"},
                            {"value": "panels", "label": "side by side"},
                            {"value": "space", "label": "3-D"},
                        ],
                        value="overlay",
                        size="xs",
                        attributes={"root": {"aria-label": "how the runs are compared"}},
                    ),
                    html.Button("copy link", id="share", className="plain"),
                    html.Button("keys", id="show-keys", className="plain"),
                    html.Button(
                        "projector",
                        id="projector",
                        className="plain",
                        title="larger, thicker and with more contrast",
                        **{"aria-pressed": "false"},
                    ),
                    dmc.ColorSchemeToggle(
                        lightIcon=html.Span(className="icon-art sun"),
                        darkIcon=html.Span(className="icon-art moon"),
                        variant="subtle",
                        color="gray",
                        size="md",
                        **{"aria-label": "light or dark"},
                    ),
                ],
                className="tools",
            ),
        ]
    )


def _runs() -> Any:
    return html.Aside(
        [
            html.Div(id="notices", role="status"),
            html.Div(id="said", role="alert"),
            html.Section([html.H2("Landscape"), html.Div(id="landscape-controls")]),
            html.Section(
                [
                    html.H2("Start and steps"),
                    html.Div(id="start-controls"),
                    html.P(
                        "x and y are where the start is before the rotation",
                        id="start-note",
                        className="quiet",
                        hidden=True,
                    ),
                ]
            ),
            html.H2("Runs"),
            html.Div(id="runs"),
            dmc.Select(
                id=pick_id("add"),
                data=menu("optimizer"),
                placeholder="+ add a run",
                comboboxProps={"withinPortal": False},
                searchable=True,
                maxDropdownHeight=420,
                size="sm",
                **{"aria-label": "add a run with the optimizer"},
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
                    html.Span("○ start", className="in-space"),
                    html.Span("drag to turn, wheel or two fingers to zoom", className="in-space"),
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
        [
            html.Div(className="chart", role="img", tabIndex=0),
            html.Button("reset the view", className="plain"),
        ],
        id="space",
        hidden=True,
    )


def _curves() -> Any:
    tabs = [("runs", "runs"), ("curves", "curves"), ("step", "this step")]
    return html.Aside(
        [
            dmc.SegmentedControl(
                id="tab",
                data=[{"value": value, "label": label} for value, label in tabs],
                value="runs",
                fullWidth=True,
                size="sm",
                attributes={"root": {"aria-label": "what is shown below the stage"}},
            ),
            html.Div(
                [
                    _curve_tools(),
                    html.Div(html.Div(className="chart"), id="fit", hidden=True),
                    html.P(id="fit-text", className="quiet"),
                    html.Div(id="load", hidden=True),
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
                dmc.SegmentedControl(
                    id="slice-along",
                    data=list(ALONG),
                    value="x",
                    size="xs",
                    attributes={"root": {"aria-label": "what the slice is along"}},
                ),
                className="choices",
            ),
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
    choices = [
        dmc.Checkbox(id={"kind": "curve", "of": key}, value=key, label=name, size="xs")
        for key, name in CURVES.items()
    ]
    which = dmc.Popover(
        [
            dmc.PopoverTarget(
                html.Button("which curves", className="plain", **{"aria-haspopup": "dialog"})
            ),
            dmc.PopoverDropdown(
                html.Div(
                    dmc.CheckboxGroup(
                        choices,
                        id="curves-shown",
                        value=list(USUAL),
                        label="at most four at a time",
                        size="xs",
                    ),
                    role="dialog",
                    **{"aria-label": "which curves"},
                ),
                className="curve-choice",
            ),
        ],
        position="bottom-end",
        keepMounted=True,
        withArrow=True,
        shadow="md",
        trapFocus=True,
        returnFocus=True,
        withRoles=False,
    )
    return html.Div(
        [
            which,
            dmc.Select(
                id="over",
                data=[{"value": over, "label": f"over {over}"} for over in OVER],
                value="steps",
                allowDeselect=False,
                size="xs",
                w=150,
                **{"aria-label": "what the curves are drawn over"},
            ),
            dmc.SegmentedControl(
                id="loss-scale",
                data=["log", "linear"],
                value="log",
                size="xs",
                attributes={"root": {"aria-label": "scale of the loss"}},
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
            dmc.Select(
                id="speed",
                data=[{"value": s, "label": f"{s}×"} for s in SPEEDS],
                value="1",
                allowDeselect=False,
                size="xs",
                w=78,
                **{"aria-label": "speed"},
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
