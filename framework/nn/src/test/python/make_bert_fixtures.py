# Writes bert-ids.json of BertTokenizerTest with the reference tokenizer: hashes over all of Unicode and over random texts, and
# a few hundred texts with their ids. The vocabulary is made by a rule that the test repeats.
# Left out, and named, are texts with combining marks whose order depends on the version of Unicode, and so on the JVM and Rust.
# Pinned: transformers==5.24.0, tokenizers==0.23.3, Python 3.11
# Usage: python make_bert_fixtures.py ../resources/org/tempera/nn/tokenizer
import json
import pathlib
import sys
import tempfile

import reference_texts
from transformers import BertTokenizer

WORDS = "cat dog photo un ##aff ##able running ##ing ##s a ##a photo ##graph strasse ##\u03c3".split()


def vocabulary():
    yield from ("[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)
    for c in range(0x21, 0x20000):
        if not (0x7F <= c <= 0xA0 or 0xD800 <= c < 0xE000):
            yield chr(c)
            if c % 3:
                yield "##" + chr(c)


with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "vocab.txt").write_text("".join(t + "\n" for t in vocabulary()), encoding="utf-8", newline="\n")
    tokenizer = BertTokenizer.from_pretrained(folder)
tokenizer.add_special_tokens({"bos_token": "[DEC]"})
tokenizer.add_special_tokens({"extra_special_tokens": ["[ENC]"]})


PIECES = ["[CLS]", "[UNK]", "[MASK]", "[ENC]", "[DEC]", "[PAD]", "[cls]", " ", " ", "running", "unaffable", "\u03a3", "\u0130", "\n"]


UNSETTLED = reference_texts.unsettled()


def digests(groups):
    """Hashes of the groups' ids without the texts that are left out, whose places among all come last."""
    hashes, left_out, place = [], [], 0
    for group in groups:
        kept = []
        for text in group:
            left_out += [place] if any(c in UNSETTLED for c in text) else []
            kept += [] if left_out and left_out[-1] == place else [text]
            place += 1
        hashes.append(reference_texts.digest(tokenizer(t).input_ids for t in kept))
    return {"digests": hashes, "left_out": left_out}


texts = [
    "", "a photo of a cat", "A  Photo\tof\nA CAT", "don't, it's", "caf\u00e9 cafe\u0301 12345", "\u732b\u72ac \u30ab\u30e1\u30e9",
    "\u0130stanbul \u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3.", "Stra\u00dfe \u1e9e", "a\x00b\x07c\u200bd\ufeffe\ufffdf", "x\u2028y\x85z\x1cq",
    "[CLS] a [SEP]b[MASK]c [UNK][PAD]", "[ENC]a[DEC]", "[enc] [Cls]", "[CL\u200bS]", "[[CLS]]", "e" * 100, "e" * 101, "cat " * 60,
    "\uac00\ub098\ub2e4", "\ufb01ne \uff26\uff35 \u00bd", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0e44\u0e17\u0e22", "a\u0345b", "\u212a\u2126\u212b", "unaffable catdogs",
    "\U00020000\U0002a700\U0002f800", "\U0001f408 \u2764\ufe0f", "a\u00a0b\u3000c\u1680d", "\r\n",
]
explicit = reference_texts.Numbers(2)
texts += [reference_texts.random_text(explicit, PIECES) for _ in range(220)]
rows = [{"text": t, "ids": tokenizer(t).input_ids,
         "fitted": tokenizer(t, padding="max_length", truncation=True, max_length=35).input_ids} for t in texts if not any(c in UNSETTLED for c in t)]
target = pathlib.Path(sys.argv[1]) / "bert-ids.json"
body = ",\n".join("  " + json.dumps(r, separators=(",", ":")) for r in rows)
target.write_text("{\n \"blocks\": " + json.dumps(digests(reference_texts.blocks())) + ",\n \"samples\": "
                  + json.dumps(digests(reference_texts.samples(PIECES)))
                  + ",\n \"texts\": [\n" + body + "]}\n", encoding="ascii")
