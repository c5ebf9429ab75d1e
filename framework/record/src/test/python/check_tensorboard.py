"""Checks with TensorBoard's own readers that it understands the event files in a folder.

By hand, not part of the build:

    python -m venv venv && venv/bin/pip install tensorboard pillow
    venv/bin/python check_tensorboard.py FOLDER

FOLDER is a run folder, or what `org.tempera.record.metrics.EventFileForTensorBoard` (a main class beside the tests) writes. Prints every
scalar and picture that TensorBoard sees; fails if there are no scalars, a checksum is wrong or a picture cannot be
decoded.
"""

import io
import pathlib
import sys

from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.tensorflow_stub import pywrap_tensorflow

folder = sys.argv[1]
for path in sorted(pathlib.Path(folder).glob("events.out.tfevents.*")):
    reader = pywrap_tensorflow.PyRecordReader_New(str(path).encode())
    count = 0
    while True:
        try:
            reader.GetNext()  # raises DataLossError where a checksum is wrong
            count += 1
        except Exception as e:
            if type(e).__name__ != "OutOfRangeError":
                raise
            break
    print(f"{path.name}: {count} records, checksums hold")

events = event_accumulator.EventAccumulator(folder, size_guidance={"scalars": 0, "images": 0})
events.Reload()
tags = events.Tags()
assert tags["scalars"], "no scalars"
for tag in tags["scalars"]:
    print(tag, [(e.step, round(e.value, 6)) for e in events.Scalars(tag)])
for tag in tags["images"]:
    for e in events.Images(tag):
        picture = Image.open(io.BytesIO(e.encoded_image_string))
        picture.load()
        assert picture.size == (e.width, e.height), (picture.size, e.width, e.height)
        print(tag, e.step, picture.size, picture.mode)
