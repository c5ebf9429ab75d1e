# Writes tokenizer-json.json of TokenizerJsonTest: tokenizer folders as transformers 5 reads and writes them, small, each with the
# ids of some hundred odd texts. CLIP's have the vocabulary in ./tiny, BERT's one of its own.
# Pinned: transformers==5.24.0, tokenizers==0.23.3, Python 3.11
# Usage: python make_tokenizer_json_fixtures.py ../resources/org/tempera/nn/tokenizer
import json
import pathlib
import shutil
import sys
import tempfile

import reference_texts
from transformers import BertTokenizer, CLIPTokenizer

folder = pathlib.Path(sys.argv[1])
START, END = "<|startoftext|>", "<|endoftext|>"


def token(content, **flags):
    return {"content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": True, **flags}


def decoder(*tokens):
    return {"tokenizer_config": {"added_tokens_decoder": {str(550 + i): t for i, t in enumerate(tokens)}}}


# What is written beside vocab.json and merges.txt.
CLIP = {
    "plain": {},
    "as Stable Diffusion 1": {"special_tokens_map": {
        "bos_token": token(START), "eos_token": token(END), "unk_token": token(END), "pad_token": END}},
    "as Stable Diffusion 2": {"special_tokens_map": {"bos_token": token(START), "eos_token": token(END), "unk_token": token(END), "pad_token": "!"}},
    "as transformers 4 writes it": {
        "tokenizer_config": {
            "added_tokens_decoder": {"548": token(START, special=True), "549": token(END, normalized=False, special=True)},
            "bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END, "model_max_length": 20,
            "additional_special_tokens": [], "clean_up_tokenization_spaces": True, "errors": "replace", "tokenizer_class": "CLIPTokenizer"},
    },
    "added tokens": {"added_tokens": {"<cat-toy>": 550, "<cat-toy>_1": 551, "<Dog>": 552, "caf\u00c9": 553}},
    "flags": decoder(token("<L>", lstrip=True, normalized=False), token("<R>", rstrip=True, normalized=False), token("word", single_word=True),
                     token("Raw", single_word=True, normalized=False), token("<L>x", normalized=False), token("<LR>", lstrip=True, rstrip=True),
                     token("\u00c9t\u00e9", special=True)),
    "further tokens": {"tokenizer_config": {"additional_special_tokens": ["<x>", "<Y>"], "mask_token": "<m>", "my_token": "<f>", "sep_token": "<s>"}},
    "no configuration": {"tokenizer_config": None, "special_tokens_map": None},
}
PIECES = [START, END, "<|EndOfText|>", "<|STARTOFTEXT|>", "<cat-toy>", "<cat-toy>_1", "<CAT-toy>", "<dog>", "<Dog>", "CAF\u00c9", "cafe\u0301", "<L>", " <L> ",
          "<R>", " <R> ", "<L>x", "<LR>", "word", " word ", "Raw", " Raw ", "\u00e9t\u00e9", "\u00c9T\u00c9", "<x>", "<Y>", "<m>", "<f>", "<s>", "!", " ! ", "&amp;",
          "\u201ccurly\u201d", "don\u2019t", "don't", "'s", "\n", "\u0130", "\u03a3", "a\u0345", "\u017f's", "cat", "dog"]
BERT_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"cat dog photo un ##aff ##able a ##a ##s i ! . , ' \u4e00 \u00e6".split()]
BERT_PIECES = ["[CLS]", "[UNK]", "[MASK]", "[PAD]", "[cls]", " [SEP] ", "unaffable", "cat", "Dogs", "\u4e00a", "\u00c6", "\n", "\u0130", "caf\u00e9", "\u2028", "a\u00ad"]


def texts(pieces, count, seed):
    numbers = reference_texts.Numbers(seed)
    fixed = ["", " ", "a photo of a cat", "a" * 120, "cat " * 90, "\u0000a\u0007b\u200bc\ufeffd\ufffde", "\u00bd \u0663 \u2177 \u4e00\u4e8c", "x\u2028y\u0085z\u001cq",
             "\u0041\u030a \u212b \u1e9e \ufb01 \uff26", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f", "\u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22"]
    # No combining marks of Unicode 14 and later: their order depends on the JVM.
    random = [reference_texts.random_text(numbers, pieces) for _ in range(count)]
    return fixed + [t for t in random if not any(0xC3C == ord(c) for c in t)]


def files(path):
    """The JSON files that were written, as text; the vocabulary of tokenizer.json is left to the test where it has one."""
    return {f.name: json.loads(f.read_text(encoding="utf-8")) for f in sorted(path.iterdir()) if f.suffix == ".json"}


rows = []
given = texts(PIECES, 60, 3)
for name, written in CLIP.items():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        old, new = scratch / "old", scratch / "new"
        shutil.copytree(folder / "tiny", old)
        for file, content in written.items():
            if content is None:
                (old / f"{file}.json").unlink()
            else:
                (old / f"{file}.json").write_text(json.dumps(content), encoding="utf-8")
        tokenizer = CLIPTokenizer.from_pretrained(old)
        tokenizer.save_pretrained(new)
        saved = files(new)
        vocabulary = json.loads((old / "vocab.json").read_text(encoding="utf-8"))
        assert saved["tokenizer.json"]["model"].pop("vocab") == vocabulary
        merges = [m.split() for m in (old / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]]
        assert saved["tokenizer.json"]["model"].pop("merges") == merges
        again = CLIPTokenizer.from_pretrained(new)
        ids = [tokenizer(t, padding="max_length", truncation=True, max_length=20).input_ids for t in given]
        assert ids == [again(t, padding="max_length", truncation=True, max_length=20).input_ids for t in given], name
        old_files = {k: v for k, v in files(old).items() if k != "vocab.json"}
        rows.append({"name": name, "old": old_files, "new": saved, "ids": ids})
bert_given = texts(BERT_PIECES, 150, 4)
with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)
    (scratch / "vocab.txt").write_text("".join(t + "\n" for t in BERT_WORDS), encoding="utf-8")
    tokenizer = BertTokenizer.from_pretrained(scratch)
    tokenizer.save_pretrained(scratch / "new")
    bert = {"words": BERT_WORDS, "new": files(scratch / "new"), "ids": [tokenizer(t).input_ids for t in bert_given]}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


clip_rows = ",\n".join("  " + compact(row) for row in rows)
target = folder / "tokenizer-json.json"
target.write_text(f'{{\n "texts": {compact(given)},\n "clip": [\n{clip_rows}],\n "bert_texts": {compact(bert_given)},\n "bert": {compact(bert)}\n}}\n', encoding="ascii")
