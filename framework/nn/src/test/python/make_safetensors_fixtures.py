# Writes the safetensors fixtures of SafetensorsFileTest and SafetensorsWriterTest with the reference library.
# Pinned: torch==2.9.1 safetensors==0.8.0 numpy==2.4.6
# Usage: python make_safetensors_fixtures.py ../resources/org/tempera/nn/weights
import pathlib
import sys

import torch
from safetensors.torch import save_file

out = pathlib.Path(sys.argv[1])

every = {
    "bool": torch.tensor([True, False, True]),
    "u8": torch.tensor([0, 127, 255], dtype=torch.uint8),
    "i8": torch.tensor([-128, 0, 127], dtype=torch.int8),
    "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
    "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
    "i64": torch.tensor([-(2**63), 2**63 - 1]),
    "f16": torch.tensor([1.5, -65504.0, 2.0**-24, float("inf")], dtype=torch.float16),
    "bf16": torch.tensor([1.5, -3.0e38, 2.0**-130], dtype=torch.bfloat16),
    "f32": torch.tensor([[1.1, -2.2, 3.3], [4.4, 5.5, 6.6]]),
    "f64": torch.tensor([0.1, -1e300], dtype=torch.float64),
    "scalar": torch.tensor(7.0),
    "empty": torch.zeros(0, 4),
}
save_file(every, out / "every-dtype.safetensors", metadata={"format": "pt"})

written = {
    "b.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
    "a.weight": torch.tensor([0.1, 65504.0, -1e-7], dtype=torch.float16),
    "ids": torch.arange(3),
    "mask": torch.tensor([1, 0, 255], dtype=torch.uint8),
    "\u00e9": torch.tensor(0.5),
}
save_file(written, out / "written.safetensors", metadata={"format": "pt"})
