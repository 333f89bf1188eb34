"""Record what optax does, for tests/test_optax.py to hold our rules against.

Every rule that optax has and PyTorch has not runs on landscapes of all kinds, in float64, fed with
the landscape's own gradient and value: alone, and some under schedules. Those that are elementwise
are also fed with two sequences of gradients. tests/data/replay.py says what the file holds, and
there too a run is compared for as long as optax goes where optax goes when the start, every point
it asks about, every gradient and every value are moved by one bit, in ``MOVES`` ways.
"""

import functools
import json
import platform
from pathlib import Path

import jax
import numpy as np
import optax

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, warmup
from tests.data.replay import Recording

NEEDS = "optax"
FILE = Path(__file__).with_name("optax_optimizers.npz")
STEPS = 1000
KEPT = [*range(1, 9), *range(10, 51, 5), *range(60, 101, 10), *range(125, 201, 25)]
KEPT += range(250, STEPS + 1, 50)
# How far optax may be from itself, one bit moved, as long as a run is compared.
SAME = 1e-13
MOVES = 2

# Where the runs take place, whole, so that another default changes nothing.
SURFACES = {
    "quadratic": ({"condition": 10.0}, (-1.7, 1.2)),
    "rosenbrock": ({"a": 1.0, "b": 100.0}, (-1.2, 1.0)),
    "himmelblau": ({"a": 11.0, "b": 7.0}, (-0.5, -1.0)),
    "saddle": ({"a": 1.0}, (-1.6, 0.001)),
    "hills": ({"depth": 1.0}, (-0.6, 2.6)),
    "styblinski_tang": ({}, (0.6, 4.2)),
    "rastrigin": ({"A": 10.0}, (-3.3, 2.4)),
}

# The settings of our knobs. One that is not set is left to optax's default too, which must then be
# ours; but for the rate, which optax wants to be told.
RULES = {
    "heavy_ball": [{}, {"lr": 2e-3, "momentum": 0.5}, {"lr": 2e-4, "momentum": 0.99}],
    "backtracking": [{}, {"lr": 0.1, "beta": 0.8}, {"lr": 3.0, "beta": 0.3, "c": 0.3}],
    "polyak": [{}, {"lr": 0.01}, {"lr": 0.2}],
    "sign_descent": [{}, {"lr": 0.03}, {"lr": 0.17}],
    "yogi": [{}, {"lr": 0.1}, {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-5}],
    "lookahead": [
        {},
        {"lr": 2e-4, "momentum": 0.99, "k": 7, "alpha": 0.8},
        {"lr": 2e-3, "momentum": 0.5, "k": 1, "alpha": 0.3},
    ],
    "adabelief": [{}, {"lr": 0.01, "eps": 1e-8}, {"lr": 0.03, "beta1": 0.5, "beta2": 0.99}],
    "sam": [{}, {"lr": 0.01, "rho": 0.2}, {"lr": 3e-4, "rho": 1e-3}],
    "adan": [{}, {"lr": 0.05}, {"lr": 0.01, "beta1": 0.9, "beta2": 0.5, "beta3": 0.9, "eps": 1e-4}],
    "lion": [{}, {"lr": 0.01}, {"lr": 0.03, "beta1": 0.5, "beta2": 0.9}],
    "dog": [{}, {"lr": 0.5, "init_step": 1e-4}, {"init_step": 0.01, "eps": 1e-3}],
    "prodigy": [{}, {"lr": 0.3, "estim_lr0": 1e-3}, {"beta1": 0.5, "beta2": 0.99, "eps": 1e-4}],
    "schedule_free": [{"lr": 1e-3}, {"lr": 5e-4, "beta1": 0.5}, {"lr": 2e-3, "beta1": 0.98}],
    "ademamix": [{}, {"lr": 0.05}, {"lr": 0.01, "beta1": 0.5, "beta3": 0.999, "alpha": 2.0}],
}
ELEMENTWISE = ["heavy_ball", "sign_descent", "yogi", "lookahead", "adabelief", "adan", "lion"]
ELEMENTWISE += ["ademamix"]

SCHEDULED = [
    ("heavy_ball", {"lr": 2e-3}, "step", {"step_size": 10, "gamma": 0.1}, 0),
    ("lookahead", {"lr": 2e-3}, "cosine", {"T_max": 0}, 50),
    ("schedule_free", {"lr": 2e-3}, "constant", {}, 100),
    ("schedule_free", {"lr": 2e-3}, "exponential", {"gamma": 0.99}, 30),
    ("adabelief", {"lr": 0.03, "eps": 1e-8}, "exponential", {"gamma": 0.99}, 0),
    ("lion", {"lr": 0.02}, "warm_restarts", {"T_0": 100}, 20),
    ("sam", {"lr": 3e-3}, "step", {"step_size": 100, "gamma": 0.5}, 0),
    ("dog", {}, "cosine", {"T_max": 0}, 100),
    ("prodigy", {}, "cosine", {"T_max": 0}, 100),
]
SCHEDULED_ON = ["quadratic", "himmelblau"]

NAMES = {
    "heavy_ball": "chain(scale_by_learning_rate, trace)",
    "backtracking": "scale_by_backtracking_linesearch(increase_factor=inf)",
    "polyak": "polyak_sgd(variant='sps+')",
    "sign_descent": "sign_sgd",
    "yogi": "yogi",
    "lookahead": "lookahead(sgd)",
    "adabelief": "adabelief",
    "sam": "contrib.sam(sgd)",
    "adan": "adan(eps_root=0)",
    "lion": "lion(weight_decay=0)",
    "dog": "contrib.dog",
    "prodigy": "contrib.prodigy",
    "schedule_free": "contrib.schedule_free(sgd)",
    "ademamix": "contrib.ademamix",
}


def transformation(name, rate, knobs, lowest):
    """Our rule as optax has it; ``rate`` is a number or a function of the steps taken."""
    given = {f"b{knob[4:]}" if knob[:4] == "beta" else knob: v for knob, v in knobs.items()}
    if name == "heavy_ball":
        decay = knobs.get("momentum", 0.9)
        return optax.chain(optax.scale_by_learning_rate(rate), optax.trace(decay))
    if name == "backtracking":
        search = optax.scale_by_backtracking_linesearch(
            59,
            slope_rtol=knobs.get("c", 1e-4),
            decrease_factor=knobs.get("beta", 0.5),
            increase_factor=np.inf,
            max_learning_rate=rate,
        )
        return optax.chain(optax.sgd(1.0), search)
    if name == "polyak":
        return optax.polyak_sgd(rate, f_min=lowest, variant="sps+")
    if name == "sign_descent":
        return optax.sign_sgd(rate)
    if name == "lookahead":
        fast = optax.sgd(rate, momentum=knobs.get("momentum", 0.9))
        return optax.lookahead(fast, knobs.get("k", 5), knobs.get("alpha", 0.5))
    if name == "adabelief":
        both = {"eps_root": given["eps"]} if "eps" in given else {}
        return optax.adabelief(rate, **given, **both)
    if name == "sam":
        ascent = optax.chain(optax.contrib.normalize(), optax.sgd(knobs.get("rho", 0.05)))
        return optax.contrib.sam(optax.sgd(rate), ascent)
    if name == "adan":
        return optax.adan(rate, eps_root=0.0, **given)
    if name == "lion":
        return optax.lion(rate, weight_decay=0.0, **given)
    if name == "dog":
        if "init_step" in given:
            given["init_step"] = ("heuristic", given["init_step"])
        return optax.contrib.dog(rate, **given)
    if name == "prodigy":
        betas = (given.pop("b1", 0.9), given.pop("b2", 0.999))
        return optax.contrib.prodigy(rate, betas=betas, **given)
    if name == "schedule_free":
        # It counts from 1 where the optimizer inside counts from 0.
        weight = (lambda count: rate(count - 1)) if callable(rate) else rate
        return optax.contrib.schedule_free(optax.sgd(rate), weight, **given)
    return {"yogi": optax.yogi, "ademamix": optax.contrib.ademamix}[name](rate, **given)


@functools.cache
def made(name, knobs, schedule, lowest):
    """A transformation and its compiled update, made once for all landscapes."""
    knobs, (plan, its, length) = json.loads(knobs), json.loads(schedule)
    rate = knobs.pop("lr")
    if plan != "constant" or length:
        planned = functools.partial(SCHEDULES[plan], **its)
        planned = warmup(planned, length) if length else planned
        rates = jax.numpy.array([planned(rate, k, STEPS) for k in range(STEPS)])
        rate = rates.__getitem__
    given = transformation(name, rate, knobs, lowest)
    if name == "backtracking":
        return given, jax.jit(given.update, static_argnames=["value_fn"])
    return given, jax.jit(given.update)


class Asked:
    """A landscape as optax is told of it, exactly or with all moved by a bit, by chance."""

    def __init__(self, f, seed):
        self.f, self.chance = f, None if seed is None else np.random.default_rng(seed)

    def moved(self, numbers):
        numbers = np.asarray(numbers)
        if self.chance is None:
            return numbers
        return np.nextafter(numbers, self.chance.choice([-np.inf, np.inf], numbers.shape))

    def slope(self, p):
        return self.moved(self.f.grad(self.moved(p)))

    def value(self, p):
        return self.moved(self.f(self.moved(p)))


def points(name, made, p, asked):
    """The points after each step, without end."""
    given, update = made
    fast = optax.LookaheadParams.init_synced(p) if name == "lookahead" else p
    state = given.init(fast)

    def value(p):
        return jax.pure_callback(asked.value, jax.ShapeDtypeStruct((), float), p)

    while True:
        at = fast.fast if name == "lookahead" else p
        told = {}
        if name in ("polyak", "backtracking"):
            told["value"] = asked.value(at)
        if name == "backtracking":
            told.update(grad=asked.slope(at), value_fn=value)
        slope = told.get("grad", asked.slope(at))
        if name == "lookahead":
            change, state = update(slope, state, fast)
            fast = jax.tree.map(lambda a, b: np.asarray(a) + np.asarray(b), fast, change)
            yield fast.fast
            continue
        change, state = update(slope, state, p, **told)
        p = p + np.asarray(change)
        if name == "sam":
            change, state = update(asked.slope(p), state, p)
            p = p + np.asarray(change)
        if name == "schedule_free":
            yield np.asarray(optax.contrib.schedule_free_eval_params(state, p))
        else:
            yield p


def walk(run, seed=None):
    """The points (steps, 2) of one run, moved by chance with a seed."""
    name = run["optimizer"]
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    asked = Asked(f, seed)
    knobs = {"lr": OPTIMIZERS[name].__kwdefaults__["lr"], **run["knobs"]}
    plan = [run["schedule"], run["schedule_knobs"], run["warmup"]]
    lowest = f.lowest if name == "polyak" else None
    ours = made(name, json.dumps(knobs), json.dumps(plan), lowest)
    path = np.full((STEPS, 2), np.nan)
    walker = points(name, ours, asked.moved(np.array(run["start"])), asked)
    for k, p in zip(range(STEPS), walker, strict=False):
        # Where f overflows, optax's search stands still and ours goes on, until x overflows too.
        if not np.isfinite(p).all() or (name == "backtracking" and not np.isfinite(f(p))):
            break
        path[k] = p
    return path


def feed(meal, slopes):
    """The points of a rule that is given these slopes."""
    name = meal["optimizer"]
    knobs = {"lr": OPTIMIZERS[name].__kwdefaults__["lr"], **meal["knobs"]}
    given, update = made(name, json.dumps(knobs), json.dumps(["constant", {}, 0]), None)
    p = np.array(meal["start"])
    p = optax.LookaheadParams.init_synced(p) if name == "lookahead" else p
    state, path = given.init(p), np.full((STEPS, 2), np.nan)
    for k, slope in enumerate(slopes):
        change, state = update(slope, state, p)
        p = jax.tree.map(lambda a, b: np.asarray(a) + np.asarray(b), p, change)
        path[k] = p.fast if name == "lookahead" else p
    return path


def sequences():
    """Two sequences of gradients: (2, steps, 2)."""
    settings, start = SURFACES["rosenbrock"]
    f = LANDSCAPES["rosenbrock"](**settings)
    real = descend(f, start, OPTIMIZERS["adam"], steps=STEPS, lr=0.05).grad[:-1, 0]
    chance = np.random.default_rng(1)
    wild = 10.0 ** chance.uniform(-12, 3, (STEPS, 2)) * chance.choice([-1, 1], (STEPS, 2))
    wild[chance.random((STEPS, 2)) < 0.1] = 0.0
    return np.stack([real, wild])


def settings():
    """The runs that are to be recorded, as plain data."""
    plain = [
        (surface, name, knobs, "constant", {}, 0)
        for surface in SURFACES
        for name, choices in RULES.items()
        for knobs in choices
    ]
    planned = [(surface, *plan) for surface in SCHEDULED_ON for plan in SCHEDULED]
    return [
        {
            "landscape": surface,
            "surface": SURFACES[surface][0],
            "start": SURFACES[surface][1],
            "optimizer": name,
            "knobs": knobs,
            "schedule": schedule,
            "schedule_knobs": its,
            "warmup": length,
            "wrappers": [],
        }
        for surface, name, knobs, schedule, its, length in plain + planned
    ]


def last_common(one, other):
    """The last kept step up to which two runs are the same; the last one if they overflow alike."""
    kept = np.array(KEPT)
    a, b = one[kept - 1], other[kept - 1]
    apart = (np.abs(a - b) > SAME * np.maximum(1, np.abs(a))).any(-1)
    return int(kept[max(apart.argmax() - 1, 0)]) if apart.any() else STEPS


def record():
    jax.config.update("jax_enable_x64", True)
    kept = np.array(KEPT) - 1
    slopes = sequences()
    meals = [
        {"optimizer": name, "knobs": knobs, "start": [-1.2, 1.0], "slopes": i}
        for name in ELEMENTWISE
        for knobs in RULES[name]
        for i in range(len(slopes))
    ]
    runs = settings()
    with np.errstate(all="ignore"):
        walks = [walk(run) for run in runs]
        for run, path in zip(runs, walks, strict=True):
            run["until"] = min(last_common(path, walk(run, seed)) for seed in range(MOVES))
            path[run["until"] :] = np.nan
        fed = [feed(meal, slopes[meal["slopes"]]) for meal in meals]
    about = {
        "oracle": f"optax {optax.__version__}",
        "jax": jax.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": {name: NAMES[name] for name in RULES},
        "runs": runs,
        "meals": meals,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack(walks)[:, kept],
        "slopes": slopes,
        "fed": np.stack(fed)[:, kept],
        "averages": np.zeros((0, len(kept), 2)),
    }


def verify():
    """{rule: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
