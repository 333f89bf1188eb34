"""Experiment -> controls and help, all from the declarations.

Every control's id says what it sets: ``kind`` (knob, pick or name), ``run`` (the run's
look, or "" for what all share), ``part`` (landscape, start, experiment, optimizer, schedule,
wrapper or run), ``of`` (the key of the thing it belongs to) and ``knob``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from app.components import Choice, Dial, Popup
from app.experiment import (
    SEEDS,
    STEPS,
    STOP,
    TRANSFORMS,
    USUAL,
    WARMUP,
    Y_RATE,
    Catalogue,
    Experiment,
    Pick,
    Run,
    knobs_of,
    rules,
)
from app.formula import formula
from app.knobs import Knob, Value, describe, knobs, write_value
from app.link import write_run
from app.rates import bearable_rate, edge, suited_rate
from app.verified import verified
from landscapes import LANDSCAPES
from optimizers import CONVENTIONS, OPTIMIZERS, SCHEDULES, STARTS, WRAPPERS
from optimizers.conventions import definer
from optimizers.oracle import seen_through, wraps_rule
from optimizers.walkers import asks_f

CATALOGUES: Mapping[str, Catalogue] = {
    "landscape": LANDSCAPES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "wrapper": WRAPPERS,
    "start": STARTS,
}
# What the menu of starts has besides: a point that is given.
POINT = "point"
# So many knobs of a schedule stand in the card; the others are folded.
IN_VIEW = 2
SPHERE = LANDSCAPES["sphere"]()
# What the menu says to which a run's batches, noise, clips and decays are added.
MORE, MORE_BATCH = "+ clip, decay or noise", "+ mini-batch, noise, clip"
FORKING = "go on from this step with other knobs"


def landscape_controls(experiment: Experiment) -> list[Any]:
    """The knobs of the landscape that is picked."""
    pick = experiment.landscape
    controls = _knobs("", "landscape", pick)
    own = len(pick.knobs) - len(TRANSFORMS)
    on = any(value for name, value in pick.knobs if name in TRANSFORMS)
    return [
        *controls[:own],
        html.P(describe(LANDSCAPES[pick.key]).summary, className="quiet"),
        html.Details([html.Summary("rotate, regularise"), *controls[own:]], open=on),
    ]


def start_controls(experiment: Experiment) -> list[Any]:
    """Where all runs start, and for how many steps they go."""
    start = experiment.start
    if isinstance(start, Pick):
        where = [about(STARTS[start.key])]
        below = _knobs("", "start", start)
    else:
        where = []
        names = LANDSCAPES[experiment.landscape.key].axes
        axes = [
            Dial(
                id=_id("knob", "", "start", "", axis),
                value=write_value(value),
                kind="axis",
                name=name,
                label=f"start {name}",
            )
            for axis, name, value in zip("xy", names, start, strict=True)
        ]
        below = [html.Div(axes, className="pair")]
    select = Choice(
        id=_id("pick", "", "start", "", ""),
        kind="menu",
        options=[{"value": POINT, "label": "At a point"}, *menu("start")],
        value=start.key if isinstance(start, Pick) else POINT,
        label="where the runs start",
    )
    more = [
        _control("", "experiment", "", STOP, experiment.stop),
        _control("", "experiment", "", SEEDS, experiment.seeds),
    ]
    on = experiment.stop > 0 or experiment.seeds > 1
    return [
        html.Div([select, *where], className="picks"),
        *below,
        _control("", "experiment", "", STEPS, experiment.steps),
        html.Details([html.Summary("stop early, repeat"), *more], open=on),
    ]


def run_card(run: Run, name: str, landscape: Pick, parent: str = "") -> Any:
    """All that can be set of one run, which may go on from a parent."""
    # Where there are examples, how many a run sees at a step is what most people look for.
    examples = hasattr(landscape.plain, "examples")
    look, marks = str(run.look), {"lr": _rate_marks(run, landscape)}
    optimizer = _knobs(look, "optimizer", run.optimizer, marks, rules(run.convention))
    schedule = _knobs(look, "schedule", run.schedule)
    return html.Section(
        [
            html.Div(
                [
                    html.Span(className="swatch", **{"data-look": look}),
                    Dial(
                        id=_id("name", look, "run", "", "name"),
                        value=run.name,
                        kind="name",
                        label=f"name of run {name}",
                        placeholder=name,
                    ),
                    _button("hide", f"hide {name}", look),
                    _button("solo", f"show {name} alone", look),
                    _button("duplicate", f"duplicate {name}", look, server=True),
                    _button("fork", f"fork {name}: {FORKING}", look, server=True),
                    _button("remove", f"remove {name}", look, server=True),
                ],
                className="run-head",
            ),
            *_past(look, name, run, parent),
            html.Div(
                [
                    _select(look, "optimizer", run.optimizer.key, f"optimizer of {name}"),
                    about(run.rule),
                    _select(look, "schedule", run.schedule.key, f"schedule of {name}"),
                    about(SCHEDULES[run.schedule.key]),
                ],
                className="picks",
            ),
            *optimizer[:1],
            *schedule[:IN_VIEW],
            *(html.P(words, className="quiet") for words in unused(run)),
            *(_wrapper(look, wrapper, name) for wrapper in run.wrappers),
            *(_add_wrapper(look, name, run, landscape, MORE_BATCH) if examples else ()),
            html.Details(
                [
                    html.Summary("more knobs"),
                    *optimizer[1:],
                    *schedule[IN_VIEW:],
                    *_conventions(look, name, run),
                    _control(look, "run", "", WARMUP, run.warmup),
                    _control(look, "run", "", Y_RATE, run.y_rate),
                    *(() if examples else _add_wrapper(look, name, run, landscape, MORE)),
                ],
                open=run.convention != USUAL,
            ),
            html.P(className="status", **{"data-status": look}),
            html.P(className="quiet", **{"data-apart": look}),
            html.P(className="quiet", **{"data-repeats": look}),
        ],
        key=look,
        className="run",
        **{"data-run": look, "aria-label": name},
    )


def rate_marks(run: Run, landscape: Pick) -> dict[str, Any]:
    """What the slider of a run's rate shows of this landscape, as properties of its Dial."""
    knob = knobs_of(rules(run.convention), run.optimizer.key)["lr"]
    return _marked(knob, _rate_marks(run, landscape))


def _rate_marks(run: Run, landscape: Pick) -> Mapping[str, Value]:
    marks = {"what suits this landscape": suited_rate(run.optimizer.key, landscape)}
    if most := bearable_rate(run, landscape):
        formula = "2/λ" if edge(run) == 2 else "(2 + 2μ)/λ"
        marks[f"{formula} = {most:.4g}, where it begins to diverge"] = most
    return marks


def _past(look: str, name: str, run: Run, parent: str) -> list[Any]:
    """What a run goes on from, in words and, for the link, as text; it can be taken away."""
    if run.past is None:
        return []
    words = f"goes on from {parent} at step {run.past.step}"
    reacts = "loss" in inspect.signature(SCHEDULES[run.schedule.key]).parameters
    if reacts:
        words += f"; {describe(SCHEDULES[run.schedule.key]).title} begins anew there"
    whole = f"take the fork away: {name} by itself from the start"
    return [
        html.Div(
            [
                html.Span(words),
                html.Data(
                    id=_id("knob", look, "run", "", "fork"),
                    value=f"{run.past.step}/{write_run(run.past.run)}",
                ),
                _button("remove", whole, look, of="past", server=True),
            ],
            className="past quiet",
        )
    ]


def unused(run: Run) -> list[str]:
    """What is set for a run and has no effect there, in words."""
    rule, schedule = run.rule, SCHEDULES[run.schedule.key]
    title, plan = describe(rule).title, describe(schedule).title
    own = knobs(rule)
    words = []
    if own["lr"].once and (run.schedule.key != "constant" or run.warmup):
        words.append(
            f"{title} reads its rate at the first step only; {plan} changes nothing after."
        )
    if asks_f(rule) and ".grad(" not in inspect.getsource(rule):
        plain = seen_through(SPHERE, [])
        for wrapper in (WRAPPERS[each.key] for each in run.wrappers):
            if not wraps_rule(wrapper) and wrapper(plain).value is plain.value:
                what = describe(wrapper).title
                words.append(f"{title} asks for values alone; {what} changes only gradients.")
    if dict(run.schedule.knobs).get("cycle_momentum") and not own.keys() & {"momentum", "beta1"}:
        words.append(f"{title} has no momentum that {plan} could cycle; only the rate follows it.")
    return words


def _conventions(look: str, name: str, run: Run) -> list[Any]:
    """Who defines the optimizer of a run, and what differs from PyTorch; nothing if no one else."""
    others = CONVENTIONS.get(run.optimizer.key, {})
    if not others:
        return []
    names = {key: definer(variant) for key, variant in others.items()}
    select = Choice(
        id=_id("pick", look, "convention", "", ""),
        kind="menu",
        options=[{"value": k, "label": v} for k, v in ({USUAL: "PyTorch"} | names).items()],
        value=run.convention,
        label=f"{name} as defined by",
    )
    now = html.Span(id=_id("pick-now", look, "convention", run.convention, ""), hidden=True)
    differences = [
        html.P([html.Strong(names[key]), f": {_difference(run.optimizer.key, variant)}"])
        for key, variant in others.items()
    ]
    told = [now] if run.convention != USUAL else []
    return [html.P("as defined by"), select, *told, html.Div(differences, className="quiet")]


def _difference(key: str, variant: Callable[..., Any]) -> str:
    """What sets a variant of a rule apart from it, and its own defaults, in words."""
    usual = knobs(OPTIMIZERS[key])
    own = [
        f"{name} is {write_value(knob.default)}"
        for name, knob in knobs(variant).items()
        if name != "lr" and knob.default != usual[name].default
    ]
    words = describe(variant).summary
    return f"{words} Unless told, {', '.join(own)}." if own else words


def _add_wrapper(look: str, name: str, run: Run, landscape: Pick, placeholder: str) -> list[Any]:
    """What can still be put between a run and its landscape, and changes something there."""
    plain, used = seen_through(landscape.plain, ()), {wrapper.key for wrapper in run.wrappers}

    def counts(key: str) -> bool:
        return wraps_rule(WRAPPERS[key]) or WRAPPERS[key](plain) is not plain

    left = [one for one in menu("wrapper") if one["value"] not in used and counts(one["value"])]
    select = Choice(
        id=_id("pick", look, "add-wrapper", "", ""),
        kind="menu",
        options=left,
        placeholder=placeholder,
        label=f"what the gradient of {name} meets",
    )
    return [select] if left else []


def _wrapper(look: str, pick: Pick, name: str) -> Any:
    """What stands between a run and its landscape: it can be set, and taken away."""
    title = describe(WRAPPERS[pick.key]).title
    seen = html.Button(
        "show the surface it meets",
        className="plain",
        **{"data-act": "seen", "data-of": look, "aria-pressed": "false"},
    )
    return html.Div(
        [
            html.Div(
                [
                    html.Span(title),
                    about(WRAPPERS[pick.key]),
                    _button(
                        "remove", f"remove {title} from {name}", look, of=pick.key, server=True
                    ),
                ],
                className="wrapper-head",
            ),
            *_knobs(look, "wrapper", pick),
            *([seen] if "seed" in dict(pick.knobs) else []),
        ],
        className="wrapper",
    )


def about(thing: Callable[..., Any]) -> Any:
    """A button that opens the help of a landscape, an optimizer or a schedule."""
    said = describe(thing)
    return Popup(
        children=_help(thing),
        face="?",
        label=f"about {said.title}",
        title=f"help on {said.title}",
        className="icon help",
        lazy=True,
    )


def menu(part: str) -> list[dict[str, Any]]:
    """A catalogue as the options of a select, by families if it has any."""
    families: dict[str, list[dict[str, Any]]] = {}
    for key, thing in CATALOGUES[part].items():
        said = describe(thing)
        families.setdefault(said.family, []).append({"value": key, "label": said.title})
    if families.keys() == {""}:
        return families[""]
    return [{"group": family, "items": items} for family, items in families.items()]


def _knobs(
    run: str,
    part: str,
    pick: Pick,
    marks: Mapping[str, Mapping[str, Value]] = MappingProxyType({}),
    catalogue: Catalogue | None = None,
) -> list[Any]:
    declared = knobs_of(catalogue or CATALOGUES[part], pick.key)
    return [
        _control(run, part, pick.key, declared[name], value, marks.get(name, {}))
        for name, value in pick.knobs
    ] + [html.Span(id=_id("pick-now", run, part, pick.key, ""), hidden=True)]


def _control(
    run: str,
    part: str,
    of: str,
    knob: Knob,
    value: Value,
    marks: Mapping[str, Value] = MappingProxyType({}),
) -> Any:
    """A knob; its slider has marks at values with a meaning. One of two values is chosen."""
    if knob.whole and knob.high - knob.low == 1:
        choice = Choice(
            id=_id("knob", run, part, of, knob.name),
            kind="buttons",
            options=[
                {"value": str(knob.low), "label": "off" if knob.low == 0 else str(knob.low)},
                {"value": str(knob.high), "label": "on" if knob.low == 0 else str(knob.high)},
            ],
            value=write_value(value),
            label=_label(knob),
        )
        name = html.Label(knob.name, title=_label(knob))
        return html.Div([name, choice], className="dial number")
    return Dial(
        id=_id("knob", run, part, of, knob.name),
        value=write_value(value),
        kind="list" if knob.parts else "number",
        name=knob.name,
        label=_label(knob),
        range=None if knob.parts else [knob.low, knob.high, knob.scale, knob.whole],
        **_marked(knob, marks),
    )


def _label(knob: Knob) -> str:
    return f"{knob.name}, {knob.help}" if knob.help else knob.name


def _marked(knob: Knob, marks: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "marks": list(marks.values()),
        "hint": "; a mark is at ".join([_label(knob), *marks]),
    }


def _select(run: str, part: str, key: str, label: str) -> Any:
    return Choice(
        id=_id("pick", run, part, "", ""), kind="menu", options=menu(part), value=key, label=label
    )


def _button(action: str, label: str, look: str, server: bool = False, of: str = "") -> Any:
    """Some act on the view, in the browser; the others change the experiment."""
    names = {"aria-label": label, "data-act": action, "data-of": look}
    if server:
        return html.Button(
            id=_id(action, look, "wrapper" if of else "run", of, ""),
            className=f"icon {action}",
            title=label,
            **names,
        )
    return html.Button(className=f"icon {action}", title=label, **names)


def _id(kind: str, run: str, part: str, of: str, knob: str) -> dict[str, str]:
    return {"kind": kind, "run": run, "part": part, "of": of, "knob": knob}


def _help(thing: Callable[..., Any]) -> list[Any]:
    return list(_help_parts(thing))


@functools.cache
def _help_parts(thing: Callable[..., Any]) -> tuple[Any, ...]:
    said = describe(thing)
    key = thing.__name__
    terms = [
        part for name, knob in knobs(thing).items() for part in (html.Dt(name), html.Dd(knob.help))
    ]
    return (
        html.Strong(said.title),
        html.P(said.summary),
        *(formula(latex) for latex in said.formulas),
        html.Dl(terms),
        *(html.P(part) for part in said.notes.split("\n\n") if part),
        *([html.P(proof, className="verified")] if (proof := verified(key)) else []),
    )
