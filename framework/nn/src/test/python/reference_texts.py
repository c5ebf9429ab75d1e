# The texts that the tokenizers' fixtures are made of: all of Unicode, and random ones, by rules that ReferenceTexts.java repeats.
import hashlib
import struct
import unicodedata


def digest(rows):
    """Hash of lists of ids."""
    h = hashlib.sha256()
    for ids in rows:
        h.update(struct.pack(f"<{len(ids)}i", *ids))
    return h.hexdigest()[:16]


def blocks():
    """Every code point but surrogates, within a word and among its neighbours: lists of 512 texts."""
    for block in range(0, 0x110000, 4096):
        texts = []
        for start in range(block, block + 4096, 8):
            chars = [chr(c) for c in range(start, start + 8) if not 0xD800 <= c < 0xE000]
            texts.append(" ".join("x" + c + "Y" for c in chars) + " " + "".join(chars))
        yield texts


class Numbers:
    """Knuth's linear congruential generator, 64 bits, the upper 31 used."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


POOLS = [(0x20, 0x7F), (0x20, 0x7F), (0x61, 0x7B), (0xA0, 0x250), (0x250, 0x590), (0x590, 0xE80), (0x300, 0x370),
         (0x1E00, 0x2100), (0x2000, 0x2070), (0x3000, 0x3130), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0x1F300, 0x1F650), (0, 0x21)]


def random_text(r, pieces):
    """Characters of various scripts, and pieces in between."""
    out = []
    for _ in range(1 + r.below(24)):
        pool = POOLS[r.below(len(POOLS))]
        for _ in range(1 + r.below(5)):
            out.append(chr(pool[0] + r.below(pool[1] - pool[0])))
        if r.below(4) == 0:
            out.append(pieces[r.below(len(pieces))])
    return "".join(out)


def samples(pieces):
    """100 lists of 50 random texts."""
    r = Numbers(1)
    return [[random_text(r, pieces) for _ in range(50)] for _ in range(100)]


NEW_MARKS = [(0x897, 0x89F), (0x8CA, 0x8D2), (0xC3C, 0xC3C), (0x1715, 0x1715), (0x1AC1, 0x1ACE), (0x1DFA, 0x1DFA), (0x105C9, 0x105C9),
             (0x105E4, 0x105E4), (0x10D69, 0x10D6D), (0x10EFD, 0x10EFF), (0x10F82, 0x10F85), (0x11070, 0x11070), (0x113CE, 0x113D0),
             (0x11F41, 0x11F42), (0x1612F, 0x1612F), (0x1E08F, 0x1E08F), (0x1E2AE, 0x1E2AE), (0x1E4EC, 0x1E4EF), (0x1E5EE, 0x1E5EF)]


def unsettled():
    """Combining marks whose order depends on the version of Unicode: those of 14 and later, and those that the Rust library has not."""
    from tokenizers import normalizers

    nfd = normalizers.NFD()
    known = {chr(c) for c in range(0x110000) if unicodedata.combining(chr(c))}
    # The tilde overlay is the first of all marks, the iota below the last.
    pairs = [(c, c + "\u0334", "\u0345" + c) for c in known]
    missing = {c for c, *texts in pairs if any(nfd.normalize_str("a" + t) != unicodedata.normalize("NFD", "a" + t) for t in texts)}
    return missing | {chr(c) for first, last in NEW_MARKS for c in range(first, last + 1)} | {"\U00011938"}
