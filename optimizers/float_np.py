"""The part of NumPy that rules and landscapes are written in, for plain floats."""

import math
from types import SimpleNamespace
from typing import Any


def _maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _sign(a: float) -> float:
    return 1.0 if a > 0 else -1.0 if a < 0 else a


def _where(condition: bool, a: Any, b: Any) -> Any:
    return a if condition else b


float_np = SimpleNamespace(
    abs=abs,
    cos=math.cos,
    cosh=math.cosh,
    e=math.e,
    exp=math.exp,
    inf=math.inf,
    log=math.log,
    maximum=_maximum,
    minimum=_minimum,
    nan=math.nan,
    pi=math.pi,
    sign=_sign,
    sin=math.sin,
    sinh=math.sinh,
    sqrt=math.sqrt,
    tan=math.tan,
    tanh=math.tanh,
    where=_where,
)
