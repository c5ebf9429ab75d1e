"""Writes src/test/resources/rliable.json: scores, and what rliable makes of them.

pip install rliable==1.2.0 arch==7.2.0 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3

rliable draws from numpy's global generator whatever random_state it is given, so that is seeded. With 20,000
repetitions the ends of an interval move by less than a hundredth of its width from seed to seed.
"""
import json
import pathlib

import numpy as np
from rliable import library, metrics

REPETITIONS = 20_000
rng = np.random.default_rng(0)
cases = []


def add(name, aggregate, func, *scores):
    np.random.seed(0)
    given = {"a": scores[0] if len(scores) == 1 else list(scores)}
    point, interval = library.get_interval_estimates(given, lambda *s: np.array([func(*s)]), reps=REPETITIONS)
    lower, upper = interval["a"][:, 0]
    cases.append(
        {
            "name": name,
            "aggregate": aggregate,
            "scores": [s.tolist() for s in scores],
            "value": float(point["a"][0]),
            "lower": float(lower),
            "upper": float(upper),
        }
    )


# Runs differ by task, so that drawing whole runs, or tasks, gives other intervals.
a = np.round(rng.normal(0.5, 0.2, (5, 6)) + np.linspace(-1, 1, 6), 3)
b = np.round(rng.normal(0.6, 0.3, (3, 6)) + np.linspace(-1, 1, 6), 3)
ties = np.round(rng.normal(0, 1, (4, 3)), 0)
other = np.round(rng.normal(0, 1, (5, 3)), 0)
for name, scores in [("5 x 6", a), ("3 x 6", b), ("with ties", ties)]:
    add(name, "mean", metrics.aggregate_mean, scores)
    add(name, "iqm", metrics.aggregate_iqm, scores)
    add(name, "optimality-gap", lambda s: metrics.aggregate_optimality_gap(s, 0.4), scores)
add("5 x 6 over 3 x 6", "improvement", metrics.probability_of_improvement, a, b)
add("with ties", "improvement", metrics.probability_of_improvement, ties, other)
target = pathlib.Path(__file__).parents[1] / "resources" / "rliable.json"
target.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
