"""Record what other libraries do, for the tests to hold our rules and schedules against.

From the top folder, with a Python that has them (torch, optax, keras)::

    python -m tests.data.record             writes tests/data/*.npz and optimizers/verified.json
    python -m tests.data.record --compare   records again and compares with these files
    python -m tests.data.record --verify    only holds our rules against what is recorded

A library that is not installed is skipped. The names of recordings, as ``torch_optimizers``, leave
out the others. The exit code is the number of differences.
"""

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from optimizers import OPTIMIZERS, SCHEDULES
from optimizers.conventions import VARIANTS

HERE = Path(__file__).parent
VERIFIED = HERE.parents[1] / "optimizers" / "verified.json"
TOLERANCE = 1e-12


def modules():
    """Every recording whose library is installed, by name; torch comes last, and has its say."""
    found = {}
    for file in sorted(HERE.glob("record_*.py")):
        name = file.stem.removeprefix("record_")
        try:
            found[name] = importlib.import_module(f"tests.data.{file.stem}")
        except ModuleNotFoundError as error:
            print(f"{name}: skipped, {error.name} is not installed")
    return dict(sorted(found.items(), key=lambda item: item[1].NEEDS == "torch"))


def compare(old, new):
    """What differs between two recordings, in words."""
    if str(old["about"]) != str(new["about"]):
        yield "the settings or the versions differ"
    if set(old) != set(new):
        yield f"the arrays are {', '.join(sorted(new))} and not {', '.join(sorted(old))}"
    for name in sorted(set(old) & set(new) - {"about"}):
        a, b = old[name], new[name]
        if a.shape != b.shape:
            yield f"{name}: {a.shape} became {b.shape}"
            continue
        if (np.isfinite(a) != np.isfinite(b)).any():
            yield f"{name}: other numbers overflow"
            continue
        finite = np.isfinite(a)
        apart = np.abs(a[finite] - b[finite]) / np.maximum(1, np.abs(a[finite]))
        if apart.max(initial=0) > TOLERANCE:
            yield f"{name}: differs by up to {apart.max():.2g}"


def settle(name, module, comparing):
    """Record once more, and write or compare: the number of differences."""
    began = time.perf_counter()
    recorded = {key: np.asarray(value) for key, value in module.record().items()}
    took = f"{time.perf_counter() - began:.0f} s"
    oracle = json.loads(str(recorded["about"]))["oracle"]
    if not comparing:
        np.savez_compressed(module.FILE, **recorded)
        print(f"{name}: {oracle}, {module.FILE.stat().st_size / 1000:.0f} kB, {took}")
        return 0
    with np.load(module.FILE) as file:
        differences = list(compare(dict(file), recorded))
    print(f"{name}: {oracle}, {'; '.join(differences) or 'the same'}, {took}")
    return len(differences)


def verify(found, comparing):
    """Hold our rules against what is recorded, and write or compare what can be said of them."""
    entries = {}
    for module in found.values():
        entries |= module.verify()
    wrong = [key for key, entry in entries.items() if entry["tolerance"] > TOLERANCE]
    for key in wrong:
        print(
            f"{key}: an error of {entries[key]['tolerance']:.2g} against {entries[key]['oracle']}"
        )
    old = json.loads(VERIFIED.read_text("utf-8")) if VERIFIED.exists() else {}
    known = [*OPTIMIZERS, *VARIANTS, *SCHEDULES]
    merged = {key: entry for key, entry in (old | entries).items() if key in known}
    if not comparing:
        lines = (f"{json.dumps(key)}: {json.dumps(merged[key])}" for key in sorted(merged))
        VERIFIED.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    elif merged != old:
        wrong.append(VERIFIED.name)
        print(f"{VERIFIED.name} says something else")
    print(f"{VERIFIED.name}: {len(entries)} of {len(merged)} measured, {len(wrong)} wrong")
    return len(wrong)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="record only these")
    parser.add_argument("--compare", action="store_true", help="do not write, compare")
    parser.add_argument("--verify", action="store_true", help="record nothing, measure")
    asked = parser.parse_args()
    np.seterr(all="ignore")
    installed = modules()
    names = [] if asked.verify else asked.names or installed
    chosen = {name: installed[name] for name in names}
    differences = sum(settle(name, chosen[name], asked.compare) for name in chosen)
    sys.exit(min(differences + verify(installed, asked.compare), 255))
