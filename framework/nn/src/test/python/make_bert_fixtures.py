# Writes bert-ids.json of BertTokenizerTest with the reference tokenizer: hashes over all of Unicode and over random texts, and
# a few hundred texts with their ids. The vocabulary is made by a rule that the test repeats.
# Pinned: transformers==4.56.2, Python 3.11 (unicodedata 14.0)
# Usage: python make_bert_fixtures.py ../resources/org/tempera/nn/tokenizer
import hashlib
import json
import pathlib
import struct
import sys
import tempfile

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


def digest(texts):
    h = hashlib.sha256()
    for t in texts:
        ids = tokenizer(t).input_ids
        h.update(struct.pack(f"<{len(ids)}i", *ids))
    return h.hexdigest()[:16]


def blocks():
    for block in range(0, 0x110000, 4096):
        texts = []
        for start in range(block, block + 4096, 8):
            chars = [chr(c) for c in range(start, start + 8) if not 0xD800 <= c < 0xE000]
            texts.append(" ".join("x" + c + "Y" for c in chars) + " " + "".join(chars))
        yield digest(texts)


class Numbers:
    """Knuth's linear congruential generator, 64 bits, the upper 31 used."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


POOLS = [(0x20, 0x7F), (0x20, 0x7F), (0x61, 0x7B), (0xA0, 0x250), (0x250, 0x590), (0x590, 0xE80), (0x300, 0x370),
         (0x1E00, 0x2100), (0x2000, 0x2070), (0x3000, 0x3130), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0x1F300, 0x1F650), (0, 0x21)]
PIECES = ["[CLS]", "[UNK]", "[MASK]", "[ENC]", "[DEC]", "[PAD]", "[cls]", " ", " ", "running", "unaffable", "\u03a3", "\u0130", "\n"]


def random_text(r):
    out = []
    for _ in range(1 + r.below(24)):
        pool = POOLS[r.below(len(POOLS))]
        for _ in range(1 + r.below(5)):
            out.append(chr(pool[0] + r.below(pool[1] - pool[0])))
        if r.below(4) == 0:
            out.append(PIECES[r.below(len(PIECES))])
    return "".join(out)


numbers = Numbers(1)
samples = [digest([random_text(numbers) for _ in range(50)]) for _ in range(100)]
texts = [
    "", "a photo of a cat", "A  Photo\tof\nA CAT", "don't, it's", "caf\u00e9 cafe\u0301 12345", "\u732b\u72ac \u30ab\u30e1\u30e9",
    "\u0130stanbul \u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3.", "Stra\u00dfe \u1e9e", "a\x00b\x07c\u200bd\ufeffe\ufffdf", "x\u2028y\x85z\x1cq",
    "[CLS] a [SEP]b[MASK]c [UNK][PAD]", "[ENC]a[DEC]", "[enc] [Cls]", "[CL\u200bS]", "[[CLS]]", "e" * 100, "e" * 101, "cat " * 60,
    "\uac00\ub098\ub2e4", "\ufb01ne \uff26\uff35 \u00bd", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0e44\u0e17\u0e22", "a\u0345b", "\u212a\u2126\u212b", "unaffable catdogs",
    "\U00020000\U0002a700\U0002f800", "\U0001f408 \u2764\ufe0f", "a\u00a0b\u3000c\u1680d", "\r\n",
]
explicit = Numbers(2)
texts += [random_text(explicit) for _ in range(220)]
rows = [{"text": t, "ids": tokenizer(t).input_ids,
         "fitted": tokenizer(t, padding="max_length", truncation=True, max_length=35).input_ids} for t in texts]
target = pathlib.Path(sys.argv[1]) / "bert-ids.json"
body = ",\n".join("  " + json.dumps(r, separators=(",", ":")) for r in rows)
target.write_text("{\n \"blocks\": " + json.dumps(list(blocks())) + ",\n \"samples\": " + json.dumps(samples)
                  + ",\n \"texts\": [\n" + body + "]}\n", encoding="ascii")
