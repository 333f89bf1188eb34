"""The source of a rule: what each of its lines reads and makes, and code that takes notes of it."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import textwrap
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from optimizers.walkers import asks_f

Function = Callable[..., Any]


@dataclass(frozen=True)
class Line:
    """``name`` gets what ``text`` gives; ``text`` is "" for a loop's own variable.

    ``reads`` are the variables in it, and ``questions`` how often it asks the landscape. ``kept``
    is the variable that the text consists of, or of whose items it is one; "" if none.
    """

    name: str
    text: str
    reads: frozenset[str]
    questions: int
    kept: str


@dataclass(frozen=True)
class Tracing:
    """A rule that takes notes: its code, the lines of each statement, and its parameters.

    ``returns`` are the numbers of the statements that return; ``told`` is the second parameter, the
    gradient or, if ``f``, the landscape.
    """

    code: types.CodeType
    statements: tuple[tuple[Line, ...], ...]
    returns: frozenset[int]
    point: str
    told: str
    f: bool
    memory: tuple[str, ...]

    def function(self, core: Function, note: Any) -> Function:
        """The rule, which tells ``note`` the number of each statement and what it assigned."""
        around = inspect.getclosurevars(core).nonlocals if core.__closure__ else {}
        function = types.FunctionType(
            self.code,
            {**core.__globals__, **around},
            core.__name__,
            core.__defaults__,
            (types.CellType(note),),
        )
        function.__kwdefaults__ = core.__kwdefaults__
        return function

    @functools.cached_property
    def facts(self) -> frozenset[str]:
        """What the rule knows of the landscape without asking, as "f.lowest"."""
        read = (name for lines in self.statements for line in lines for name in line.reads)
        return frozenset(name for name in read if name.startswith(f"{self.told}."))

    @functools.cached_property
    def memories(self) -> frozenset[str]:
        """The variables that are returned as memory."""
        return frozenset(
            line.kept for i in self.returns for line in self.statements[i][1:] if line.kept
        )

    def split(self, names: Iterable[str]) -> frozenset[str]:
        """The variables that differ between the coordinates, since ``names`` do."""
        found: set[str] = set()
        more = set(names)
        while more - found:
            found |= more
            lines = [line for lines in self.statements for line in lines]
            more = {line.name for line in lines if line.reads & found}
        return frozenset(found)


@functools.cache
def traced(core: Function) -> Tracing:
    """What there is to know of a rule's source; it is compiled at the first call.

    Raises OSError if the source is not at hand, TypeError for a lambda.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(core)))
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"{core} is not written as a function")
    parameters = inspect.signature(core).parameters.values()
    names = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    taker = _NoteTaker(names[0], names[1], names[3:])
    function.body = [each for node in function.body for each in taker.noted(node)]
    # The defaults and annotations stay those of the rule itself.
    function.decorator_list, function.returns = [], None
    arguments = function.args
    for argument in (*arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
    # The notes are taken through a closure, so each step has its own.
    outer = ast.parse("def outer(_note): pass")
    outer.body[0].body = [function]  # type: ignore[attr-defined]
    module = compile(ast.fix_missing_locations(outer), inspect.getfile(core), "exec")
    (code,) = _codes(module)
    (code,) = _codes(code)
    return Tracing(
        code,
        tuple(taker.statements),
        frozenset(taker.returns),
        names[0],
        names[1],
        asks_f(core),
        tuple(names[3:]),
    )


def _codes(code: types.CodeType) -> list[types.CodeType]:
    return [each for each in code.co_consts if isinstance(each, types.CodeType)]


class _NoteTaker(ast.NodeTransformer):
    """Puts a note after every assignment, at the head of loops, and round what is returned.

    A method that is called for its effect counts as an assignment to its object.
    """

    def __init__(self, point: str, told: str, memory: Sequence[str]) -> None:
        self.told = told
        self.returned = [point, *memory]
        self.statements: list[tuple[Line, ...]] = []
        self.returns: list[int] = []

    def noted(self, node: ast.stmt) -> list[ast.stmt]:
        after = self.visit(node)
        return after if isinstance(after, list) else [after]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        return [node, self._note(pairs)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        return [node, self._note(list(_pairs(node.target, node.value)))] if node.value else [node]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        before = ast.parse(ast.unparse(node.target), mode="eval").body
        after = ast.BinOp(before, node.op, node.value)
        return [node, self._note(list(_pairs(node.target, after)))]

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                return [node, self._note([(name, node.value)])]
        return [node]

    def visit_For(self, node: ast.For) -> ast.stmt:
        head = self._note([(name, None) for name, _ in _pairs(node.target, node.iter)])
        self.generic_visit(node)
        node.body.insert(0, head)
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        self.returns.append(len(self.statements))
        value = node.value or ast.Constant(None)
        count = len(self.returned)
        pairs = list(zip(self.returned, _each(value, count) if count > 1 else [value], strict=True))
        node.value = self._call(pairs, value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return node

    def _note(self, pairs: Sequence[tuple[str, ast.expr | None]]) -> ast.stmt:
        names: list[ast.expr] = [ast.Name(name, ast.Load()) for name, _ in pairs]
        return ast.Expr(self._call(pairs, ast.Tuple(names, ast.Load())))

    def _call(self, pairs: Sequence[tuple[str, ast.expr | None]], value: ast.expr) -> ast.expr:
        number = ast.Constant(len(self.statements))
        self.statements.append(tuple(self._line(name, node) for name, node in pairs))
        return ast.Call(ast.Name("_note", ast.Load()), [number, value], [])

    def _line(self, name: str, node: ast.expr | None) -> Line:
        if node is None:
            return Line(name, "", frozenset(), 0, "")
        questions = sum(asks(each, self.told) for each in ast.walk(node))
        match node:
            case ast.Name(id=kept) | ast.Subscript(ast.Name(id=kept), ast.Constant()):
                pass
            case _:
                kept = ""
        facts = _facts(node, self.told)
        return Line(name, ast.unparse(node), frozenset(names_in(node) | facts), questions, kept)


def asks(node: ast.AST, f: str = "f") -> bool:
    """Whether a node is a question to the landscape: f(...), f.grad(...) or f.hessian(...)."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name))):
            return name == f
    return False


def _facts(node: ast.AST, f: str) -> set[str]:
    """What is read of the landscape but not asked, such as f.lowest."""
    called = {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    return {
        ast.unparse(each)
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and id(each) not in called
        if isinstance(each.value, ast.Name) and each.value.id == f
    }


def names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The variables of an assignment's left side, each with the expression that it gets."""
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for each, part in zip(targets, _each(value, len(targets)), strict=True):
                yield from _pairs(each, part)
        case ast.Starred(value=inner) | ast.Subscript(value=inner) | ast.Attribute(value=inner):
            yield from _pairs(inner, value)


def _each(value: ast.expr, count: int) -> list[ast.expr]:
    """An expression that gives ``count`` values, taken apart into as many expressions."""
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            stars = sum(isinstance(item, ast.Starred) for item in items)
            share = (count - len(items) + stars) // stars if stars else 0
            return [
                each
                for item in items
                for each in (_each(item.value, share) if isinstance(item, ast.Starred) else [item])
            ]
        case ast.IfExp(test=test, body=yes, orelse=no):
            both = zip(_each(yes, count), _each(no, count), strict=True)
            return [ast.IfExp(test, a, b) for a, b in both]
        case ast.GeneratorExp(
            elt=item,
            generators=[ast.comprehension(target=ast.Name(id=name), iter=ast.Tuple(elts=values))],
        ):
            return [_Put(name, each).visit(copy.deepcopy(item)) for each in values]
    return [ast.Subscript(value, ast.Constant(j), ast.Load()) for j in range(count)]


class _Put(ast.NodeTransformer):
    """An expression in the place of a variable."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.value if node.id == self.name else node


@functools.lru_cache(maxsize=1024)
def parsed(line: str) -> ast.expr:
    """The syntax tree of an expression; whoever asks for it must not change it."""
    return ast.parse(line, mode="eval").body
