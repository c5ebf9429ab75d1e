# Writes the character tables of the tokenizers that transformers 5 runs, as they are found by asking them about every code point,
# so that our tokens depend neither on the JDK's Unicode version nor on a guess at theirs.
# Pinned: tokenizers==0.23.3 (of transformers==5.24.0), regex==2026.11.15, Python 3.11 (unicodedata 14.0)
# Usage: python make_fast_tables.py ../../main/resources/org/tempera/nn/tokenizer
import pathlib
import sys
import unicodedata

import regex
from tokenizers import Regex, normalizers, pre_tokenizers

out = pathlib.Path(sys.argv[1])
POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def ranges(points):
    found, start, last = [], None, None
    for c in [*sorted(points), None]:
        if start is not None and c != last + 1:
            found.append(f"{start:x}" if start == last else f"{start:x}-{last:x}")
            start = None
        start = c if start is None else start
        last = c
    return " ".join(found)


def matching(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return [c for c in POINTS if split.pre_tokenize_str("\x01" + chr(c) + "\x01")]


lower = normalizers.Lowercase()
capital = regex.compile(r"\p{Lu}|\p{Lt}")
# Letters that Unicode 14 and later added: JDK 17 knows 13.0 only, and later ones more than the library.
new = [0x2C2F, 0xA7C0, 0xA7D0, 0xA7D6, 0xA7D8, *(c for c in range(0x10570, 0x10596) if chr(c).isupper())]
new += [c for c in POINTS if unicodedata.category(chr(c)) == "Cn" and (capital.match(chr(c)) or lower.normalize_str(chr(c)) != chr(c))]
with open(out / "fast-classes.txt", "w", encoding="ascii") as f:
    f.write("letters " + ranges(matching(r"[\p{L}]")) + "\n")
    f.write("numbers " + ranges(matching(r"[\p{N}]")) + "\n")
    f.write("lower " + " ".join(f"{c:x}-{ord(lower.normalize_str(chr(c))):x}" for c in sorted(set(new))) + "\n")


def bert(**on):
    return normalizers.BertNormalizer(**{"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False, **on})


def gone(normalizer):
    return [c for c in POINTS if normalizer.normalize_str("a" + chr(c) + "b") == "ab"]


words = pre_tokenizers.BertPreTokenizer()
with open(out / "bert-classes.txt", "w", encoding="ascii") as f:
    f.write("removed " + ranges(gone(bert(clean_text=True))) + " d800-dfff\n")
    f.write("marks " + ranges(gone(bert(strip_accents=True))) + "\n")
    f.write("punctuation " + ranges(c for c in POINTS if len(words.pre_tokenize_str("a" + chr(c) + "b")) == 3) + "\n")
    ideographs = bert(handle_chinese_chars=True)
    f.write("ideographs " + ranges(c for c in POINTS if ideographs.normalize_str(chr(c)) != chr(c)) + "\n")
