"""Steps of a rule as one would work them out on paper: its formulas, with each step's numbers.

The numbers stand in the source's own expressions, which are translated to LaTeX, so a line says
what was computed and not what a formula beside it says. A line that many steps have in common is
translated once, and worked out for all of them at the same time.
"""

from __future__ import annotations

import ast
import inspect
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.entities import codepoint2name, name2codepoint
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.knobs import describe, knobs
from optimizers.explain import Part
from optimizers.tracing import asks, parsed

# In LaTeX, where a number is put, and where = or ≈.
SLOT, SIGN = "□", "≟"
# Significant digits of a result, and of the numbers that lead to it: as many as it takes.
DIGITS = 4
FINER = (4, 5, 6, 7, 8, 10, 13, 17)
EQUALS = {True: "=", False: "≈"}

# How tightly a text holds together.
RELATION, SUM, PRODUCT, FRACTION, ATOM = range(5)

GREEK = {name: chr(code) for name, code in name2codepoint.items() if "α" <= chr(code) <= "ω"}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class NotWrittenError(Exception):
    """An expression that only a program has, such as one that shuffles arrays."""


class PartedError(Exception):
    """Steps that went different ways: a number for the way of each."""

    def __init__(self, ways: NDArray[Any]) -> None:
        self.ways = ways


@dataclass(frozen=True)
class Numbers:
    """A number, a pair or a list of them in each of several steps: (steps, ...), as it is shown.

    ``values`` are what the texts say, and ``exact`` (steps,) tells where nothing was rounded;
    ``parts`` are texts as Python has them, or the columns of what has several.
    """

    values: NDArray[Any]
    exact: NDArray[np.bool_]
    parts: Sequence[Any]

    def text(self, i: int, rank: int = RELATION) -> str:
        """That of step ``i``, in brackets if it does not hold together as tightly as ``rank``."""
        if self.values.ndim == 1:
            return _typeset(self.parts[i], rank)
        return f"({', '.join(part if part == '…' else part.text(i) for part in self.parts)})"


def rounded(values: Any, digits: int) -> Numbers:
    """Numbers with so many significant digits. One that is short is never rounded."""
    values = np.asarray(values)
    if values.ndim > 1:
        columns = [rounded(column, digits) for column in np.moveaxis(values, 1, 0)[:4]]
        more = values.shape[1] > len(columns)
        exact = np.full(len(values), not more)
        for column in columns:
            exact &= column.exact
        shown = np.stack([column.values for column in columns], 1) if columns else values
        return Numbers(shown, exact, [*columns, *["…"] * more])
    if values.dtype == bool:
        return Numbers(values, np.full(len(values), True), [str(v).lower() for v in values])
    # The sum makes -0 a 0.
    numbers = (values.astype(float) + 0.0).tolist()
    texts = [short if float(short := f"{v:.6g}") == v else f"{v:.{digits}g}" for v in numbers]
    shown = np.array([float(text) for text in texts])
    return Numbers(shown, (shown == numbers) | np.isnan(shown), texts)


def _typeset(number: str, rank: int) -> str:
    """A number as Python writes it, as it is printed."""
    if number in ("true", "false"):
        return number
    mantissa, _, exponent = number.replace("inf", "∞").partition("e")
    holds = ATOM
    if exponent:
        power = "10" + str(int(exponent)).translate(RAISED)
        holds = FRACTION if mantissa == "1" else PRODUCT
        mantissa = power if mantissa == "1" else f"{mantissa} × {power}"
    if mantissa.startswith("-"):
        holds, mantissa = SUM, f"−{mantissa[1:]}"
    return mantissa if holds >= rank else f"({mantissa})"


@dataclass(frozen=True)
class Term:
    """LaTeX, its value in each step (steps, ...), and how tightly it holds together.

    ``slots`` has for each `SLOT` in the text its numbers, and how tightly they must hold together.
    """

    text: str
    value: Any
    rank: int = ATOM
    slots: tuple[tuple[Numbers, int], ...] = ()

    def within(self, rank: int) -> Term:
        """The same as a part of something that holds together as tightly as ``rank``."""
        if self.text == SLOT:
            return replace(self, slots=((self.slots[0][0], rank),))
        return self if self.rank >= rank else replace(self, text=_brackets(self.text))

    def texts(self, i: int) -> tuple[str, ...]:
        """What is put in the slots in step ``i``."""
        return tuple(numbers.text(i, rank) for numbers, rank in self.slots)


@dataclass(frozen=True)
class Line:
    """LaTeX with a `SLOT` for each number and a `SIGN` for each equals sign, and their ``texts``.

    Steps that were made in the same way differ in the texts alone.
    """

    latex: str
    texts: tuple[str, ...] = ()


class Worksheet:
    """The formulas of a rule, to be filled with the numbers of its steps."""

    def __init__(self, rule: Callable[..., Any]) -> None:
        self.rule = rule
        self.formulas = describe(rule).formulas
        self.plans: dict[Any, list[list[_Row]]] = {}

    def write(self, steps: Sequence[Sequence[Part]]) -> list[tuple[tuple[Line, ...], ...]]:
        """For each step, and for each formula: the formula, and its quantities line by line.

        A line is "quantity = expression with numbers = value"; one that the formula does not define
        shows its expression in symbols too. Values have 4 significant digits, and the numbers that
        lead to them as many as it takes to arrive there; ≈ stands where one of them is rounded.
        """
        alike: dict[Any, list[int]] = {}
        for i, parts in enumerate(steps):
            alike.setdefault(tuple(map(_made_so, parts)), []).append(i)
        written: list[Any] = [()] * len(steps)
        for key, numbers in alike.items():
            if key not in self.plans:
                self.plans[key] = self._plan(steps[numbers[0]])
            together = [steps[i] for i in numbers]
            columns = [
                [
                    worked_out([parts[at] for parts in together], symbol, names)
                    for at, symbol, names in rows
                ]
                for rows in self.plans[key]
            ]
            for j, i in enumerate(numbers):
                written[i] = tuple(
                    (Line(latex), *(lines[j] for lines in rows))
                    for latex, rows in zip(self.formulas, columns, strict=True)
                )
        return written

    def _plan(self, parts: Sequence[Part]) -> list[list[_Row]]:
        """What stands below each formula: the number of a part, its symbol, and those it reads.

        What no formula defines stands below the first one that defines a later part.
        """
        defined = [_defined(latex) for latex in self.formulas]
        plan: list[list[_Row]] = [[] for _ in defined]
        waiting: list[_Row] = []
        for at, (part, (symbol, names)) in enumerate(
            zip(parts, symbols_of(self.rule, parts), strict=True)
        ):
            home = next((i for i, known in enumerate(defined) if _plain(symbol) in known), None)
            if part.line and part.line != part.name:
                waiting.append((at, symbol, names if home is None else {}))
            if home is not None:
                plan[home] += waiting
                waiting = []
        plan[-1] += waiting
        return plan


_Row = tuple[int, str, Mapping[str, str]]


def _made_so(part: Part) -> Any:
    """What parts of different steps have in common that are worked out in the same way."""
    kinds = [(name, np.shape(value)) for name, value in part.given.items()]
    return part.name, part.line, part.moment, np.shape(part.value), tuple(kinds), len(part.asked)


def worked_out(parts: Sequence[Part], symbol: str, names: Mapping[str, str]) -> list[Line]:
    """One line in several steps: its expression in symbols if it has ``names``, and in numbers.

    An expression that is not written so on paper is left out.
    """
    values = rounded(np.stack([part.value for part in parts]), DIGITS)
    shown = [values.text(i) for i in range(len(parts))]
    lines = [Line(symbol)] * len(parts)
    exact = values.exact
    try:
        if names:
            term = _Writer(parts, names).term
            lines = [Line(f"{symbol} = {term.text}", term.texts(0))] * len(parts)
        for i, writer, j in _in_numbers(parts, shown):
            texts = writer.term.texts(j)
            alike = writer.term.value.shape[1:] == values.values.shape[1:]
            same = writer.term.text.replace(SLOT, "".join(texts)).replace("-", "−") == shown[i]
            if alike and not same:
                texts = (*lines[i].texts, EQUALS[bool(writer.exact[j])], *texts)
                lines[i] = Line(f"{lines[i].latex} {SIGN} {writer.term.text}", texts)
                exact[i] &= writer.exact[j]
    except NotWrittenError:
        pass
    return [
        Line(f"{line.latex} {SIGN} {SLOT}", (*line.texts, EQUALS[bool(exact[i])], shown[i]))
        for i, line in enumerate(lines)
    ]


def _in_numbers(parts: Sequence[Part], shown: Sequence[str]) -> Iterator[tuple[int, _Writer, int]]:
    """The expression of each part, with as many digits as it takes to arrive at what is ``shown``.

    It gives the number of the part, the term of those that went the same way, and its number there.
    """
    waiting = list(range(len(parts)))
    for digits in FINER:
        groups, waiting = [waiting], []
        while groups and groups[-1]:
            here = groups.pop()
            try:
                writer = _Writer([parts[i] for i in here], None, digits)
            except PartedError as parted:
                groups += [
                    [i for i, way in zip(here, parted.ways, strict=True) if way == each]
                    for each in np.unique(parted.ways)
                ]
                continue
            except NotWrittenError:
                continue
            found = rounded(writer.term.value, DIGITS)
            for j, i in enumerate(here):
                if digits == FINER[-1] or found.text(j) == shown[i]:
                    yield i, writer, j
                else:
                    waiting.append(i)


def symbols_of(
    rule: Callable[..., Any], parts: Sequence[Part]
) -> Iterator[tuple[str, dict[str, str]]]:
    """For each part its symbol, and those of the variables that its line reads, as they are then.

    A knob is called what its line in the docstring calls it. What the step was given has the index
    t - 1, what it makes has t, with a prime as long as it is made again later; what follows from
    knobs alone has none.
    """
    rule = inspect.unwrap(rule)
    names = list(inspect.signature(rule).parameters)
    now = {name: _knob_symbol(name, knob.help) for name, knob in knobs(rule).items()}
    now["t"] = "t"
    now["f.lowest"] = r"f_{\mathrm{min}}"
    steady = set(knobs(rule))
    for name in names:
        if name not in now:
            now[name] = _symbol(name, "t" if name == names[1] else "t-1")
    counts = {part.name: 0 for part in parts}
    for part in parts:
        counts[part.name] += bool(part.line) and part.line != part.name
    done = dict.fromkeys(counts, 0)
    told = {part.name for part in parts[1:2] if not part.line}
    before, moment = now, 0
    for part in parts:
        if part.moment > moment:
            before, moment = dict(now), part.moment
        if part.line and part.line != part.name:
            done[part.name] += 1
            again = counts[part.name] > done[part.name] or part.name in told
            timeless = set(part.given) <= steady and not part.asked
            steady = steady | {part.name} if timeless else steady - {part.name}
            time = "" if timeless else "t"
            now[part.name] = _symbol(part.name, time, done[part.name] if again else 0)
        yield now[part.name], before


BINARY = {
    ast.Add: (operator.add, "{} + {}", SUM),
    ast.Sub: (operator.sub, "{} - {}", SUM),
    ast.Mult: (operator.mul, r"{} \cdot {}", PRODUCT),
    ast.Mod: (operator.mod, r"{} \bmod {}", PRODUCT),
    ast.BitAnd: (operator.and_, r"{} \land {}", RELATION),
    ast.BitOr: (operator.or_, r"{} \lor {}", RELATION),
}
RELATIONS = {
    ast.Lt: (operator.lt, "<"),
    ast.LtE: (operator.le, r"\le"),
    ast.Gt: (operator.gt, ">"),
    ast.GtE: (operator.ge, r"\ge"),
    ast.Eq: (operator.eq, "="),
}
FUNCTIONS = {
    "sqrt": (np.sqrt, r"\sqrt{{{}}}"),
    "abs": (np.abs, r"\left|{}\right|"),
    "sign": (np.sign, r"\operatorname{{sign}}\left({}\right)"),
    "maximum": (np.maximum, r"\max\left({},\ {}\right)"),
    "fmax": (np.fmax, r"\max\left({},\ {}\right)"),
    "minimum": (np.minimum, r"\min\left({},\ {}\right)"),
    "vecdot": (np.vecdot, r"\left\langle {},\ {}\right\rangle"),
}
CONSTANTS = {"np.inf": (r"\infty", np.inf)}
QUESTIONS = {"": "f", "grad": r"\nabla f", "hessian": r"\nabla^2 f"}


class _Writer:
    """The expression of parts that are made in the same way as a term.

    It is in symbols if it is given names for them, or in numbers. Then ``exact`` (steps,) says
    where none of them was rounded; only the branch that was taken is written, and for a question
    its answer. Raises NotWrittenError, and PartedError where not all parts took the same branch.
    """

    def __init__(
        self, parts: Sequence[Part], names: Mapping[str, str] | None, digits: int = 17
    ) -> None:
        self.parts, self.names, self.digits = parts, names, digits
        self.asked = iter(range(len(parts[0].asked)))
        self.exact = np.full(len(parts), True)
        try:
            with np.errstate(all="ignore"):
                self.term = self._write(parsed(parts[0].line))
        except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError) as error:
            raise NotWrittenError(parts[0].line) from error

    def _write(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=int() | float() as value):
                return self._number(np.full(len(self.parts), value))
            case ast.Name(id=name):
                return self._read(name)
            case ast.Attribute() if ast.unparse(node) in CONSTANTS:
                text, value = CONSTANTS[ast.unparse(node)]
                return Term(text, np.full(len(self.parts), value))
            case ast.Attribute():
                return self._read(ast.unparse(node))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                term = self._write(inner)
                return self._term("-{}", SUM, operator.neg, term.within(PRODUCT))
            case ast.BinOp(left=left, op=op, right=right):
                return self._join(self._write(left), op, self._write(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in RELATIONS:
                compare, sign = RELATIONS[type(op)]
                a, b = self._write(left), self._write(right)
                template = f"{{}} {sign} {{}}"
                return self._term(template, RELATION, compare, a.within(SUM), b.within(SUM))
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self._choose(self._write(test), yes, no)
            case ast.Call(func=ast.Attribute(attr="where"), args=[test, yes, no]):
                return self._choose(self._write(test), yes, no)
            case ast.Call(
                func=ast.Attribute(attr="stack"), args=[ast.List(elts=[first, second]), *_]
            ):
                return self._pair(self._write(first), self._write(second))
            case ast.Call(func=ast.Attribute(value=inner, attr="sum")):
                template = rf"\operatorname{{{{sum}}}}{_brackets('{}')}"
                return self._term(template, FRACTION, _sum, self._write(inner))
            case ast.Call(args=[at]) if asks(node):
                return self._answer(node, at)
            case ast.Call(ast.Attribute(ast.Name(id="np"), name), args) if name in FUNCTIONS:
                compute, template = FUNCTIONS[name]
                terms = [self._write(each) for each in args]
                return self._term(template, FRACTION, compute, *terms)
            case ast.Subscript(value=inner, slice=index):
                return self._item(inner, index)
        raise NotWrittenError(ast.unparse(node))

    def _number(self, values: Any) -> Term:
        """The number or the pair of each step."""
        if np.shape(values)[1:] not in ((), (2,)):
            raise NotWrittenError("only numbers and pairs are worked with on paper")
        numbers = rounded(values, self.digits)
        self.exact &= numbers.exact
        return Term(SLOT, numbers.values, ATOM, ((numbers, RELATION),))

    def _read(self, name: str) -> Term:
        if name not in self.parts[0].given:
            raise NotWrittenError(name)
        if self.names:
            return Term(self.names[name], None)
        return self._number(np.stack([part.given[name] for part in self.parts]))

    def _term(self, template: str, rank: int, compute: Callable[..., Any], *terms: Term) -> Term:
        """A term of others with its value, which is not wanted where symbols are."""
        text = template.format(*(term.text for term in terms))
        value = None if self.names else compute(*_aligned(*(term.value for term in terms)))
        return Term(text, value, rank, tuple(slot for term in terms for slot in term.slots))

    def _join(self, a: Term, op: ast.operator, b: Term) -> Term:
        if isinstance(op, ast.Div):
            return self._term(r"\frac{{{}}}{{{}}}", FRACTION, np.divide, a, b)
        if isinstance(op, ast.Pow):
            return self._term("{{{}}}^{{{}}}", FRACTION, operator.pow, a.within(ATOM), b)
        if type(op) not in BINARY:
            raise NotWrittenError(str(op))
        compute, template, rank = BINARY[type(op)]
        if self.names and isinstance(op, ast.Mult):
            template = r"{}\, {}"
        # The right side a little tighter: a - (b - c) and a (b c) keep the order of the source.
        return self._term(template, rank, compute, a.within(rank), b.within(rank + 1))

    def _choose(self, test: Term, yes: ast.expr, no: ast.expr) -> Term:
        if self.names:
            cases = r"{} & \text{{if }} {} \\ {} & \text{{else}}"
            template = rf"\begin{{{{cases}}}} {cases} \end{{{{cases}}}}"
            return self._term(template, SUM, np.array, self._write(yes), test, self._write(no))
        holds = np.reshape(test.value, (len(self.parts), -1))
        ways = holds.all(-1).astype(int) + holds.any(-1)
        if np.ptp(ways):
            raise PartedError(ways)
        if ways[0] != 1:
            term = self._write(yes if ways[0] else no)
            wide = np.ndim(test.value) > np.ndim(term.value)
            return self._number(np.stack([term.value] * 2, 1)) if wide else term
        a, b = self._write(yes), self._write(no)
        return self._number(np.where(*_aligned(test.value, a.value, b.value)))

    def _pair(self, a: Term, b: Term) -> Term:
        if a.text == b.text == SLOT:
            return self._number(np.stack([a.value, b.value], 1))
        template = _brackets(r"{},\ {}")
        return self._term(template, ATOM, lambda *ab: np.stack(ab, 1), a, b)

    def _answer(self, node: ast.Call, at: ast.expr) -> Term:
        kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if self.names:
            return self._term(QUESTIONS[kind] + _brackets("{}"), ATOM, np.array, self._write(at))
        number = next(self.asked)
        return self._number(np.stack([np.squeeze(p.asked[number].told) for p in self.parts]))

    def _item(self, node: ast.expr, index: ast.expr) -> Term:
        """One item of a list; a new axis, or all of one, is not worth a word on paper."""
        indices = index.elts if isinstance(index, ast.Tuple) else [index]
        numbers = []
        for each in indices:
            match each:
                case ast.Slice(lower=None, upper=None) | ast.Constant(value=None):
                    pass
                case ast.Constant(value=value) if value is ...:
                    pass
                case ast.Constant(value=int() as value):
                    numbers.append(value)
                case _:
                    raise NotWrittenError(ast.unparse(index))
        if not numbers:
            return self._write(node)
        if not isinstance(node, ast.Name):
            raise NotWrittenError(ast.unparse(node))
        lists = [part.given[node.id] for part in self.parts]
        if np.ndim(lists[0]) < len(numbers):
            raise NotWrittenError(ast.unparse(node))
        if self.names:
            text = "".join(str(number + 1) for number in numbers)
            return Term(f"{_brackets(self.names[node.id])}_{{{text}}}", None)
        return self._number(np.stack([items[tuple(numbers)] for items in lists]))


def _aligned(*values: NDArray[Any]) -> list[NDArray[Any]]:
    """Numbers beside pairs, step by step."""
    most = max(value.ndim for value in values)
    return [value.reshape(value.shape + (1,) * (most - value.ndim)) for value in values]


def _sum(values: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(values.reshape(len(values), -1).sum(-1))


def _brackets(text: str) -> str:
    return rf"\left({text}\right)"


def _knob_symbol(name: str, help_: str) -> str:
    """What a knob's help calls it: the first Greek letter, or letter with an index, in there."""
    found = re.search(r"[α-ω][₀-₉⁺⁻]?|\b[a-z][₀-₉]", help_)
    if not found:
        return _symbol(name)
    letter, index = found.group()[0], found.group()[1:]
    text = letter
    if letter > "z":
        text = f"\\{codepoint2name[ord(letter)]}"
    for each in index:
        where, code = unicodedata.decomposition(each).split()
        sign = chr(int(code, 16)).replace("−", "-")
        text += f"{'_' if where == '<sub>' else '^'}{{{sign}}}"
    return text


def _symbol(name: str, time: str = "", primes: int = 0) -> str:
    r"""A variable's name in LaTeX: "m_hat" at "t" is \hat{m}_t, "mu_next" \mu_{t+1}."""
    base, _, mark = name.partition("_")
    letters = base.rstrip("0123456789")
    digits = base.removeprefix(letters)
    if letters in GREEK:
        text = f"\\{letters}"
    elif len(letters) == 1:
        text = letters
    else:
        text = rf"\mathrm{{{name}}}".replace("_", r"\_")
        digits = mark = ""
    above = ""
    if mark == "hat":
        text = rf"\hat{{{text}}}"
    elif mark == "next":
        time = f"{time}+1" if time else ""
    elif mark == "inf":
        digits = r"\infty"
    elif mark and mark != "t":
        above = rf"\mathrm{{{mark}}}"
    above += r"\prime" * primes if primes < 4 else f"({primes})"
    below = ",".join(filter(None, [digits, time]))
    return text + (f"^{{{above}}}" if above else "") + (f"_{{{below}}}" if below else "")


def _defined(latex: str) -> set[str]:
    """What stands on the left of a formula's equations, without the time."""
    sides = (re.split(r"=|\\leftarrow", piece) for piece in re.split(r"\\quad", latex))
    return {_plain(left) for left, *right in sides if right}


def _plain(symbol: str) -> str:
    """A symbol as it is compared: without time, spaces, braces and type."""
    symbol = re.sub(r"\\mathrm|\\[!,]|[{}\s]", "", symbol.replace("'", r"^\prime"))
    # \t... is a command, _t is the time.
    return re.sub(r"[_,]t(?![a-z+-])", "", symbol)
