# Writes clip-ids.json of PublishedVocabularyTest with the reference tokenizers and the vocabulary that was published with CLIP:
# hashes over all of Unicode and over random texts. Left out, and named, are texts that ftfy takes for broken encodings, and those
# with combining marks of Unicode 14 and later, whose order in NFC depends on the version of the JVM and of Python.
# Pinned: transformers==4.56.2 open_clip_torch==3.3.0 ftfy==6.3.1 regex==2026.11.15, Python 3.11
# Usage: python make_clip_fixtures.py ../resources/org/tempera/nn/tokenizer
import gzip
import json
import pathlib
import re
import sys
import tempfile

import ftfy
import reference_texts
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode, default_bpe
from transformers import CLIPTokenizer

PIECES = ["<|endoftext|>", "<|startoftext|>", "<|EndOfText|>", "<start_of_text>", "&amp;", "&eacute;", "&#233;", "&lt;b&gt;", " ", " ",
          "don't", "WE'LL", "'s", "running", "\u03a3", "\u0130", "\n", "<", "12345"]

merges = gzip.open(default_bpe()).read().decode("utf-8").split("\n")[: 49152 - 256 - 2 + 1]
vocabulary = list(bytes_to_unicode().values())
vocabulary += [v + "</w>" for v in vocabulary] + ["".join(m.split()) for m in merges[1:]] + ["<|startoftext|>", "<|endoftext|>"]
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocabulary)}), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(merges) + "\n", encoding="utf-8")
    transformers_clip = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token="<|endoftext|>")
open_clip = SimpleTokenizer(context_length=77)


NEW_MARKS = [(0x897, 0x89F), (0x8CA, 0x8D2), (0xC3C, 0xC3C), (0x1715, 0x1715), (0x1AC1, 0x1ACE), (0x1DFA, 0x1DFA), (0x105C9, 0x105C9),
             (0x105E4, 0x105E4), (0x10D69, 0x10D6D), (0x10EFD, 0x10EFF), (0x10F82, 0x10F85), (0x11070, 0x11070), (0x113CE, 0x113D0),
             (0x11F41, 0x11F42), (0x1612F, 0x1612F), (0x1E08F, 0x1E08F), (0x1E2AE, 0x1E2AE), (0x1E4EC, 0x1E4EF), (0x1E5EE, 0x1E5EF)]


def broken(text):
    return ftfy.fix_text(text) != ftfy.fix_text(text, fix_encoding=False)


def leaves_out(text):
    # transformers cuts special tokens out first.
    parts = re.split(r"<\|startoftext\|>|<\|endoftext\|>", text)
    return any(broken(t) for t in [text, *parts]) or any(a <= ord(c) <= b for c in text for a, b in NEW_MARKS)


def rows(groups):
    result, left_out = {"FIX_TEXT": [], "OPEN_CLIP": []}, []
    for g, texts in enumerate(groups):
        out = {i for i, t in enumerate(texts) if leaves_out(t)}
        left_out += [g * len(texts) + i for i in sorted(out)]
        kept = [t for i, t in enumerate(texts) if i not in out]
        result["FIX_TEXT"].append(reference_texts.digest(
            transformers_clip(kept, padding="max_length", truncation=True, max_length=77).input_ids if kept else []))
        result["OPEN_CLIP"].append(reference_texts.digest(open_clip(kept).tolist() if kept else []))
    return {**result, "left_out": left_out}


expected = {"blocks": rows(reference_texts.blocks()), "samples": rows(reference_texts.samples(PIECES))}
print({k: len(v["left_out"]) for k, v in expected.items()})
(pathlib.Path(sys.argv[1]) / "clip-ids.json").write_text(json.dumps(expected, indent=1, separators=(",", ":")) + "\n", encoding="ascii")
