# Writes the character tables of open_clip's tokenizer, so that its tokens do not depend on the JDK's Unicode version.
# Those of transformers 5 are make_fast_tables.py's.
# Pinned: Python 3.11 (unicodedata 14.0), regex==2026.11.15
# Usage: python make_unicode_tables.py ../../main/resources/org/tempera/nn/tokenizer
import html.entities
import pathlib
import sys
import unicodedata

import regex

out = pathlib.Path(sys.argv[1])


def ranges(test):
    found, start = [], None
    for c in range(0x110001):
        inside = c < 0x110000 and not 0xD800 <= c < 0xE000 and test(chr(c))
        if inside and start is None:
            start = c
        elif not inside and start is not None:
            found.append(f"{start:x}" if start == c - 1 else f"{start:x}-{c - 1:x}")
            start = None
    return " ".join(found)


letter, number = (regex.compile(p) for p in (r"\p{L}", r"\p{N}"))
# Lower-case letters that Unicode 14.0 added: a JDK 17 knows 13.0 only.
capital = regex.compile(r"\p{Lu}|\p{Lt}")
new = [0x2C2F, 0xA7C0, 0xA7D0, 0xA7D6, 0xA7D8, *(c for c in range(0x10570, 0x10596) if chr(c).isupper())]
# Capitals that later versions added: Python 3.11 leaves them as they are, a newer JDK would not.
new += [c for c in range(0x110000) if unicodedata.category(chr(c)) == "Cn" and capital.match(chr(c))]
with open(out / "unicode-classes.txt", "w", encoding="ascii") as f:
    f.write("letters " + ranges(letter.match) + "\n")
    f.write("numbers " + ranges(number.match) + "\n")
    f.write("lower " + " ".join(f"{c:x}-{ord(chr(c).lower()):x}" for c in new) + "\n")
with open(out / "html-entities.txt", "w", encoding="ascii") as f:
    for name, value in sorted(html.entities.html5.items()):
        f.write(name + " " + " ".join(f"{ord(c):x}" for c in value) + "\n")
