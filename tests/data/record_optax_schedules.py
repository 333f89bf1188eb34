"""Record what optax's schedules give, for tests/test_torch_schedules.py to hold ours against.

Every schedule of optax that has the same definition as one of ours is asked for 1,000 steps, in
float64; tests/data/replay_schedules.py says what the file holds. Where the two count otherwise,
optax is asked for what ours means: its one-cycle schedules end a step later, its warm-up starts
at 0, and its points are steps with factors of the point before.
"""

import json
import platform
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.data.replay_schedules import Recording

NEEDS = "optax"
FILE = Path(__file__).with_name("optax_schedules.npz")
STEPS = 1000

POINTS = [[0, 0.1], [50, 1.0], [200, 1.0], [400, 0.1]]
STAIRS = [[0, 1.0], [100, 1.0], [100, 0.5], [640, 0.5], [640, 2.0]]


def settings():
    """How to ask optax, and our schedule, knobs, rate and warm-up, as plain data."""
    chosen = [
        ("piecewise_interpolate_schedule", "piecewise", {"points": POINTS}, 0.3, 0),
        (
            "piecewise_interpolate_schedule",
            "piecewise",
            {"points": [[0, 2.0], [1, 0.5], [333, 40.0], [999, 1e-3]]},
            0.03,
            0,
        ),
        ("piecewise_constant_schedule", "piecewise", {"points": STAIRS}, 0.1, 0),
        (
            "piecewise_constant_schedule",
            "multi_step",
            {"milestones": [77, 3, 900], "gamma": 0.5},
            0.1,
            0,
        ),
        ("exponential_decay", "exponential", {"gamma": 0.99}, 0.1, 0),
        ("exponential_decay staircase", "step", {"step_size": 70, "gamma": 0.7}, 0.1, 0),
        (
            "linear_schedule",
            "linear",
            {"start_factor": 0.0, "end_factor": 0.6, "total_iters": 321},
            0.3,
            0,
        ),
        ("polynomial_schedule", "polynomial", {"total_iters": 0, "power": 0.5}, 0.1, 0),
        ("polynomial_schedule", "polynomial", {"total_iters": 700, "power": 3.0}, 0.1, 0),
        ("cosine_decay_schedule", "cosine", {"T_max": 0, "eta_min": 0.01}, 0.1, 0),
        ("sgdr_schedule", "warm_restarts", {"T_0": 100, "T_mult": 2}, 0.1, 0),
        ("cosine_onecycle_schedule", "one_cycle", {"pct_start": 0.3, "cycle_momentum": 0}, 0.1, 0),
        (
            "linear_onecycle_schedule",
            "one_cycle_linear",
            {
                "pct_start": 0.4,
                "div_factor": 10.0,
                "final_div_factor": 100.0,
                "three_phase": 1,
                "cycle_momentum": 0,
            },
            0.1,
            0,
        ),
        ("join_schedules", "cosine", {"T_max": 0}, 0.1, 100),
        ("join_schedules", "polynomial", {"total_iters": 0, "power": 2.0}, 0.1, 30),
        (
            "join_schedules",
            "warmup_stable_decay",
            {"pct_warmup": 0.1, "pct_decay": 0.2, "power": 1.0},
            0.1,
            0,
        ),
    ]
    return [
        {
            "optax": asked,
            "schedule": name,
            "knobs": knobs,
            "lr": lr,
            "warmup": warmup,
            "steps": STEPS,
            "losses": 0,
        }
        for asked, name, knobs, lr, warmup in chosen
    ]


def ask(asked, name, knobs, lr, warmup):
    """Optax's schedule, a function of the step."""
    whole = STEPS - warmup
    match asked:
        case "piecewise_interpolate_schedule":
            (_, first), *rest = knobs["points"]
            befores = [first, *(factor for _, factor in rest)]
            scales = {k: b / a for (k, b), a in zip(rest, befores, strict=False)}
            return optax.piecewise_interpolate_schedule("linear", lr * first, scales)
        case "piecewise_constant_schedule":
            if name == "multi_step":
                scales = dict.fromkeys(knobs["milestones"], knobs["gamma"])
            else:
                jumps = knobs["points"][1:]
                scales = {k: b / a for (_, a), (k, b) in zip(jumps[::2], jumps[1::2], strict=True)}
            return optax.piecewise_constant_schedule(lr, scales)
        case "exponential_decay":
            return optax.exponential_decay(lr, 1, knobs["gamma"])
        case "exponential_decay staircase":
            return optax.exponential_decay(lr, knobs["step_size"], knobs["gamma"], staircase=True)
        case "linear_schedule":
            ends = (lr * knobs["start_factor"], lr * knobs["end_factor"])
            return optax.linear_schedule(*ends, knobs["total_iters"])
        case "polynomial_schedule":
            return optax.polynomial_schedule(lr, 0.0, knobs["power"], knobs["total_iters"] or whole)
        case "cosine_decay_schedule":
            return optax.cosine_decay_schedule(lr, whole, alpha=knobs["eta_min"] / lr)
        case "sgdr_schedule":
            rounds = [knobs["T_0"] * knobs["T_mult"] ** i for i in range(5)]
            return optax.sgdr_schedule(
                {"init_value": lr, "peak_value": lr, "warmup_steps": 0, "decay_steps": n}
                for n in rounds
            )
        case "cosine_onecycle_schedule":
            last, peak = STEPS - 1, knobs["pct_start"] * STEPS - 1
            return optax.cosine_onecycle_schedule(last, lr, (peak + 0.5) / last)
        case "linear_onecycle_schedule":
            last, peak = STEPS - 1, knobs["pct_start"] * STEPS - 1
            shares = [(end + 0.5) / last for end in (peak, 2 * peak)]
            divisors = (knobs["div_factor"], knobs["final_div_factor"])
            return optax.linear_onecycle_schedule(last, lr, *shares, *divisors)
    if name == "warmup_stable_decay":
        grow, fall = round(knobs["pct_warmup"] * STEPS), round(knobs["pct_decay"] * STEPS)
        up = optax.linear_schedule(lr / grow, lr, grow - 1)
        middle, down = optax.constant_schedule(lr), optax.linear_schedule(lr, 0.0, fall)
        return optax.join_schedules([up, middle, down], [grow, STEPS - fall])
    up = optax.linear_schedule(lr / warmup, lr, warmup - 1)
    after = (
        optax.cosine_decay_schedule(lr, whole)
        if name == "cosine"
        else optax.polynomial_schedule(lr, 0.0, knobs["power"], whole)
    )
    return optax.join_schedules([up, after], [warmup])


def record():
    jax.config.update("jax_enable_x64", True)
    asked, rates, names = settings(), [], {}
    for setting in asked:
        how, name = setting["optax"], setting["schedule"]
        schedule = ask(how, name, *(setting[key] for key in ("knobs", "lr", "warmup")))
        rates.append(np.asarray(jax.jit(jax.vmap(schedule))(jnp.arange(STEPS))))
        names.setdefault(name, how.partition(" ")[0])
    about = {
        "oracle": f"optax {optax.__version__}",
        "jax": jax.__version__,
        "python": platform.python_version(),
        "names": names,
        "settings": asked,
    }
    return {
        "about": np.array(json.dumps(about)),
        "rates": np.array(rates),
        "momenta": np.full((len(rates), STEPS), np.nan),
        "losses": np.full((1, STEPS), np.nan),
    }


def verify():
    """{schedule: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
