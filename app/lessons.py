"""Lessons: experiments that show one thing each, one click away, and what to see in them.

A lesson is a link, so all of it can be changed and shared; tests/test_lessons.py measures what its
words say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DESCENT = "run=gradient_descent,lr="


@dataclass(frozen=True)
class Lesson:
    """``link`` is what stands behind the ? and ``view`` what stands behind the #."""

    key: str
    title: str
    words: str
    link: str
    view: str = ""

    @property
    def address(self) -> str:
        """Where it opens, from the page."""
        return f"?{self.link}#" + "&".join(filter(None, [f"lesson={self.key}", self.view]))


LESSONS: dict[str, tuple[Lesson, ...]] = {
    "A straight line through points": (
        Lesson(
            "slope-first",
            "The slope arrives long before the intercept",
            "The gradient of k is multiplied by the inputs, that of b is not. So k is within 1 % "
            "of its best from step 34 on, and b from step 286: the path falls into a ravine, "
            "turns a corner and creeps along it.",
            f"landscape=regression&steps=450&{DESCENT}5e-5",
            "curves=loss.x.y",
        ),
        Lesson(
            "cures",
            "Three cures for the slow intercept",
            "More steps: the plain run does get there, after 286. An optimizer: momentum needs "
            "41. A rate of its own for b, nine times that of k, as k is nine times as steep: 31.",
            f"landscape=regression&steps=300&{DESCENT}5e-5/name=more steps"
            "&run=momentum,lr=5e-5,momentum=0.8/name=momentum"
            f"&{DESCENT}5e-5/y_rate=9/name=a rate for b",
            "layout=panels&curves=loss.x.y",
        ),
        Lesson(
            "growing",
            "A rate that grows",
            "1e-4 · (1 + 0.01 · step): where the slope fades the rate makes up for it. b arrives "
            "at step 96. With 5e-5 throughout it needs 286 steps, and with 1e-4 throughout 142.",
            f"landscape=regression&steps=450&{DESCENT}5e-5/name=5e-5"
            f"&{DESCENT}1e-4/name=1e-4&{DESCENT}1e-4/linear_growth,decay=0.01/name=growing",
            "curves=loss.rate.y",
        ),
        Lesson(
            "falling",
            "A rate that falls too soon never arrives",
            "Halved every 50 steps, all rates that will ever come add up to 0.01. The gradient "
            "shrinks on the way as well, and the run comes to rest 4 % short of the intercept: "
            "where nothing is noisy, a falling rate only slows down.",
            f"landscape=regression&steps=450&{DESCENT}1e-4/name=constant"
            f"&{DESCENT}1e-4/step,step_size=50,gamma=0.5/name=halved",
            "curves=loss.rate.slope.y",
        ),
        Lesson(
            "too-far",
            "A rate that grows for ever diverges",
            "At step 582 the rate crosses 2/λ, the dashed line; from there on every error grows. "
            "The run had converged to the last digit, so it takes until step 754 to leave the "
            "picture.",
            f"landscape=regression&steps=1200&{DESCENT}1e-4/linear_growth,decay=0.01",
            "curves=loss.rate.slope",
        ),
        Lesson(
            "centred",
            "Why inputs are centred",
            "The same data with 5 added to each input. Now k and b depend on each other: the "
            "valley lies askew, and is steeper across than along by a factor of 129 instead of 9. "
            "Move the shift back to 0.",
            f"landscape=regression,shift=5&steps=450&{DESCENT}6e-5&run=adam,lr=0.3&run=newton",
        ),
    ),
    "Batches and chance": (
        Lesson(
            "batches",
            "All examples at a step, 32 of them, or one",
            "The same rate and the same 450 steps: 450 epochs of all 160 examples, 90 of five "
            "batches, and fewer than 3 of single examples. The smaller the batch, the noisier the "
            "path and the cheaper the step. Compare them over epochs.",
            f"landscape=regression&steps=450&{DESCENT}5e-5/name=all"
            f"&{DESCENT}5e-5/batch,size=32,seed=0/name=32"
            f"&{DESCENT}5e-5/batch,size=1,seed=0/name=one",
            "over=epochs",
        ),
        Lesson(
            "surfaces",
            "Every batch is another surface",
            "The dashed contours are those that the run meets in its next step. Go from step to "
            "step: each batch has its minimum elsewhere, and the run is drawn to all of them.",
            f"landscape=regression&steps=60&{DESCENT}1e-4/batch,size=4,seed=0",
            "seen=0&speed=0.25",
        ),
        Lesson(
            "seeds",
            "A hundred seeds of the same run",
            "Where all of them are, the path of the one in the middle, and bands that hold eight "
            "in ten. With a rate that is constant the cloud stays as wide as it is; one that "
            "falls draws it together.",
            f"landscape=regression&steps=400&seeds=100&{DESCENT}2e-4/batch,size=4,seed=0"
            f"&{DESCENT}2e-4/cosine/batch,size=4,seed=0",
            "layout=panels",
        ),
        Lesson(
            "starts",
            "Which minimum is found depends on the start",
            "Thirty starts at random in the picture, the same rule: some end in the deepest "
            "hollow, most in another. The sentence under the run counts them.",
            f"landscape=hills&start=uniform,seed=0&steps=100&seeds=30&{DESCENT}0.05",
        ),
        Lesson(
            "initialisation",
            "How weights begin",
            "Two weights of a small network, begun a hundred times by Xavier's rule. Not all end "
            "in the same minimum. Try the other ways to begin: zero, normal, uniform.",
            "landscape=small_network&start=xavier&steps=300&seeds=100&run=adam,lr=0.1",
        ),
    ),
    "One neuron": (
        Lesson(
            "saturated",
            "A saturated neuron makes a plateau",
            "At the start the sigmoid says 0.98 or more to every example. There its slope, the "
            "thin curve, is nearly 0, and with it every gradient: plain descent creeps for all of "
            "300 steps. Adam divides by the size of the slope and walks.",
            f"landscape=sigmoid_neuron&start=-1,6&steps=300&{DESCENT}0.5&run=adam,lr=0.1",
            "curves=loss.slope&slice=x",
        ),
        Lesson(
            "dying",
            "A ReLU dies",
            "Within a few steps the neuron says 0 to all examples. There the gradient is exactly "
            "0, and nothing that follows gradients will ever move again.",
            f"landscape=relu_neuron&steps=100&{DESCENT}0.1",
            "curves=loss.slope",
        ),
        Lesson(
            "leaking",
            "A leaky ReLU gets out",
            "The same examples, the same start, the same rate as where the ReLU died. A slope of "
            "0.1 below 0 is enough.",
            f"landscape=leaky_relu_neuron&steps=300&{DESCENT}0.1",
            "curves=loss.slope",
        ),
    ),
    "The learning rate": (
        Lesson(
            "rates",
            "Too small, right, nearly too large, too large",
            "Learning curves of one rule with four rates. In a direction of curvature λ an error "
            "is multiplied by 1 - lr · λ at each step: 0.01 crawls, 0.1 is fine, 0.19 zigzags, "
            "and 0.203 is above 2/λ = 0.2.",
            f"landscape=quadratic&steps=80&{DESCENT}0.01/name=0.01&{DESCENT}0.1/name=0.1"
            f"&{DESCENT}0.19/name=0.19&{DESCENT}0.203/name=0.203",
            "curves=loss.slope",
        ),
        Lesson(
            "quiet",
            "What falling rates are for",
            "With noise a constant rate never comes to rest. Those that fall let the run average "
            "the noise away: in steps, along a cosine, or whenever the loss no longer improves.",
            "landscape=quadratic&steps=300&"
            + "&".join(
                f"{DESCENT}0.1/{schedule}/noise,sigma=1,seed=0/name={schedule.split(',')[0]}"
                for schedule in ("constant", "step,step_size=60", "cosine", "plateau")
            ),
            "layout=panels",
        ),
    ),
    "Saddles, plateaus, valleys": (
        Lesson(
            "saddle",
            "A saddle holds up plain descent",
            "From one side a minimum, from the other a maximum: the steps crowd where the slope "
            "fades. Momentum is out at step 30, plain descent at step 80.",
            f"landscape=saddle&steps=100&{DESCENT}0.05&run=momentum,lr=0.05",
            "curves=loss.slope",
        ),
        Lesson(
            "cubic",
            "x³ is flat where nothing is lowest",
            "At 0 the slope 3x² vanishes, and plain descent never gets past; yet it is no "
            "minimum, as the slice through f and its slope shows. Momentum rolls on.",
            f"landscape=cubic&steps=100&{DESCENT}0.1&run=momentum,lr=0.02",
            "slice=x&curves=loss.slope",
        ),
        Lesson(
            "stopped",
            "A test of convergence can be wrong",
            "Both stop when f changes by less than 1e-4 in a step. Plain descent does so on the "
            "plateau, at once: a small change says that the step was small, not that a minimum is "
            "near. Adam walks on, and stops beside one.",
            f"landscape=plateau&steps=400&stop=1e-4&{DESCENT}0.5&run=adam,lr=0.1",
            "curves=loss.slope",
        ),
        Lesson(
            "newton",
            "Newton's method knows the curvature",
            "Five steps along Rosenbrock's valley, in which plain descent gets nowhere in 500. "
            "Each needs the Hessian, which of a network of a million weights has 10¹² entries.",
            f"landscape=rosenbrock&steps=500&run=newton&{DESCENT}5e-4&run=adam,lr=0.05",
            "over=evaluations",
        ),
    ),
    "A rate for each parameter": (
        Lesson(
            "adam",
            "Adam's rates along x and along y",
            "What the rule made of its one rate: larger where the slope keeps its direction, "
            "smaller where it swings. The bowl is ten times as steep along y.",
            "landscape=quadratic&steps=150&run=adam,lr=0.1&run=adagrad,lr=0.5",
            "curves=loss.rate_x.rate_y",
        ),
        Lesson(
            "rotated",
            "It depends on the axes",
            "The same bowl turned by 45°, with its start: plain descent goes the same way, "
            "turned. Adam does not, since it knows rates along x and y alone. Move the rotation.",
            f"landscape=quadratic,condition=100,rotation=45&steps=200&{DESCENT}0.01&run=adam,lr=0.1",
        ),
        Lesson(
            "decay",
            "Weight decay, coupled and decoupled",
            "Both are to pull to the origin, by the same number. Added to Adam's gradient the "
            "pull is divided by the size of the slopes, and hardly anything is left; AdamW "
            "applies it to the weights.",
            "landscape=himmelblau&steps=300&run=adam,lr=0.05/weight_decay,decay=0.5"
            "&run=adamw,lr=0.05,weight_decay=0.5&run=adam,lr=0.05/name=none",
        ),
    ),
}


def told() -> list[dict[str, Any]]:
    """All lessons in their groups, as the page shows them."""
    return [
        {
            "group": group,
            "lessons": [
                {name: getattr(one, name) for name in ("key", "title", "words", "address")}
                for one in lessons
            ],
        }
        for group, lessons in LESSONS.items()
    ]
