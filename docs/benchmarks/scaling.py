#!/usr/bin/env python3
"""Models how an epoch's time falls with the number of workers (docs/experiments/2026-11-30-scaling.md).

    python3 docs/benchmarks/scaling.py            the tables
    python3 docs/benchmarks/scaling.py --two      what it says of the two workers that were measured

A worker has one lane. Needs nothing but Python 3.
"""
import sys
from dataclasses import dataclass, replace

MIB4 = 4 << 20


@dataclass(frozen=True)
class Network:
    """What an exchange costs: seconds of each hop of the ring and of each operation, and of each byte."""
    gbits: float
    operation: float = 0.4e-3  # measured: an exchange of nothing between two takes one of these and a hop
    hop: float = 0.3e-3
    gathered: float = 2.8e-9  # of each byte received, beside the wire: copies and gRPC
    summed: float = 1.9e-9  # of each byte that goes round in a sum

    def wire(self):
        return 0 if self.gbits == 0 else 8 / (self.gbits * 1e9)

    def gather(self, workers, own):
        """Each worker brings so many bytes, and has those of all in the end."""
        header = self.operation + (workers - 1) * self.hop
        buckets = list(pieces(own))
        return header + sum(self.operation + (workers - 1) * (self.hop + b * (self.gathered + self.wire()))
                            for b in buckets)

    def ring(self, workers, own):
        """Twice around, a part of each bucket at a time."""
        header = self.operation + (workers - 1) * self.hop
        hops = 2 * (workers - 1)
        return header + sum(self.operation + hops * (self.hop + b / workers * (self.summed + self.wire()))
                            for b in pieces(own))


def pieces(size):
    """Buckets of 4 MiB, and behind them the smallest that holds the rest; what is short goes with the header."""
    left = size - 1000
    while left > 0:
        bucket = next(b for b in (64 << 10, 512 << 10, MIB4) if left <= b or b == MIB4)
        yield bucket
        left -= bucket


@dataclass(frozen=True)
class Run:
    """An epoch on one worker, in seconds and bytes."""
    samples: int
    batch: int  # of sampling
    sample: float  # seconds to draw and score one
    sample_bytes: int  # what the others are told of it
    updates: int
    rows: int  # of an update
    row: float  # seconds forward and backward
    micro: int  # rows at a time
    gradient: int  # bytes
    apply: float  # seconds of the optimiser's step and the copies around it, in each update, on every worker
    alone: float  # seconds of what every worker does by itself, in each epoch

    def parts(self, workers, net, ring):
        """Seconds of an epoch: drawn, learnt, handed on, summed, done by each."""
        batches = -(-self.samples // self.batch)
        rounds = -(-batches // workers)
        drawn = rounds * self.batch * self.sample
        micros = -(-self.rows // self.micro)
        learnt = self.updates * -(-micros // workers) * self.micro * self.row
        if workers == 1:  # no exchange
            return drawn, learnt, 0, 0, self.updates * self.apply + self.alone
        handed = rounds * net.gather(workers, self.batch * self.sample_bytes)
        if ring:  # and what is logged, which goes with a gather
            sums = self.updates * (net.gather(workers, 1000) + net.ring(workers, self.gradient))
        else:
            sums = self.updates * net.gather(workers, self.gradient)
        return drawn, learnt, handed, sums, self.updates * self.apply + self.alone

    def seconds(self, workers, net, ring):
        return sum(self.parts(workers, net, ring))

    def efficiency(self, workers, net, ring):
        return self.seconds(1, net, ring) / (workers * self.seconds(workers, net, ring))


LORA = 4 * 797_184
WHOLE = 4 * 859_520_964
LATENTS = 51 * 64 * 64 * 4 * 4  # of a sample of Stable Diffusion 1 at 512 x 512 and 50 steps

# 256 samples of 50 steps an epoch. Two updates as in DDPO, or a hundred as TDPO's update at each timestep.
# On two cores of a CPU, of a sample in 2 steps, its decode and an update of 2 rows: 51.8 and 83.7 s (2026-11-23).
# On a GPU, ASSUMED: 50 steps in 4 s, a row in 0.25 s.
CPU = Run(256, 1, 50 * 51.8 / 2, LATENTS, 2, 6400, 83.7 / 2, 1, LORA, 0.02, 1)
GPU = replace(CPU, sample=4.0, row=0.25)


def often(run):
    return replace(run, updates=100, rows=128)


def whole(run):
    """The optimiser's step reads and writes seven such tensors; four copies around it."""
    return replace(run, gradient=WHOLE, apply=6)


RUNS = {
    "LoRA, 2 updates": (GPU, False),
    "LoRA, 100 updates": (often(GPU), False),
    "the same, `ring`": (often(GPU), True),
    "all weights, 2 updates, `ring`": (whole(GPU), True),
    "all weights, 100 updates, `ring`": (often(whole(GPU)), True),
    "CPU: LoRA, 100 updates": (often(CPU), False),
    "CPU: the same, `ring`": (often(CPU), True),
    "CPU: all weights, 100 updates, `ring`": (often(whole(CPU)), True),
}

# tiny E32 on one core, by name: an epoch's seconds for samples and rewards, and for updates; bytes of a sample and of
# the gradients; updates an epoch; micro-batches of each; seconds to apply one; seconds of what each does by itself; and
# an epoch's seconds by two workers.
MEASURED = {
    "DDPO": (3.90, 8.06, 21_740, 179_290, 2, 40, 0.002, 0, 6.04),
    "TDPO-R": (12.63, 8.26, 83_360, 3_884_400, 40, 2, 0.004, 0.38, 13.35),
}


def table():
    print("| an epoch | one worker | network | 8 workers | 32 workers | 128 workers |")
    print("|---|---|---|---|---|---|")
    for name, (run, ring) in RUNS.items():
        for gbits in (1, 10, 25):
            net = Network(gbits)
            cells = [f"{run.seconds(w, net, ring):,.0f} s, {run.efficiency(w, net, ring):.0%}" for w in (8, 32, 128)]
            first = f"{name} | {run.seconds(1, net, ring):,.0f} s" if gbits == 1 else "|"
            print(f"| {first} | {gbits} Gbit/s | " + " | ".join(cells) + " |")


def two():
    loopback = Network(0)
    for name, (drawn, learnt, sample, gradient, updates, micros, apply, alone, found) in MEASURED.items():
        row = learnt / (updates * micros * 8)
        run = Run(32, 8, drawn / 32, sample, updates, micros * 8, row, 8, gradient, apply, alone)
        one, both = run.seconds(1, loopback, False), run.seconds(2, loopback, False)
        print(f"{name}: one {one:.2f} s, two {both:.2f} s by the model ({one / both:.2f}),"
              f" {found:.2f} s measured ({one / found:.2f})")


if __name__ == "__main__":
    two() if "--two" in sys.argv else table()
