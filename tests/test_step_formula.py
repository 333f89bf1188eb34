"""A step worked out in LaTeX: what is written there can be read back, and comes out right."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formula import mathml
from app.knobs import describe
from app.step_formula import (
    ATOM,
    DIGITS,
    FRACTION,
    PRODUCT,
    RELATION,
    SIGN,
    SLOT,
    SUM,
    Worksheet,
    rounded,
    symbols_of,
    worked_out,
)
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from optimizers.conventions import VARIANTS
from optimizers.explain import Part, explain, explain_step, explain_steps
from optimizers.walkers import asks_f

RULES = {**OPTIMIZERS, **VARIANTS}
rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
steps = pytest.mark.parametrize("k", [0, 1, 7, 60])

EQUALS = r" (?:=|\\approx) "


def parts_of(rule, k=5, landscape="himmelblau", y_rate=1.0, **knobs):
    f = LANDSCAPES[landscape]()
    return explain_step(descend(f, f.start, rule, steps=k + 1, y_rate=y_rate, **knobs), k, rule)


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SIGNS = {
    "×": r"\times",
    "(": r"\left(",
    ")": r"\right)",
    ", ": r",\ ",
    "…": r"\ldots",
    "−": "-",
    "∞": r"\infty",
    "≈": r"\approx",
    "nan": r"\text{nan}",
    "true": r"\text{true}",
    "false": r"\text{false}",
}


def typed(text):
    """What is put in a slot, in LaTeX."""
    text = re.sub("10([⁻⁰-⁹¹²³]+)", lambda found: f"10^{{{found[1].translate(RAISED)}}}", text)
    for sign, latex in SIGNS.items():
        text = text.replace(sign, latex)
    return text


def filled(line):
    texts = iter(line.texts)
    latex = re.sub(f"[{SLOT}{SIGN}]", lambda _: typed(next(texts)), line.latex)
    assert next(texts, None) is None
    return latex


def worked(part, symbol="q", names=()):
    (line,) = worked_out([part], symbol, dict(names))
    return filled(line)


def formulas(rule, parts):
    (lines,) = Worksheet(rule).write([parts])
    return tuple(r" \\ ".join(map(filled, each)) for each in lines)


def number(value, digits):
    numbers = rounded(np.array([value]), digits)
    return typed(numbers.text(0)), numbers.values[0], numbers.exact[0]


def read(latex):
    """The value of an expression in numbers, by Python's own rules."""
    words = {
        r"\operatorname{sign}": "np.sign",
        r"\operatorname{sum}": "np.sum",
        r"\max": "np.maximum",
        r"\min": "np.minimum",
        r"\left|": "np.abs(",
        r"\left\langle": "np.vecdot(",
        r"\text{true}": "True",
        r"\text{false}": "False",
        r"\text{nan}": "np.nan",
        r"\infty": "np.inf",
        r"\frac": "over",
        r"\sqrt": "np.sqrt",
        r"\cdot": "*",
        r"\land": "and",
        r"\bmod": "%",
        r"\ ": " ",
    }
    latex = re.sub(r"([\d.]+) \\times 10\^\{(-?\d+)\}", r"\1e\2", latex)
    latex = re.sub(r"\b10\^\{(-?\d+)\}", r"1e\1", latex)
    for word, meaning in words.items():
        latex = latex.replace(word, meaning)
    latex = re.sub(r"\\right(\||\\rangle)", ")", latex).replace(r"\right", "")
    # Brackets that are no function's arguments are a group or a pair.
    latex = re.sub(r"(?<![a-z])\\left\(", "pair(", latex).replace(r"\left", "")
    latex = latex.replace("^", "**").replace("{", "(").replace("}", ")")
    assert "\\" not in latex, latex
    names = {
        "np": np,
        "pair": lambda *items: items[0] if len(items) == 1 else np.array(items),
        "over": lambda a: lambda b: np.divide(a, b),
    }
    with np.errstate(all="ignore"):
        return eval(latex, names)


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        (r"\frac{1}{2} + 3 \cdot \left(4 - 2\right)", 6.5),
        (r"\left(1,\ -2\right) \cdot \left(3,\ 4\right)", (3, -8)),
        (r"\left\langle \left(1,\ -2\right),\ \left(3,\ 4\right)\right\rangle", -5),
        (r"\max\left(\left|-3\right|,\ \sqrt{4}\right) - {2}^{-1}", 2.5),
        (r"1.5 \times 10^{-2}", 0.015),
    ],
)
def test_what_reads_the_formulas_can_read(latex, value):
    np.testing.assert_allclose(read(latex), value)


@rules
@steps
@pytest.mark.parametrize("landscape", ["rosenbrock", "himmelblau"])
def test_the_numbers_lead_to_the_value_that_is_shown(rule, k, landscape):
    parts = parts_of(rule, k, landscape, y_rate=0.7)
    for part in parts:
        sides = re.split(EQUALS, worked(part)) if part.line and part.line != part.name else []
        if len(sides) < 2 or r"\ldots" in sides[-1]:
            continue
        assert sides[0] == "q"
        text, value, _ = number(part.value, DIGITS)
        assert sides[-1] == text
        np.testing.assert_array_equal(read(text), value)
        np.testing.assert_allclose(np.asarray(part.value, float), value, rtol=1e-3)
        for side in sides[1:-1]:
            assert number(read(side), DIGITS)[0] == text, part.line


@pytest.mark.parametrize("rule", [r for r in OPTIMIZERS.values() if not asks_f(r)])
@steps
def test_elementwise_rules_are_worked_out_line_by_line(rule, k):
    """They are in numbers, where those are not the value itself already."""
    for part in parts_of(rule, k)[2:]:
        if part.line != part.name and len(re.split(EQUALS, worked(part))) < 3:
            same = any(np.array_equal(part.value, value) for value in part.given.values())
            chosen = part.line.startswith("np.where")
            assert same or chosen, part.line


@rules
@steps
def test_every_part_stands_under_one_of_the_formulas(rule, k):
    parts = parts_of(rule, k)
    written = formulas(rule, parts)
    declared = describe(rule).formulas
    assert len(written) == len(declared)
    for latex, formula in zip(written, declared, strict=True):
        assert formula in latex
        assert mathml(rf"\begin{{array}}{{l}} {latex} \end{{array}}").startswith("<math")
    together = " ".join(written)
    made = [part.line and part.line != part.name for part in parts]
    for is_made, (symbol, _) in zip(made, symbols_of(rule, parts), strict=True):
        assert not is_made or re.search(re.escape(symbol) + EQUALS, together), symbol


@rules
def test_symbols_tell_all_that_a_step_makes_apart(rule):
    parts = parts_of(rule)
    made = [
        symbol
        for part, (symbol, _) in zip(parts, symbols_of(rule, parts), strict=True)
        if part.line and part.line != part.name
    ]
    assert len(set(made)) == len(made)


def test_a_step_of_adam():
    parts = explain(
        OPTIMIZERS["adam"], (1, 2), (4, -8), 1, {"m": 0, "v": 0}, {"lr": 0.5, "beta1": 0.75}
    )
    means, hats, step = formulas(OPTIMIZERS["adam"], parts)
    assert means.endswith(
        r"\\ m_{t} = 0.75 \cdot \left(0,\ 0\right)"
        r" + \left(1 - 0.75\right) \cdot \left(4,\ -8\right) = \left(1,\ -2\right)"
        r" \\ v_{t} = 0.999 \cdot \left(0,\ 0\right) + \left(1 - 0.999\right) \cdot"
        r" \left(4,\ -8\right) \cdot \left(4,\ -8\right) \approx \left(0.016,\ 0.064\right)"
    )
    assert r"\hat{m}_{t} = \frac{\left(1,\ -2\right)}{1 - {0.75}^{1}}" in hats
    assert r"= \left(4,\ -8\right) \\" in hats
    assert step.startswith(r"x_t = x_{t-1} - \eta")
    assert r"\left(0.5,\ 2.5\right)" in step


def test_what_no_formula_defines_is_in_symbols_too():
    parts = parts_of(OPTIMIZERS["adamw"])
    pull, means, step = formulas(OPTIMIZERS["adamw"], parts)
    assert r"\\ x^{\prime}_{t} \approx" in pull
    assert r"\hat" not in means
    assert r"\hat{m}_{t} = \frac{m_{t}}{1 - {\beta_{1}}^{t}} \approx \frac" in step


@rules
@pytest.mark.parametrize("landscape", ["rosenbrock", "himmelblau"])
@pytest.mark.parametrize("lr", [1e-9, 0.01, 1e3])
def test_steps_are_written_together_as_they_are_alone(rule, landscape, lr):
    f = LANDSCAPES[landscape]()
    with np.errstate(all="ignore"):
        run = descend(f, f.start, rule, steps=24, lr=lr)
    steps = list(explain_steps(run, range(24), rule, lr=lr))
    sheet = Worksheet(rule)
    together = sheet.write(steps)
    assert together == [Worksheet(rule).write([step])[0] for step in steps]
    for formulas in together:
        for line in (line for lines in formulas for line in lines):
            assert len(line.texts) == len(re.findall(f"[{SLOT}{SIGN}]", line.latex))


NUMBERS = st.lists(st.floats(), min_size=2, max_size=9)


@given(NUMBERS, st.data())
def test_what_is_written_of_numbers_does_not_depend_on_the_others(values, data):
    others = data.draw(st.lists(st.floats(), min_size=len(values), max_size=len(values)))
    with np.errstate(all="ignore"):
        parts = [
            Part("q", "a * b - b / a", a * b - b / a, "step", 1, {"a": a, "b": b})
            for a, b in zip(map(np.float64, values), map(np.float64, others), strict=True)
        ]
    together = worked_out(parts, "q", {})
    assert together == [worked_out([part], "q", {})[0] for part in parts]


@pytest.mark.parametrize(
    ("rule", "line", "symbols"),
    [
        ("momentum", "b", r"\mu\, b_{t-1} + \left(1 - \tau\right)\, g_{t}"),
        ("rprop", "prev", r"= g^{\prime}_{t}"),
        ("saddle_free_newton", "det", r"a^{\prime}_{t}\, d^{\prime}_{t}"),
        (
            "saddle_free_newton",
            "b",
            r"b^{\prime}_{t}\, \left(a^{\prime}_{t} + d^{\prime}_{t}\right)",
        ),
        ("nadam", "mu_next", r"\mu_{t+1} = \beta_{1}\, "),
        ("sam", "x", r"x_{t-1} - \eta\, \nabla f\left(x_{t-1} + e_{t}\right)"),
        ("polyak", "gap", r"f\left(x_{t-1}\right) - f_{\mathrm{min}}"),
        ("asgd", "eta", r"t_{0}|\alpha"),
    ],
)
def test_symbols_are_those_of_the_docstring_at_their_time(rule, line, symbols):
    rule = OPTIMIZERS[rule]
    parts = parts_of(rule)
    (*_, found) = (
        worked(part, symbol, names)
        for part, (symbol, names) in zip(parts, symbols_of(rule, parts), strict=True)
        if part.name == line and part.line
    )
    assert any(each in found for each in symbols.split("|")), found


def test_only_the_branch_that_was_taken_is_in_numbers():
    rule = OPTIMIZERS["momentum"]
    first, second = (worked(parts_of(rule, k)[2], "b") for k in (0, 1))
    assert re.fullmatch(r"b = \\left\([^(]*\\right\)", first)
    assert r"0.9 \cdot" in second


def test_an_equation_is_only_rounded_where_it_says_so():
    part = Part("q", "a / b", 0.25, "correction", given={"a": 1.0, "b": 4.0})
    assert worked(part) == r"q = \frac{1}{4} = 0.25"
    part = Part("q", "a / b", 1 / 3, "correction", given={"a": 1.0, "b": 3.0})
    assert worked(part) == r"q = \frac{1}{3} \approx 0.3333"


def test_numbers_get_the_digits_that_it_takes():
    a, b = 1.00001234, 1.0
    part = Part("q", "a - b", a - b, "correction", given={"a": a, "b": b})
    assert worked(part) == r"q = 1.00001234 - 1 \approx 1.234 \times 10^{-5}"


@pytest.mark.parametrize("line", ["a @ b", "a[a > 0]", "np.cumsum(a)", "a.T", "missing + a", "f"])
def test_what_is_not_written_on_paper_is_only_its_value(line):
    part = Part("q", line, 2.0, "correction", given={"a": np.array([1.0, 2.0]), "b": 1.0})
    assert worked(part, "q", {"a": "a", "b": "b"}) == "q = 2"


@given(st.floats(), st.integers(1, 17))
def test_a_number_reads_back_as_what_its_term_says(value, digits):
    text, shown, exact = number(value, digits)
    np.testing.assert_array_equal(read(text), pytest.approx(shown, rel=1e-15, nan_ok=True))
    if exact:
        np.testing.assert_array_equal(shown, value)
    elif np.isfinite(shown):
        assert shown == pytest.approx(value, rel=10.0 ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.999, "0.999"),
        (-0.0, "0"),
        (3, "3"),
        (True, r"\text{true}"),
        (1e-8, "10^{-8}"),
        (-np.inf, r"-\infty"),
        (12345678.9, r"1.235 \times 10^{7}"),
        ([1, 2], r"\left(1,\ 2\right)"),
        (np.arange(9), r"\left(0,\ 1,\ 2,\ 3,\ \ldots\right)"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value, 4)[0] == text


@pytest.mark.parametrize(
    ("value", "rank", "text"),
    [
        (-3, SUM, "−3"),
        (-3, PRODUCT, "(−3)"),
        (-np.inf, PRODUCT, "(−∞)"),
        (1.5e-8, PRODUCT, "1.5 × 10⁻⁸"),
        (1.5e-8, FRACTION, "(1.5 × 10⁻⁸)"),
        (1e12, ATOM, "(10¹²)"),
        (-1.5e-8, RELATION, "−1.5 × 10⁻⁸"),
        ((-1, 2), ATOM, "(−1, 2)"),
    ],
)
def test_a_number_has_brackets_where_it_would_fall_apart(value, rank, text):
    assert rounded(np.array([value]), 4).text(0, rank) == text


def test_each_step_has_the_branch_that_it_took_and_the_digits_that_it_needs():
    given = [{"a": a, "b": 1.0} for a in (3.0, -3.0, 1.00001234, np.nan)]
    parts = [
        Part("q", "a - b if a > 0 else a * b", np.float64(value), "step", 1, each)
        for value, each in zip((2, -3, 1.00001234 - 1.0, np.nan), given, strict=True)
    ]
    assert [filled(line) for line in worked_out(parts, "q", {})] == [
        "q = 3 - 1 = 2",
        r"q = \left(-3\right) \cdot 1 = -3",
        r"q = 1.00001234 - 1 \approx 1.234 \times 10^{-5}",
        r"q = \text{nan} \cdot 1 = \text{nan}",
    ]
