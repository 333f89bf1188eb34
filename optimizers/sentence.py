"""The verdict on a run in plain words."""

from __future__ import annotations

from optimizers.evaluations import Evaluations
from optimizers.post_mortem import PostMortem
from optimizers.status import HOLD
from optimizers.verdict import Verdict

# Shares as one says them.
SHARES = {
    0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.3: "three tenths", 1 / 3: "a third",
    0.4: "two fifths", 0.5: "half", 0.6: "three fifths", 2 / 3: "two thirds", 0.7: "seven tenths",
    0.75: "three quarters", 0.8: "four fifths", 0.9: "nine tenths", 1.0: "nearly all",
}  # fmt: skip
SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def sentence(v: Verdict, why: PostMortem | None = None) -> str:
    """The verdict in plain words: what is remarkable of the way, and last what became of the run.

    At most three clauses. A run that diverged is told ``why`` instead.
    """
    if v.status.kind == "diverged":
        return "; ".join([_exit(v, why), *_cause(why)])
    return "; ".join([*_way(v)[:2], _outcome(v)])


def share_in_words(share: float) -> str:
    """The nearest simple fraction, at most a twentieth away."""
    return "hardly any" if share < 0.05 else SHARES[min(SHARES, key=lambda s: abs(s - share))]


def _way(v: Verdict) -> list[str]:
    """What is remarkable of the path, the most remarkable first."""
    said, sideways, ratio = [], v.sideways or 0.0, v.ratio or 1.0
    if v.crossings >= 3:
        verb = "crossed the valley" if sideways >= 0.1 else "turned back"
        said.append(f"{verb} {v.crossings} times")
        if sideways >= 0.45:
            said.append(f"{share_in_words(sideways)} of the path was sideways")
    if ratio >= 2:
        # To and fro n times is at most about n + 1 times the way; what is more needs telling first.
        place = 0 if ratio > v.crossings + 1 else len(said)
        said.insert(place, f"walked {ratio:.4g} times the straight distance")
    if _rose(v):
        lowest = f"was lowest at step {v.best_step}, where" if v.best_step else "never came below"
        said.append(f"{lowest} f = {v.best_loss:.4g}{'' if v.best_step else ', where it began'}")
    if not said and v.ratio is not None and ratio < 1.02 and v.status.step >= HOLD:
        said.append("went almost straight")
    return said


def _rose(v: Verdict) -> bool:
    """Whether the run gave up a twentieth or more of what it had won."""
    if v.first_loss is None or v.final_loss is None or v.best_loss is None:
        return False
    return v.final_loss - v.best_loss > 0.05 * (v.first_loss - v.best_loss)


def _outcome(v: Verdict) -> str:
    kind, step = v.status.kind, v.status.step
    above = "" if v.gap is None else f", {v.gap:.4g} above the lowest known value"
    height = above or ("" if v.slope is None else f", with |gradient| = {v.slope:.4g}")
    settled = _after(step, v.settled_asked) if step else "from the start"
    if kind == "converged":
        verb = ("found" if v.lowest else "ended in") if step else "was at"
        return f"{verb} {_which(v)} {settled}{'' if v.lowest else above}"
    if kind == "left":
        if not step:
            return "began outside the picture and came lower"
        why = "" if v.minima else ": there is no minimum to find"
        return f"left the picture at step {step}, lower than it began{why}"
    if kind == "stalled":
        where = {"saddle": " at a saddle", "summit": " on a summit"}.get(v.rests or "", "")
        return f"stalled{where} {settled}{above if where else height}"
    near = "" if v.minimum is None else f" close to {_which(v)}"
    if kind == "stopped":
        return f"was stopped{near} {settled}{height}"
    return f"still moving{near} {_after(v.steps, v.asked)}{height}"


def _which(v: Verdict) -> str:
    """The minimum at which it ended."""
    if v.minima == 1:
        return "the minimum"
    many = SMALL[v.minima] if v.minima < len(SMALL) else str(v.minima)
    if not v.lowest:
        return f"{'the higher' if v.minima == 2 else 'a higher one'} of the {many} minima"
    if v.lowest_minima == 1:
        return f"the {'lower' if v.minima == 2 else 'lowest'} of the {many} minima"
    every = v.lowest_minima == v.minima
    return f"one of the {many if every else 'lowest of the ' + many} minima"


def _after(steps: int, asked: Evaluations) -> str:
    """Steps, and what they asked for if that was not a gradient each."""
    said = [_many(steps, "step")]
    if asked.gradients != steps and asked.gradients:
        said.append(_many(asked.gradients, "gradient"))
    said += [
        _many(n, name) for n, name in ((asked.values, "value"), (asked.hessians, "Hessian")) if n
    ]
    *first, last = said
    return f"after {', '.join(first)} and {last}" if first else f"after {last}"


def _many(count: int, name: str) -> str:
    return f"{count} {name}" + "s" * (count != 1)


def _exit(v: Verdict, why: PostMortem | None) -> str:
    if not v.status.step:
        return "began outside the picture and did not come down"
    line = f" {why.direction}" if why and why.direction else ""
    return f"left the picture at step {v.status.step}{line}"


def _cause(why: PostMortem | None) -> list[str]:
    said = []
    if why and why.growth is not None and why.growth > 1:
        said.append(f"each step went {why.growth:.4g} times as far that way as the one before")
    if why and why.rate is not None:
        rates = f"{why.rate:.4g} in place of {why.used:.4g}"
        held = f"a rate of {rates} would have held"
        if not why.steady:
            held = f"{why.share:.4g} times its rates would have held, {rates} at that step"
        if why.bound is not None:
            place = "where it left" if why.step else "where it began"
            held += f" ({place}, plain descent holds below 2/λ = {why.bound:.4g})"
        said.append(held)
    elif why and why.share is None and why.step:
        said.append("no lower rate that was tried would have held")
    return said
