"""How quick the engine and the page are, as ratios to a peer that is measured in the same run.

    python -m tests.benchmarks                  all, about five minutes
    python -m tests.benchmarks engine playing   these only
    python -m tests.benchmarks --torch-python PATH

Each row is a bar and what was measured: the median over the repetitions, and from the lowest to
the highest. Candidates take turns, so that a busy machine is busy for both. This is no test: it
always ends with 0.
"""
