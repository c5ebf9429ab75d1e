# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""Prints the cases of KlGateTest: GARDO's gate as its published code computes it, in NumPy.

Ranks begin at 1 with the highest reward; a sample's number is its rank by the main reward less the mean of its ranks by
the others; of those not negative, the ones above the percentile 100 - 100 * share are held. The share grows or falls by
a tenth where their mean leaves the range of the 20 epochs before, within [0.02, 0.2]. No case has a number that equals
the percentile: the published code then holds none of them, and ours does.
"""
import numpy as np


def ranks(x):
    r = np.empty(len(x))
    r[np.argsort(-x, kind="stable")] = np.arange(1, len(x) + 1)
    return r


def main():
    rng = np.random.default_rng(21)
    share, history = 0.1, []
    for _ in range(26):
        # Small numbers that Java has exactly, all different within a row.
        while True:
            main_, a, b = (rng.permutation(32).astype(np.float64) for _ in range(3))
            u = ranks(main_) - (ranks(a) + ranks(b)) / 2
            positive = u[u >= 0]
            if len(set(np.sort(u)[-8:])) == 8 and (len(positive) - 1) % 10:
                break
        mean = positive.mean()
        if history and mean > max(history):
            share *= 1.1
        elif history and mean < min(history):
            share *= 0.9
        share = float(np.clip(share, 0.02, 0.2))
        history = (history + [mean])[-20:]
        held = u > np.percentile(positive, 100 - share * 100)
        rows = [" ".join(str(int(x)) for x in row) for row in (main_, a, b)]
        print(";".join(rows + [f"{share:.12f}", f"{mean:.12f}", " ".join(str(i) for i in np.flatnonzero(held))]))


main()
