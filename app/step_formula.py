"""A step of a rule as one would work it out on paper: its formulas, with this step's numbers.

The numbers stand in the source's own expressions, which are translated to LaTeX, so a line says
what was computed and not what a formula beside it says.
"""

from __future__ import annotations

import ast
import inspect
import math
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.entities import codepoint2name, name2codepoint
from typing import Any

import numpy as np

from app.knobs import describe, knobs
from optimizers.explain import Part
from optimizers.tracing import asks, parsed

# Significant digits of a result, and of the numbers that lead to it: as many as it takes.
DIGITS = 4
FINER = (4, 5, 6, 7, 8, 10, 13, 17)
EQUALS = {True: "=", False: r"\approx"}

# How tightly a text holds together.
RELATION, SUM, PRODUCT, FRACTION, ATOM = range(5)

GREEK = {name: chr(code) for name, code in name2codepoint.items() if "α" <= chr(code) <= "ω"}


class NotWrittenError(Exception):
    """An expression that only a program has, such as one that shuffles arrays."""


@dataclass(frozen=True)
class Term:
    """LaTeX, its value, and how tightly it holds together."""

    text: str
    value: Any
    rank: int = ATOM

    def within(self, rank: int) -> str:
        """The text as a part of something that holds together as tightly as ``rank``."""
        return self.text if self.rank >= rank else _brackets(self.text)


def formulas(rule: Callable[..., Any], parts: Sequence[Part]) -> tuple[str, ...]:
    """The rule's formulas, each with the numbers of a step (see `with_numbers`).

    What no formula defines stands below the first one that defines a later part.
    """
    declared = describe(rule).formulas
    symbols = symbols_of(rule, parts)
    below: list[list[Part]] = [[] for _ in declared]
    waiting: list[Part] = []
    for part, (symbol, _) in zip(parts, symbols, strict=True):
        waiting.append(part)
        homes = [i for i, latex in enumerate(declared) if _plain(symbol) in _defined(latex)]
        if homes:
            below[homes[0]] += waiting
            waiting = []
    below[-1] += waiting
    return tuple(
        with_numbers(latex, parts, rule, own) for latex, own in zip(declared, below, strict=True)
    )


def with_numbers(
    latex: str,
    parts: Sequence[Part],
    rule: Callable[..., Any],
    own: Sequence[Part] | None = None,
) -> str:
    """A formula of a rule and, line by line below it, what its quantities were in a step.

    A line is "quantity = expression with numbers = value", for each of the parts that the formula
    defines, or for those that are its ``own``; one that the formula does not define shows its
    expression in symbols too. Values have 4 significant digits, and the numbers that lead to them
    as many as it takes to arrive there; ≈ stands where one of them is rounded.
    """
    defined = _defined(latex)
    lines = []
    for part, (symbol, names) in zip(parts, symbols_of(rule, parts), strict=True):
        known = _plain(symbol) in defined
        if part.line and (known if own is None else part in own):
            lines.append(worked_out(part, symbol, {} if known else names))
    rows = r" \\ ".join([latex, *filter(None, lines)])
    return rf"\begin{{array}}{{l}} {rows} \end{{array}}" if lines else latex


def worked_out(part: Part, symbol: str, names: Mapping[str, str]) -> str:
    """One line: a quantity, its expression in symbols if it has ``names``, in numbers, its value.

    "" for a quantity that is only called by another name. An expression that is not written so on
    paper is left out.
    """
    if part.line == part.name:
        return ""
    value, exact = number(part.value, DIGITS)
    line = symbol
    try:
        if names:
            line += f" = {_Writer(part, names).term.text}"
        for digits in FINER:
            writer = _Writer(part, None, digits)
            if number(writer.term.value, DIGITS)[0].text == value.text:
                break
        alike = np.shape(writer.term.value) == np.shape(part.value)
        if alike and writer.term.text != value.text:
            line += f" {EQUALS[writer.exact]} {writer.term.text}"
            exact = exact and writer.exact
    except NotWrittenError:
        pass
    return f"{line} {EQUALS[exact]} {value.text}"


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


def number(value: Any, digits: int) -> tuple[Term, bool]:
    """A number, a pair or a list of them as LaTeX, and whether nothing was rounded.

    The value of the term is what the text says. A number that is short is never rounded.
    """
    if isinstance(value, bool | np.bool_):
        return Term(rf"\text{{{str(bool(value)).lower()}}}", value), True
    if np.ndim(value):
        items = [number(item, digits) for item in value[:4]]
        more = [r"\ldots"] if len(value) > 4 else []
        text = r",\ ".join([item.text for item, _ in items] + more)
        exact = not more and all(exact for _, exact in items)
        return Term(_brackets(text), np.array([item.value for item, _ in items])), exact
    # The sum makes -0 a 0.
    value = np.float64(value) + 0.0
    if not math.isfinite(value):
        text = r"\text{nan}" if math.isnan(value) else r"\infty"
        return (Term(f"-{text}", value, SUM) if value < 0 else Term(text, value)), True
    short = f"{value:.6g}"
    shown = short if float(short) == value else f"{value:.{digits}g}"
    mantissa, _, exponent = shown.partition("e")
    text, rank = mantissa, ATOM
    if exponent:
        power = f"10^{{{int(exponent)}}}"
        text = power if mantissa == "1" else rf"{mantissa} \times {power}"
        rank = FRACTION if mantissa == "1" else PRODUCT
    rank = SUM if text.startswith("-") else rank
    return Term(text, np.float64(shown), rank), float(shown) == value


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
CONSTANTS = {"np.inf": (r"\infty", math.inf)}
QUESTIONS = {"": "f", "grad": r"\nabla f", "hessian": r"\nabla^2 f"}


class _Writer:
    """The expression of a part as a term: in symbols if it is given names for them, or in numbers.

    ``exact`` says whether none of the numbers was rounded. In numbers, only the branch that was
    taken is written, and for a question its answer. Raises NotWrittenError.
    """

    def __init__(self, part: Part, names: Mapping[str, str] | None, digits: int = 17) -> None:
        self.part, self.names, self.digits = part, names, digits
        self.answers = iter(part.asked)
        self.exact = True
        try:
            with np.errstate(all="ignore"):
                self.term = self._write(parsed(part.line))
        except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError) as error:
            raise NotWrittenError(part.line) from error

    def _write(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=int() | float() as value):
                return self._number(value)
            case ast.Name(id=name):
                return self._read(name)
            case ast.Attribute() if ast.unparse(node) in CONSTANTS:
                return Term(*CONSTANTS[ast.unparse(node)])
            case ast.Attribute():
                return self._read(ast.unparse(node))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                term = self._write(inner)
                return self._term(f"-{term.within(PRODUCT)}", SUM, operator.neg, term)
            case ast.BinOp(left=left, op=op, right=right):
                return self._join(self._write(left), op, self._write(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in RELATIONS:
                compare, sign = RELATIONS[type(op)]
                a, b = self._write(left), self._write(right)
                text = f"{a.within(SUM)} {sign} {b.within(SUM)}"
                return self._term(text, RELATION, compare, a, b)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self._choose(self._write(test), yes, no)
            case ast.Call(func=ast.Attribute(attr="where"), args=[test, yes, no]):
                return self._choose(self._write(test), yes, no)
            case ast.Call(
                func=ast.Attribute(attr="stack"), args=[ast.List(elts=[first, second]), *_]
            ):
                a, b = self._write(first), self._write(second)
                return self._term(
                    _brackets(rf"{a.text},\ {b.text}"), ATOM, lambda *ab: np.array(ab), a, b
                )
            case ast.Call(func=ast.Attribute(value=inner, attr="sum")):
                term = self._write(inner)
                text = rf"\operatorname{{sum}}{_brackets(term.text)}"
                return self._term(text, FRACTION, np.sum, term)
            case ast.Call(args=[at]) if asks(node):
                return self._answer(node, at)
            case ast.Call(ast.Attribute(ast.Name(id="np"), name), args) if name in FUNCTIONS:
                compute, template = FUNCTIONS[name]
                terms = [self._write(each) for each in args]
                text = template.format(*(term.text for term in terms))
                return self._term(text, FRACTION, compute, *terms)
            case ast.Subscript(value=inner, slice=index):
                return self._item(inner, index)
        raise NotWrittenError(ast.unparse(node))

    def _number(self, value: Any) -> Term:
        if np.shape(value) not in ((), (2,)):
            raise NotWrittenError("only numbers and pairs are worked with on paper")
        term, exact = number(value, self.digits)
        self.exact &= exact
        return term

    def _read(self, name: str) -> Term:
        if name not in self.part.given:
            raise NotWrittenError(name)
        value = self.part.given[name]
        return Term(self.names[name], value) if self.names else self._number(value)

    def _term(self, text: str, rank: int, compute: Callable[..., Any], *terms: Term) -> Term:
        """A term with its value, which is not wanted where symbols are."""
        value = None if self.names else compute(*(term.value for term in terms))
        return Term(text, value, rank)

    def _join(self, a: Term, op: ast.operator, b: Term) -> Term:
        if isinstance(op, ast.Div):
            return self._term(rf"\frac{{{a.text}}}{{{b.text}}}", FRACTION, np.divide, a, b)
        if isinstance(op, ast.Pow):
            return self._term(f"{{{a.within(ATOM)}}}^{{{b.text}}}", FRACTION, operator.pow, a, b)
        if type(op) not in BINARY:
            raise NotWrittenError(str(op))
        compute, template, rank = BINARY[type(op)]
        if self.names and isinstance(op, ast.Mult):
            template = r"{}\, {}"
        # The right side a little tighter: a - (b - c) and a (b c) keep the order of the source.
        text = template.format(a.within(rank), b.within(rank + 1))
        return self._term(text, rank, compute, a, b)

    def _choose(self, test: Term, yes: ast.expr, no: ast.expr) -> Term:
        if self.names:
            a, b = self._write(yes), self._write(no)
            cases = rf"{a.text} & \text{{if }} {test.text} \\ {b.text} & \text{{else}}"
            return Term(rf"\begin{{cases}} {cases} \end{{cases}}", None, SUM)
        if np.all(test.value) or not np.any(test.value):
            term = self._write(yes if np.all(test.value) else no)
            spread = np.broadcast_shapes(np.shape(term.value), np.shape(test.value))
            return term if np.shape(term.value) == spread else self._number([term.value] * 2)
        a, b = self._write(yes), self._write(no)
        return self._number(np.where(test.value, a.value, b.value))

    def _answer(self, node: ast.Call, at: ast.expr) -> Term:
        kind = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if self.names:
            return Term(f"{QUESTIONS[kind]}{_brackets(self._write(at).text)}", None)
        return self._number(np.squeeze(next(self.answers).told)[()])

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
        if not isinstance(node, ast.Name) or np.ndim(self.part.given[node.id]) < len(numbers):
            raise NotWrittenError(ast.unparse(node))
        if self.names:
            term = self._write(node)
            text = "".join(str(number + 1) for number in numbers)
            return Term(f"{_brackets(term.text)}_{{{text}}}", None)
        return self._number(self.part.given[node.id][tuple(numbers)])


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
