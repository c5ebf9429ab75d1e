# Writes bert-ids.json of BertTokenizerTest with the reference tokenizer: hashes over all of Unicode and over random texts, and
# a few hundred texts with their ids. The vocabulary is made by a rule that the test repeats.
# Pinned: transformers==4.56.2, Python 3.11 (unicodedata 14.0)
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


with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", newline="\n") as f:
    f.write("".join(t + "\n" for t in vocabulary()))
    f.flush()
    tokenizer = BertTokenizer(f.name)
tokenizer.add_special_tokens({"bos_token": "[DEC]"})
tokenizer.add_special_tokens({"additional_special_tokens": ["[ENC]"]})


PIECES = ["[CLS]", "[UNK]", "[MASK]", "[ENC]", "[DEC]", "[PAD]", "[cls]", " ", " ", "running", "unaffable", "\u03a3", "\u0130", "\n"]


def digest(texts):
    return reference_texts.digest(tokenizer(t).input_ids for t in texts)


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
         "fitted": tokenizer(t, padding="max_length", truncation=True, max_length=35).input_ids} for t in texts]
target = pathlib.Path(sys.argv[1]) / "bert-ids.json"
body = ",\n".join("  " + json.dumps(r, separators=(",", ":")) for r in rows)
target.write_text("{\n \"blocks\": " + json.dumps([digest(b) for b in reference_texts.blocks()]) + ",\n \"samples\": "
                  + json.dumps([digest(b) for b in reference_texts.samples(PIECES)])
                  + ",\n \"texts\": [\n" + body + "]}\n", encoding="ascii")
