"""Noise levels and steps of rectified flow, as diffusers takes them; steps with noise by Flow-GRPO's equation, in float64.

diffusers==0.42.1 torch numpy. Run: python make_flow_cases.py ../resources/flow/cases.json
"""

import json
import sys

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.flux.pipeline_flux import calculate_shift

# Scheduler's file, whose pipeline chooses the levels, steps, size of the latent.
SCHEDULES = [
    ({"shift": 3.0}, "sd3", 10, 8),
    ({"shift": 3.0}, "sd3", 1, 8),
    ({"shift": 3.0}, "sd3", 28, 128),
    ({}, "sd3", 5, 8),
    ({"use_dynamic_shifting": True}, "sd3", 7, 64),
    ({"shift": 3.0, "use_dynamic_shifting": True}, "flux", 28, 128),
    ({"use_dynamic_shifting": True}, "flux", 4, 64),
    ({"use_dynamic_shifting": True, "base_shift": 0.2, "max_shift": 2.0, "max_image_seq_len": 1000}, "flux", 6, 8),
    ({"shift": 1.0}, "flux", 4, 64),
    ({"shift": 3.0}, "flux", 10, 64),
]
NOISE_LEVELS = (0.3, 0.7, 1.0)


def scheduler(config, pipeline, steps, size):
    """A scheduler with its timesteps set as the pipeline sets them."""
    found = FlowMatchEulerDiscreteScheduler.from_config(config)
    more = {}
    if config.get("use_dynamic_shifting"):
        c = found.config
        more["mu"] = calculate_shift(
            size * size // 4, c.base_image_seq_len, c.max_image_seq_len, c.base_shift, c.max_shift
        )
    if pipeline == "flux":
        found.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), **more)
    else:
        found.set_timesteps(steps, **more)
    return found


def noisy_step(x, v, sigmas, i, a):
    """Mean and deviation of the step with noise: the marginals of x at every level stay those of the step without."""
    s, down = sigmas[i], sigmas[i + 1] - sigmas[i]
    variance = a * a * s / (1 - (s if s < 1 else sigmas[1]))
    score_part = variance / (2 * s)
    mean = x + (v + score_part * (x + (1 - s) * v)) * down
    return mean, np.sqrt(-variance * down)


def main(target):
    generator = torch.Generator().manual_seed(11)
    cases = []
    for config, pipeline, steps, size in SCHEDULES:
        found = scheduler(config, pipeline, steps, size)
        sigmas = found.sigmas.double().numpy()
        case = {
            "config": config,
            "pipeline": pipeline,
            "steps": steps,
            "size": size,
            "sigmas": sigmas.tolist(),
            "timesteps": found.timesteps.tolist(),
            "taken": [],
        }
        for i in sorted({0, steps // 2, steps - 1}):
            x, v = torch.randn((2, 2, 1, 3), generator=generator, dtype=torch.float32)
            found._step_index = i
            taken = {
                "step": i,
                "latent": x.flatten().tolist(),
                "velocity": v.flatten().tolist(),
                "next": found.step(v, found.timesteps[i], x).prev_sample.flatten().tolist(),
                "noisy": [],
            }
            for a in NOISE_LEVELS:
                mean, deviation = noisy_step(x.double().numpy(), v.double().numpy(), sigmas, i, a)
                taken["noisy"].append({"eta": a, "mean": mean.flatten().tolist(), "deviation": deviation})
            case["taken"].append(taken)
        cases.append(case)
    with open(target, "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")


main(sys.argv[1])
