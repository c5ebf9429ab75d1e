# Writes expected-ids.json of ClipTokenizerTest with the reference tokenizers, for the vocabulary in ./tiny.
# Pinned: transformers==5.24.0 open_clip_torch==3.3.0 ftfy==6.3.1 regex==2026.11.15, Python 3.11
# Usage: python make_tokenizer_fixtures.py ../resources/org/tempera/nn/tokenizer
import gzip
import json
import pathlib
import sys
import tempfile

from open_clip.tokenizer import SimpleTokenizer
from transformers import CLIPTokenizer

folder = pathlib.Path(sys.argv[1])
texts = [
    "", "a photo of a cat", "A  Photo\tof\nA CAT", "don't, it's I'm we'll THEY'RE 'd", "caf\u00e9 12345",
    "\u732b \U0001f408 \u30ab\u30e1\u30e9", "\u732b\u72ac", "don\u2019t \u201cquote\u201d",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family \u2764\ufe0f", "\ufb01ne \uff26\uff35\uff2c\uff2c\u3000width\uff01",
    "e\u0301 cafe\u0301", "\u0130stanbul \u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3. \u03a3", "cat<|endoftext|> dog!cat",
    "a<|ENDOFTEXT|>b <|startoftext|>", "x!'s '\u017f it'\u017f", "<|\u017ftartoftext|>",
    "&amp; &eacute; &#233; &#x80; &EACUTE; & &foo; &amp;lt;", "<b>&amp;</b>\n&amp;", "cat &amp dog &ampx",
    "\u2028x\u2029y\x85z\x1cq", "a\x00b\x07c\u200bd\ufeffe", "\ufffd x", "\u00df \u1e9e stra\u00dfe",
    "\u00bd \u00b2 \u0663 \u2177 \u4e00\u4e8c", "\u0e01\u0e33 \u0e44\u0e17\u0e22", "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0645\u0631\u062d\u0628\u0627", "cat " * 100, "a, b. c; d: (e) [f]!?", "it''s '' '", "\u01c5 \u0149",
    "e" * 300, "a\r\nb\rc", "\x1b[31mred\x1b[0m", "a\u0345b", "\u2c2f", "<start_of_text> <end_of_text>",
]


def ids(tokenizer):
    return [tokenizer(t, padding="max_length", truncation=True, max_length=77).input_ids for t in texts]


plain = CLIPTokenizer.from_pretrained(folder / "tiny")
padded = CLIPTokenizer.from_pretrained(folder / "tiny", pad_token="!")
with tempfile.NamedTemporaryFile(suffix=".gz") as merges:
    merges.write(gzip.compress((folder / "tiny" / "merges.txt").read_bytes().rstrip(b"\n")))
    merges.flush()
    open_clip = SimpleTokenizer(merges.name, context_length=77)
published = SimpleTokenizer(context_length=77)  # CLIP's own vocabulary, which the package ships
expected = {
    "texts": texts,
    "TRANSFORMERS": ids(plain),
    "PAD": ids(padded),
    "OPEN_CLIP": open_clip(texts).tolist(),
    "PUBLISHED": published(texts).tolist(),
    "decoded": [plain.decode(i, skip_special_tokens=True) for i in ids(plain)],
}
rows = ",\n".join(f" {json.dumps(k)}: [\n" + ",\n".join("  " + json.dumps(v) for v in values) + "]" for k, values in expected.items())
(folder / "expected-ids.json").write_text("{\n" + rows + "\n}\n", encoding="ascii")
