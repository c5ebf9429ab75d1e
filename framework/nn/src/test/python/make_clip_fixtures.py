# Writes clip-ids.json of PublishedVocabularyTest with the reference tokenizers and the vocabulary that was published with CLIP:
# hashes over all of Unicode and over random texts. Left out, and named, are texts that ftfy takes for broken encodings (for
# open_clip), and those with combining marks whose order depends on the version of Unicode, and so on the JVM, Python and Rust.
# Pinned: transformers==5.24.0 open_clip_torch==3.3.0 ftfy==6.3.1 regex==2026.11.15, Python 3.11
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
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges[1:]) + "\n", encoding="utf-8")
    transformers_clip = CLIPTokenizer.from_pretrained(folder)
open_clip = SimpleTokenizer(context_length=77)


UNSETTLED = reference_texts.unsettled()


def broken(text):
    return ftfy.fix_text(text) != ftfy.fix_text(text, fix_encoding=False)


def leaves_out(text):
    # transformers cuts special tokens out first.
    parts = re.split(r"<\|startoftext\|>|<\|endoftext\|>", text)
    return any(broken(t) for t in [text, *parts]) or any(c in UNSETTLED for c in text)


def rows(groups):
    result, left_out = {"TRANSFORMERS": [], "OPEN_CLIP": []}, []
    for g, texts in enumerate(groups):
        out = {i for i, t in enumerate(texts) if leaves_out(t)}
        left_out += [g * len(texts) + i for i in sorted(out)]
        kept = [t for i, t in enumerate(texts) if i not in out]
        result["TRANSFORMERS"].append(reference_texts.digest(
            transformers_clip(kept, padding="max_length", truncation=True, max_length=77).input_ids if kept else []))
        result["OPEN_CLIP"].append(reference_texts.digest(open_clip(kept).tolist() if kept else []))
    return {**result, "left_out": left_out}


expected = {"blocks": rows(reference_texts.blocks()), "samples": rows(reference_texts.samples(PIECES))}
print({k: len(v["left_out"]) for k, v in expected.items()})
(pathlib.Path(sys.argv[1]) / "clip-ids.json").write_text(json.dumps(expected, indent=1, separators=(",", ":")) + "\n", encoding="ascii")
