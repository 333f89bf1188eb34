"""The page as it is before an experiment is put on it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from app.charts.curves import curves
from app.controls import (
    about,
    declarations,
    landscape_controls,
    menu,
    run_card,
    start_controls,
)
from app.experiment import Experiment, Problem, titles
from app.formula import formula
from app.knobs import describe
from landscapes import LANDSCAPES

SPEEDS = ("0.25", "0.5", "1", "2", "4", "8")
KEYS = (
    ("space", "play or pause"),
    ("← →", "one step back or on"),
    ("shift + ← →", "ten steps"),
    ("home, end", "first step, last step"),
    ("1 to 9", "show that run alone, and all again"),
    ("?", "this list"),
)


def page() -> Any:
    """The layout; callbacks/load.py fills in what depends on the link."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="declarations", data=declarations()),
            dcc.Store(id="experiment"),
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
        value=key,
        allowDeselect=False,
        searchable=True,
        maxDropdownHeight=520,
        size="sm",
        w=170,
        attributes={"input": {"aria-label": "landscape"}},
    )
    names = zip(experiment.runs, titles(experiment.runs), strict=True)
    cards = [run_card(run, name, experiment.landscape) for run, name in names]
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
                        ],
                        value="overlay",
                        size="xs",
                        attributes={"root": {"aria-label": "how the runs are compared"}},
                    ),
                    html.Button("copy link", id="share", className="plain"),
                    html.Button("keys", id="show-keys", className="plain"),
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
                attributes={"input": {"aria-label": "add a run with the optimizer"}},
            ),
        ],
        id="left",
        **{"aria-label": "runs"},
    )


def _stage() -> Any:
    return html.Main(
        [
            html.Div(html.Div(className="chart"), id="stage"),
            html.P(
                [
                    html.Span("★ minimum"),
                    html.Span("✕ saddle"),
                    html.Span("○ start: click to set it, drag to move it"),
                ],
                className="legend quiet",
            ),
        ],
        id="centre",
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
                    dmc.SegmentedControl(
                        id="loss-scale",
                        data=["log", "linear"],
                        value="log",
                        size="xs",
                        attributes={"root": {"aria-label": "scale of the loss"}},
                    ),
                    html.Div(html.Div(className="chart"), id="fit", hidden=True),
                    html.P(id="fit-text", className="quiet"),
                    html.Div(id="load", hidden=True),
                    html.Div(html.Div(className="chart"), id="curves"),
                ],
                id="curves-box",
            ),
            html.Div(id="step-table"),
        ],
        id="right",
        **{"aria-label": "curves and numbers"},
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
                attributes={"input": {"aria-label": "speed"}},
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
