# Writes the PyTorch checkpoints of TorchZipFileTest.
# Pinned: torch==2.9.1 numpy==2.4.6
# Usage: python make_torch_fixtures.py ../resources/org/tempera/nn/weights
import collections
import pathlib
import sys

import torch

out = pathlib.Path(sys.argv[1])
base = torch.arange(24, dtype=torch.float32)
grid = base.reshape(2, 3, 4)
state = collections.OrderedDict(
    {
        "weight": torch.tensor([[1.5, -2.5], [3.5, 4.5]]),
        "half": torch.tensor([1.5, -65504.0], dtype=torch.float16),
        "bfloat": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "double": torch.tensor([0.1], dtype=torch.float64),
        "ids": torch.tensor([[1, -2, 3]]),
        "int": torch.tensor([-7], dtype=torch.int32),
        "byte": torch.tensor([255], dtype=torch.uint8),
        "flag": torch.tensor([True, False]),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.tensor([9.0])),
        "transposed": grid.permute(2, 0, 1),
        "sliced": grid[1, :, 1:3],
        "row": grid[1, 2],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
    }
)
torch.save(state, out / "state.pt")
linear = torch.nn.Linear(2, 1)
torch.nn.init.constant_(linear.weight, 0.5)
torch.nn.init.zeros_(linear.bias)
torch.jit.script(linear).save(str(out / "program.pt"))
torch.save(
    {"epoch": 3, "name": "x", "lr": 1e-4, "done": None, "state_dict": linear.state_dict(),
     "optimizer": {"state": {0: {"step": torch.tensor(2.0)}}, "groups": [{"betas": (0.9, 0.99)}]}},
    out / "wrapped.pth",
)
torch.save({"weight": torch.ones(2)}, out / "legacy.pt", _use_new_zipfile_serialization=False)
