"""One step of a rule, quantity by quantity, in the words of the rule's own source.

The function's source is compiled once more, with a note taken after each assignment and nothing
else changed, and one step is run by it, as the engine would: so what is explained is what happened.
"""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizers.descend import FEW, Trajectory
from optimizers.oracle import Oracle, Seen, oracle_of, wraps_rule
from optimizers.schedules.constant import constant
from optimizers.tracing import Tracing, names_in, parsed, traced
from optimizers.walkers import Rate, asks_f, on_floats

Array = NDArray[np.float64]
Function = Callable[..., Any]

# What floats raise where arrays go to inf or nan.
OVERFLOWS = (OverflowError, ValueError, ZeroDivisionError)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question to the landscape: ``what`` ("value", "grad" or "hessian"), ``at`` points (n, 2).

    ``told`` is the answer: (n,), (n, 2) or (n, 2, 2).
    """

    what: str
    at: Array
    told: Array


@dataclass(frozen=True, eq=False)
class Part:
    """A quantity that a step assigned or returned.

    ``name`` and ``line`` are the source's: the variable, and the expression that gave it ``value``,
    which is a number, (2,) for one value per coordinate, or of another shape where the rule works
    with several points. ``given`` has the values of the variables that the expression read, and
    ``asked`` what it asked of the landscape. Parts of one ``moment``, counted from 0, came about at
    one stroke. For ``phase`` see `explain`.
    """

    name: str
    line: str
    value: Any
    phase: str
    moment: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, eq=False)
class Arrow:
    """A ``vector`` (2,) to draw from ``tail`` (2,); the name has a minus where its opposite is."""

    name: str
    phase: str
    vector: Array
    tail: Array


def explain(
    rule: Function,
    x: ArrayLike,
    g: ArrayLike | None,
    t: int,
    memory: Mapping[str, Any],
    knobs: Mapping[str, Any],
    *,
    f: Any = None,
) -> tuple[Part, ...]:
    """Every quantity of step ``t`` (from 1) at ``x`` (2,), in the order in which it came about.

    ``g`` (2,) is the gradient the rule was told, which need not be the landscape's; a rule that
    asks for itself needs none and is given ``f``, a landscape or what is `Seen` of one. ``memory``
    holds the rule's memory before the step, each a number or (2,), and ``knobs`` the knobs of this
    step, of which one that differs between the coordinates, as the rate may, is (2,); the others
    keep their defaults. `settings` gives them for a step of a run, and `explain_step` explains it.

    The first part is the point, and the second the gradient if the rule is told one; they have no
    line. The last one is the new point, bit for bit that of the engine. Before it stands the memory
    that is returned under another name than it has inside. A line in a loop gives a part each time.
    The phase follows from what is made of what:

    - gradient: the point, the gradient, and what is asked of ``f`` at the point and nowhere else;
    - step: what is assigned to the point, and the point that is returned;
    - memory: a variable that is returned as memory, and what contributes to the new point through
      such variables only;
    - correction: the rest, which is what contributes to the new point by other ways too.

    Where floats overflow the parts are inf or nan. Raises OSError if the source is not at hand.
    """
    core = inspect.unwrap(rule)
    tracing = traced(core)
    defaults = core.__kwdefaults__ or {}
    told: dict[str, Any] = {
        tracing.point: np.asarray(x, float).reshape(2),
        **({} if tracing.f else {tracing.told: np.asarray(g, float).reshape(2)}),
        "t": t,
        **{name: np.broadcast_to(np.asarray(memory[name], float), 2) for name in tracing.memory},
        **{name: _number(value) for name, value in {**defaults, **knobs}.items()},
        **{name: getattr(f, name.partition(".")[2]) for name in tracing.facts},
    }
    with np.errstate(all="ignore"):
        if tracing.f:
            notes, after = _on_arrays(rule, core, tracing, told, f)
        else:
            notes, after = _on_coordinates(rule, core, tracing, told)
    parts = _parts(tracing, notes, told)
    if rule is not core:
        around = rule.__code__.co_qualname.partition(".")[0]
        line = f"{around}({tracing.point})"
        parts.append(Part(tracing.point, line, after, "step", parts[-1].moment + 1))
    return tuple(parts)


def explain_step(run: Trajectory, k: int, rule: Function, /, **told: Any) -> tuple[Part, ...]:
    """The step from point number ``k`` of a run to the next, as `explain_steps` has it."""
    return next(explain_steps(run, [k], rule, **told))


def explain_steps(
    run: Trajectory,
    ks: Iterable[int],
    rule: Function,
    /,
    *,
    walker: int = 0,
    schedule: Function = constant,
    wrappers: Sequence[Function] = (),
    **knobs: Any,
) -> Iterator[tuple[Part, ...]]:
    """The steps from the points ``ks`` of a run to the next; the rest is what `descend` was given.

    After an overflow and where a walker was stopped there is no step, and all of it is nan.
    """
    own = [_own(wrapper, walker) for wrapper in wrappers]
    alike = own == list(wrappers)
    f, oracle = run.landscape, run.oracle if alike else oracle_of(run.landscape, own)
    knobs = {name: _at(walker, value) for name, value in knobs.items()}
    few = run.path.shape[1] <= FEW and alike and getattr(f, "floats", True)
    given = settings(rule, knobs, steps=len(run.lr), schedule=schedule, y_rate=run.y_rate)
    tells = not asks_f(rule)
    for wrapper in own:
        rule = wrapper(rule) if wraps_rule(wrapper) else rule
    for k in ks:
        x = run.path[k, walker]
        g = _told(oracle, f, x, k + 1, few) if tells else None
        seen: Any = f
        if oracle:
            seen = Seen(oracle, f)
            seen.t = k + 1
        memory = {name: values[k, walker] for name, values in run.state.items()}
        used = given(k, run.lr[k, walker].item())
        yield explain(rule, x, g, k + 1 - run.begun, memory, used, f=seen)


def settings(
    rule: Function,
    knobs: Mapping[str, Any],
    *,
    steps: int,
    schedule: Function = constant,
    y_rate: float = 1.0,
) -> Callable[[int, float], dict[str, Any]]:
    """The knobs of a run's step ``k`` (from 0), at its rate, as a function of both.

    They have the momentum of that step if the schedule cycles it.
    """
    known = {**(inspect.unwrap(rule).__kwdefaults__ or {}), **knobs}
    rates = Rate(schedule if asks_f(rule) else on_floats(schedule), known["lr"], steps)
    cycling = rates.cycling(functools.wraps(rule)(lambda **used: used))

    def used(k: int, rate: float) -> dict[str, Any]:
        if not rates.reacts:
            rates(k, 0.0)
        return {**known, **cycling(lr=rate if y_rate == 1 else np.array([rate, rate * y_rate]))}

    return used


def step(parts: Sequence[Part]) -> Array:
    """The displacement of a step, the new point less the old one: (2,)."""
    return np.asarray(parts[-1].value - parts[0].value)


def effective_rate(parts: Sequence[Part], g: ArrayLike) -> Array:
    r"""The rate by which plain descent had made the same step, per coordinate: (2,).

    It is -Δx / g with the gradient ``g`` (2,) at the point, and nan where g is 0.
    """
    g = np.asarray(g, float)
    rate: Array = np.divide(-step(parts), g, out=np.full(2, np.nan), where=g != 0)
    return rate


def arrows(parts: Sequence[Part]) -> tuple[Arrow, ...]:
    """What to draw of a step, all of it pointing the way it pulls.

    - the gradient that the rule was told, as -g;
    - each memory that is a sum of gradients, weighted by its own lines: it is linear in them and in
      itself. One that adds gradients up is reversed (-m), one that subtracts them is not (v);
    - the look-ahead, if a gradient was asked for elsewhere, and that gradient from there;
    - the step.

    Velocities and gradients are as long as the rule has them, in its units.
    """
    x = parts[0].value
    found = [Arrow("-g", p.phase, -p.value, x) for p in parts[1:2] if not p.line]
    for part in parts:
        for ask in part.asked:
            if ask.what != "grad" or len(ask.at) != 1:
                continue
            if not np.array_equal(ask.at[0], x):
                found.append(Arrow("look-ahead", "correction", ask.at[0] - x, x))
                found.append(Arrow("-g ahead", "gradient", -ask.told[0], ask.at[0]))
            elif all(arrow.name != "-g" for arrow in found):
                found.append(Arrow("-g", "gradient", -ask.told[0], x))
    lines = tuple((part.name, part.line) for part in parts[1:])
    for name, part in {part.name: part for part in parts if part.phase == "memory"}.items():
        if sign := _sign(name, lines):
            found.append(Arrow("-" * (sign > 0) + name, "memory", -sign * part.value, x))
    return (*found, Arrow("step", "step", step(parts), x))


@functools.lru_cache(maxsize=1024)
def _sign(memory: str, lines: tuple[tuple[str, str], ...]) -> int:
    """The sign of the gradients in a memory that sums them up, (name, line) by line; else 0."""

    def last(signs: dict[str, int | None]) -> int | None:
        for name, line in lines:
            signs[name] = _linear(parsed(line), signs) if line else 1
        return signs[memory]

    # What is linear in the gradient without its own past is not a sum.
    return 0 if last({}) is not None else last({memory: 0}) or 0


def _linear(node: ast.expr, signs: Mapping[str, int | None]) -> int | None:
    """The sign of the gradient in an expression; 0 if it has none, None if it is not linear."""

    def both(a: ast.expr, b: ast.expr, sign: int = 1) -> int | None:
        first, second = _linear(a, signs), _linear(b, signs)
        return None if first is None or second is None else first or sign * second

    def free(node: ast.expr) -> bool:
        return all(signs.get(name) is None for name in names_in(node))

    match node:
        case ast.Name(id=name):
            return signs.get(name)
        case ast.Constant(value=0):
            return 0
        case ast.UnaryOp(op=ast.USub(), operand=a):
            sign = _linear(a, signs)
            return None if sign is None else -sign
        case ast.BinOp(left=a, op=ast.Add(), right=b) | ast.IfExp(body=a, orelse=b):
            return both(a, b)
        case ast.BinOp(left=a, op=ast.Sub(), right=b):
            return both(a, b, -1)
        case ast.BinOp(left=a, op=ast.Mult(), right=b) if free(a):
            return _linear(b, signs)
        case ast.BinOp(left=a, op=ast.Mult() | ast.Div(), right=b) if free(b):
            return _linear(a, signs)
        case ast.Call(func=ast.Attribute(attr="where"), args=[_, a, b]):
            return both(a, b)
        case ast.Call(func=ast.Attribute(attr="grad")):
            return 1
    return None


@dataclass(frozen=True)
class _Notes:
    """What was assigned, (statement, values), and between that what was asked, in order."""

    taken: list[Any] = field(default_factory=list)

    def __call__(self, statement: int, values: Any) -> Any:
        items = values if isinstance(values, tuple) else (values,)
        # What can be written in may still be.
        copies = tuple(
            item.copy() if isinstance(item, list | np.ndarray) else item for item in items
        )
        self.taken.append((statement, copies))
        return values


@dataclass(frozen=True)
class _Heard:
    """The landscape, with all questions written down."""

    f: Any
    taken: list[Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.f, name)

    def __call__(self, p: Array) -> Any:
        return self._ask("value", self.f, p)

    def grad(self, p: Array) -> Any:
        return self._ask("grad", self.f.grad, p)

    def hessian(self, p: Array) -> Any:
        return self._ask("hessian", self.f.hessian, p)

    def _ask(self, what: str, answer: Function, p: Array) -> Any:
        told = answer(p)
        at = np.reshape(p, (-1, 2))
        self.taken.append(
            Asked(what, at, np.reshape(told, (len(at), *np.shape(told)[p.ndim - 1 :])))
        )
        return told


def _at(walker: int, value: Any) -> Any:
    """A knob of one walker, of a value for all or one for each."""
    return np.asarray(value)[walker].item() if np.ndim(value) else value


def _own(wrapper: Function, walker: int) -> Function:
    """A wrapper as one walker meets it."""
    keywords = getattr(wrapper, "keywords", {})
    if not any(np.ndim(value) for value in keywords.values()):
        return wrapper
    own = {name: _at(walker, value) for name, value in keywords.items()}
    return functools.partial(wrapper.func, **own)  # type: ignore[attr-defined]


def _told(oracle: Oracle | None, f: Any, x: Array, t: int, few: bool) -> Array:
    """The gradient that the engine tells a rule at a point, by the way it goes."""
    if not hasattr(f, "slope"):
        return np.asarray(f.grad(x[None])[0])
    slope, time = (oracle.slope, (t,)) if oracle else (f.slope, ())
    try:
        if few:
            return np.array(on_floats(slope)(*x.tolist(), *time), float)
        with np.errstate(all="ignore"):
            return np.array([np.ravel(part)[0] for part in slope(x[:1], x[1:], *time)])
    except OVERFLOWS:
        return np.full(2, np.nan)


def _on_arrays(
    rule: Function, core: Function, tracing: Tracing, told: Mapping[str, Any], f: Any
) -> tuple[list[Any], Array]:
    """Take the step as one walker among arrays, (1, 2)."""
    note = _Notes()
    knobs = {
        name: np.atleast_2d(value) if isinstance(value, np.ndarray) else value
        for name, value in told.items()
        if name in (core.__kwdefaults__ or {})
    }
    after = _swapped(rule, core, tracing.function(core, note))(
        told[tracing.point][None],
        _Heard(f, note.taken),
        told["t"],
        *(np.array(told[name])[None] for name in tracing.memory),
        **knobs,
    )
    notes = [
        each if isinstance(each, Asked) else (each[0], tuple(map(_bare, each[1])))
        for each in note.taken
    ]
    return notes, _bare(after[0] if tracing.memory else after)


def _on_coordinates(
    rule: Function, core: Function, tracing: Tracing, told: dict[str, Any]
) -> tuple[list[Any], Array]:
    """Take the step on floats, first in x and then in y, and put the notes together.

    What does not differ between the coordinates becomes one number, in ``told`` too.
    """
    knobs = core.__kwdefaults__ or {}
    paired = [name for name in knobs if isinstance(told[name], np.ndarray)]
    split = tracing.split([tracing.point, tracing.told, *paired])

    def walk(axis: int, kind: Function) -> tuple[list[Any], Any]:
        note = _Notes()
        own = {
            name: value[axis] if isinstance(value, np.ndarray) else value
            for name, value in told.items()
        }
        function = _swapped(rule, core, tracing.function(core, note))
        given = [kind(own[n]) for n in (tracing.point, tracing.told, *tracing.memory)]
        after = (on_floats(function) if kind is float else function)(
            *given[:2],
            own["t"],
            *given[2:],
            **{n: kind(own[n]) if n in paired else own[n] for n in knobs},
        )
        return note.taken, after[0] if tracing.memory else after

    try:
        (first, x), (second, y) = walk(0, float), walk(1, float)
    except OVERFLOWS:
        (first, x), (second, y) = walk(0, np.float64), walk(1, np.float64)
    for name in tracing.memory:
        if name not in split:
            told[name] = told[name][0].item()
    notes = []
    for (number, ours), (_, theirs) in zip(first, second, strict=True):
        lines = tracing.statements[number]
        notes.append(
            (
                number,
                tuple(
                    np.array([a, b]) if line.name in split else a
                    for line, a, b in zip(lines, ours, theirs, strict=True)
                ),
            )
        )
    return notes, np.array([x, y])


def _swapped(rule: Function, core: Function, function: Function) -> Function:
    """The rule with ``function`` in the place of its core, inside all wrappers."""
    if rule is core:
        return function
    swapped = types.FunctionType(
        rule.__code__,
        rule.__globals__,
        rule.__name__,
        rule.__defaults__,
        tuple(
            types.CellType(
                _swapped(rule.__wrapped__, core, function)  # type: ignore[attr-defined]
                if cell.cell_contents is rule.__wrapped__  # type: ignore[attr-defined]
                else cell.cell_contents
            )
            for cell in rule.__closure__ or ()
        ),
    )
    swapped.__kwdefaults__ = rule.__kwdefaults__
    return swapped


def _bare(value: Any) -> Any:
    """A value without the axis of the walkers."""
    value = np.squeeze(np.array(value))
    return value if value.ndim else value.item()


def _number(value: Any) -> Any:
    """A knob: an array (2,), or a plain number."""
    value = np.asarray(value)
    return value.reshape(2) if value.size == 2 else value.item()


def _parts(tracing: Tracing, notes: Sequence[Any], told: Mapping[str, Any]) -> list[Part]:
    """The notes as parts: what each line read, what it asked, and its phase."""
    env = dict(told)
    # Which part a variable stands for; those the rule was given stand for none.
    made: dict[str, int] = {}
    found: list[Part] = []
    uses: list[set[int]] = []
    pending: list[Asked] = []
    for moment, note in enumerate(notes, 1):
        if isinstance(note, Asked):
            pending.append(note)
            continue
        number, values = note
        now = []
        for line, value in zip(tracing.statements[number], values, strict=True):
            last = line is tracing.statements[number][-1]
            count = len(pending) if last else line.questions
            asked, pending = tuple(pending[:count]), pending[count:]
            given = {name: env[name] for name in sorted(line.reads) if name in env}
            told_here = tracing.f and tracing.told in line.reads
            at_x = set(given) <= {tracing.point, *tracing.facts} and tracing.point not in made
            phase = "gradient" if told_here and at_x else ""
            now.append((Part(line.name, line.text, value, phase, moment, given, asked), line))
        if number in tracing.returns:
            # What is returned under its own name is there already; the point comes last.
            now = [*(each for each in now[1:] if each[1].kept != each[0].name), now[0]]
        using = [{made[name] for name in line.reads if name in made} for _, line in now]
        for (part, line), used in zip(now, using, strict=True):
            env[part.name] = part.value
            if line.text:
                made[part.name] = len(found)
                found.append(part)
                uses.append(used)
    return [*_given(tracing, told), *_in_phases(tracing, found, uses)]


def _given(tracing: Tracing, told: Mapping[str, Any]) -> Iterator[Part]:
    yield Part(tracing.point, "", told[tracing.point], "gradient")
    if not tracing.f:
        yield Part(tracing.told, "", told[tracing.told], "gradient")


def _in_phases(tracing: Tracing, parts: Sequence[Part], uses: Sequence[set[int]]) -> Iterator[Part]:
    """From the end backwards: what contributes to the point, and what to the memory alone."""
    phases = [part.phase for part in parts]
    to_point, to_memory = {len(parts) - 1}, set[int]()
    for i in reversed(range(len(parts))):
        if phases[i] != "gradient":
            if parts[i].name == tracing.point:
                phases[i] = "step"
            elif parts[i].name in tracing.memories or parts[i].name in tracing.memory:
                phases[i] = "memory"
            else:
                phases[i] = "memory" if i in to_memory - to_point else "correction"
        (to_memory if phases[i] == "memory" else to_point).update(uses[i])
    for part, phase in zip(parts, phases, strict=True):
        yield replace(part, phase=phase)
