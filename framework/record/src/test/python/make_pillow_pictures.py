#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["pillow==13.0.0", "numpy==2.4.6"]
# ///
"""Writes small pictures of every mode and format, with the pixels that Pillow reads, for PillowPicturesTest.

    python make_pillow_pictures.py ../resources/pillow-pictures.jsonl

A line has a name, the file, and the pixels of `convert("RGBA")` laid over white, or why Pillow refuses the file. PNG's
depths, palettes, passes and chunks are written by hand, since Pillow itself writes few of them.
"""

import base64
import io
import json
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageCms

warnings.simplefilter("ignore")
random = np.random.default_rng(20261129)
W, H = 11, 9
cases = {}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def packed(row, bits):
    """Bytes of a row of samples."""
    if bits == 16:
        return b"".join(struct.pack(">H", v) for v in row)
    text = "".join(format(v, f"0{bits}b") for v in row)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def filtered(rows, step):
    """Rows with all five filters in turn."""
    out, before = b"", None
    for number, row in enumerate(rows):
        kind = number % 5
        done = bytearray([kind])
        for i, x in enumerate(row):
            a = row[i - step] if i >= step else 0
            b = before[i] if before else 0
            c = before[i - step] if before and i >= step else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            done.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        out += bytes(done)
        before = row
    return out


def png(samples, bits, colours, before=b"", after=b"", interlaced=False, split=1):
    """A PNG of samples [height, width, channels]."""
    h, w, channels = samples.shape
    raw = b""
    for x0, y0, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx]
        if part.size:
            raw += filtered([packed(r.reshape(-1).tolist(), bits) for r in part], max(1, channels * bits // 8))
    data = zlib.compress(raw)
    cut = -(-len(data) // split)
    idat = b"".join(chunk(b"IDAT", data[i : i + cut]) for i in range(0, len(data), cut))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, colours, 0, 0, int(interlaced)))
    return b"\x89PNG\r\n\x1a\n" + head + before + idat + after + chunk(b"IEND", b"")


def add(name, data):
    assert name not in cases, name
    entry = {"name": name, "file": base64.b64encode(data).decode()}
    try:
        rgba = Image.open(io.BytesIO(data)).convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255,) * 4)
        rgb = Image.alpha_composite(white, rgba).convert("RGB")
        entry |= {"width": rgb.width, "height": rgb.height}
        entry["rgb"] = base64.b64encode(zlib.compress(rgb.tobytes(), 9)).decode()
    except Exception as e:  # what Pillow refuses, we must refuse
        entry["refused"] = type(e).__name__
    cases[name] = entry


def saved(name, image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    add(name, out.getvalue())


def random_samples(bits, channels, shape=(H, W)):
    return random.integers(0, 1 << bits, (*shape, channels))


def all_png():
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    colours = random.integers(0, 256, 3 * 256).astype(np.uint8).tobytes()
    for kind, all_bits in depths.items():
        for bits in all_bits:
            palette = chunk(b"PLTE", colours[: 3 << bits]) if kind == 3 else b""
            for interlaced in (False, True):
                name = f"png-{kind}-{bits}" + ("-interlaced" if interlaced else "")
                add(name, png(random_samples(bits, channels[kind]), bits, kind, palette, interlaced=interlaced))
            samples = random_samples(bits, channels[kind])
            add(f"png-{kind}-{bits}-split", png(samples, bits, kind, palette, split=7))
            add(f"png-{kind}-{bits}-gamma", png(samples, bits, kind, chunk(b"gAMA", struct.pack(">I", 100000)) + palette))
            add(f"png-{kind}-{bits}-srgb", png(samples, bits, kind, chunk(b"sRGB", b"\0") + palette))
            profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()[:200]))
            add(f"png-{kind}-{bits}-profile", png(samples, bits, kind, profile + palette))
            if kind == 3:
                for n, alphas in enumerate([b"\0", b"\xff\0", b"\x80\x40", b"\0\0", bytes(range((1 << bits) - 1, -1, -1))]):
                    add(f"png-3-{bits}-trns-{n}", png(samples, bits, 3, palette + chunk(b"tRNS", alphas)))
                add(f"png-3-{bits}-short", png(samples, bits, 3, chunk(b"PLTE", colours[:6])))
                add(f"png-3-{bits}-odd", png(samples, bits, 3, chunk(b"PLTE", colours[:4])))
            elif kind in (0, 2):
                levels = sorted({0, 1, 255, (1 << bits) - 1, *(int(v) for v in samples[0, 0])})
                for level in levels:
                    s = samples.copy()
                    s[1, 1:4] = min(level, (1 << bits) - 1)
                    t = chunk(b"tRNS", struct.pack(">H", level) * channels[kind])
                    add(f"png-{kind}-{bits}-trns-{level}", png(s, bits, kind, t))
            else:
                add(f"png-{kind}-{bits}-trns", png(samples, bits, kind, chunk(b"tRNS", b"\0\1\0\1\0\1")))
    deep = np.array([0, 1, 127, 128, 254, 255, 256, 511, 32767, 32768, 65535]).reshape(1, 11, 1)
    add("png-0-16-levels", png(deep, 16, 0))
    add("png-4-16-levels", png(np.concatenate([deep, deep[:, ::-1]], -1), 16, 4))
    for w, h in [(1, 1), (1, 8), (2, 2), (3, 5), (5, 1), (8, 8), (9, 9)]:
        add(f"png-interlaced-{w}x{h}", png(random_samples(8, 3, (h, w)), 8, 2, interlaced=True))
        add(f"png-interlaced-{w}x{h}-2", png(random_samples(2, 1, (h, w)), 2, 0, interlaced=True))
    grey = random_samples(8, 1)
    add("png-trns-after", png(grey, 8, 0, after=chunk(b"tRNS", struct.pack(">H", int(grey[0, 0, 0])))))
    whole = png(grey, 8, 0)
    add("png-without-end", whole[:-12])
    add("png-cut", whole[: len(whole) - 40])
    add("png-longer", whole + b"more")
    bad = bytearray(whole)
    bad[20] ^= 1
    add("png-bad-header-checksum", bytes(bad))
    add("png-5-8", png(grey, 8, 5))
    add("png-2-4", png(random_samples(4, 3), 4, 2))


def pictures_of_modes():
    rgba = Image.fromarray(random.integers(0, 256, (H, W, 4), dtype=np.uint8), "RGBA")
    rgb = rgba.convert("RGB")
    deep = Image.fromarray(random.integers(0, 65536, (H, W), dtype=np.uint16))
    modes = {m: rgba.convert(m) for m in ("1", "L", "LA", "P", "PA", "RGB", "RGBA")}
    modes["I;16"] = deep
    modes["P-adaptive"] = rgb.quantize(7)
    return modes


def all_modes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    for mode, image in pictures_of_modes().items():
        for kind, options in {
            "PNG": [{}, {"icc_profile": profile}, {"exif": exif}, {"transparency": 3}],
            "GIF": [{}, {"transparency": 3}, {"interlace": 0}, {"optimize": True}],
            "BMP": [{}],
        }.items():
            for n, o in enumerate(options):
                try:
                    saved(f"mode-{mode}-{kind}-{n}", image, kind, **o)
                except (OSError, TypeError, ValueError, struct.error):
                    pass  # that format has no such mode, or the mode no such option


def lzw(indices, bits):
    clear = 1 << bits
    codes = [c for i in indices for c in (clear, i)] + [clear + 1]
    value = sum(c << (bits + 1) * n for n, c in enumerate(codes))
    data = value.to_bytes(((bits + 1) * len(codes) + 7) // 8, "little")
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif(screen, frame, indices, bits=3, palette=True, transparent=None, local=None, interlaced=False):
    colours = bytes(random.integers(0, 256, 3 << bits).tolist())
    out = b"GIF89a" + struct.pack("<HHBBB", *screen, (128 if palette else 0) | bits - 1, 1, 0)
    out += colours if palette else b""
    if transparent is not None:
        out += b"!\xf9\x04" + bytes([1, 0, 0, transparent]) + b"\0"
    out += b"!\xfe\x05hello\0" + b"," + struct.pack("<HHHHB", *frame, 64 * interlaced | (128 | bits - 1 if local else 0))
    return out + (local or b"") + lzw(indices, bits) + b";"


def all_gif():
    def indices(n, bits=3):
        return random.integers(0, 1 << bits, n).tolist()

    ramp = bytes(i // 3 for i in range(24))
    other = bytes(random.integers(0, 256, 24).tolist())
    add("gif-whole", gif((5, 4), (0, 0, 5, 4), indices(20)))
    add("gif-interlaced", gif((5, 13), (0, 0, 5, 13), indices(65), interlaced=True))
    add("gif-interlaced-3", gif((5, 3), (0, 0, 5, 3), indices(15), interlaced=True))
    add("gif-part", gif((5, 4), (1, 1, 3, 2), indices(6)))
    add("gif-part-transparent", gif((5, 4), (1, 1, 3, 2), indices(6), transparent=5))
    add("gif-beyond", gif((5, 4), (3, 3, 4, 4), indices(16)))
    add("gif-no-screen", gif((0, 0), (0, 0, 4, 4), indices(16)))
    add("gif-no-palette", gif((5, 4), (0, 0, 5, 4), indices(20), palette=False))
    add("gif-no-palette-transparent", gif((5, 4), (0, 0, 5, 4), indices(20), palette=False, transparent=2))
    add("gif-local", gif((5, 4), (0, 0, 5, 4), indices(20), local=other))
    add("gif-local-alone", gif((5, 4), (0, 0, 5, 4), indices(20), local=other, palette=False, transparent=1))
    add("gif-local-ramp", gif((5, 4), (0, 0, 5, 4), indices(20), local=ramp))
    add("gif-local-ramp-alone", gif((5, 4), (0, 0, 5, 4), indices(20), local=ramp, palette=False))
    add("gif-transparent-far", gif((5, 4), (0, 0, 5, 4), indices(20), transparent=200))
    add("gif-early", gif((5, 4), (0, 0, 5, 4), indices(19)))
    add("gif-more", gif((5, 4), (0, 0, 5, 4), indices(25)))
    add("gif-cut", gif((5, 4), (0, 0, 5, 4), indices(20))[:60])
    add("gif-1", gif((5, 4), (0, 0, 5, 4), indices(20, 1), bits=1))
    add("gif-8", gif((5, 4), (0, 0, 5, 4), indices(20, 8), bits=8))
    y, x = np.mgrid[0:80, 0:90]
    busy = Image.fromarray(((x * x + 3 * y * x // 7) % 97 + (y > 40) * 50).astype(np.uint8))
    saved("gif-large", busy, "GIF")  # its codes fill their table more than once
    saved("gif-flat", Image.new("P", (300, 200), 7), "GIF")
    small = busy.crop((0, 0, 20, 20))
    saved("gif-animated", small, "GIF", save_all=True, append_images=[small.rotate(90)])


def bmp(w, h, bits, data, compression=0, palette=b"", colours=0, masks=b"", length=40, offset=None):
    info = struct.pack("<IiiHHIIiiII", length, w, h, 1, bits, compression, len(data), 0, 0, colours, 0) + masks
    start = 14 + len(info) + len(palette) if offset is None else offset
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, start) + info + palette + data


def all_bmp():
    def noise(n):
        return bytes(random.integers(0, 256, n).tolist())

    for bits in (1, 4, 8):
        palette = noise(4 << bits)
        row = (W * bits + 31) // 32 * 4
        add(f"bmp-{bits}", bmp(W, H, bits, noise(row * H), palette=palette))
        add(f"bmp-{bits}-down", bmp(W, -H, bits, noise(row * H), palette=palette))
        add(f"bmp-{bits}-short", bmp(W, H, bits, noise(row * H), palette=palette[:8], colours=2 if bits > 1 else 1))
        add(f"bmp-{bits}-offset", bmp(W, H, bits, noise(row * H), palette=palette, offset=54))
        os2 = struct.pack("<IHHHH", 12, W, H, 1, bits) + noise(3 << bits)
        add(f"bmp-{bits}-os2", b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + len(os2)) + os2 + noise(row * H))
    for bits in (16, 24, 32):
        row = (W * bits + 31) // 32 * 4
        add(f"bmp-{bits}", bmp(W, H, bits, noise(row * H)))
        add(f"bmp-{bits}-down", bmp(W, -H, bits, noise(row * H)))
        add(f"bmp-{bits}-cut", bmp(W, H, bits, noise(row * H - 9)))
    for n, m in enumerate([(0xF800, 0x7E0, 0x1F), (0x7C00, 0x3E0, 0x1F), (0xF00, 0xF0, 0xF)]):
        add(f"bmp-16-masks-{n}", bmp(W, H, 16, noise(24 * H), 3, masks=struct.pack("<III", *m)))
    add("bmp-24-masks", bmp(W, H, 24, noise(36 * H), 3, masks=struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)))
    for n, m in enumerate([
        (0xFF0000, 0xFF00, 0xFF, 0), (0xFF000000, 0xFF0000, 0xFF00, 0), (0xFF000000, 0xFF00, 0xFF, 0),
        (0xFF000000, 0xFF0000, 0xFF00, 0xFF), (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
        (0xFF0000, 0xFF00, 0xFF, 0xFF000000), (0xFF000000, 0xFF00, 0xFF, 0xFF0000), (0, 0, 0, 0),
        (0x3FF00000, 0xFFC00, 0x3FF, 0),
    ]):
        more = struct.pack("<IIII", *m)
        add(f"bmp-32-masks-{n}", bmp(W, H, 32, noise(44 * H), 3, masks=more, length=56))
        add(f"bmp-32-masks-{n}-v5", bmp(W, H, 32, noise(44 * H), 3, masks=more + bytes(68), length=124))
        if n != 4:  # which Pillow reads with alpha only
            add(f"bmp-32-masks-{n}-old", bmp(W, H, 32, noise(44 * H), 3, masks=more[:12]))
    add("bmp-32-v5-raw", bmp(W, H, 32, noise(44 * H), 0, masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(68), length=124))
    palette = noise(4 * 16)
    for name, width, height, kind, runs in [
        ("runs", 4, 2, 1, [4, 1, 0, 0, 2, 0, 2, 2, 0, 1]),
        ("short-row", 4, 2, 1, [2, 1, 0, 0, 2, 0, 2, 2, 0, 1]),
        ("early", 4, 2, 1, [4, 1, 0, 1]),
        ("long-run", 4, 2, 1, [9, 1, 0, 0, 4, 2, 0, 1]),
        ("as-is", 5, 2, 1, [0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0, 3, 7, 8, 9, 0, 2, 3, 0, 1]),
        ("delta", 4, 4, 1, [2, 1, 0, 2, 1, 1, 3, 2, 0, 0, 4, 5, 0, 0, 4, 6, 0, 1]),
        ("four", 5, 2, 2, [5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1]),
        ("four-runs", 5, 2, 2, [3, 0x12, 2, 0x9A, 0, 0, 5, 0xFF, 0, 1]),
        ("cut", 4, 2, 1, [4, 1, 0, 0, 2]),
    ]:
        add(f"bmp-rle-{name}", bmp(width, height, 8 if kind == 1 else 4, bytes(runs), kind, palette, 16))
    add("bmp-of-png", bmp(4, 4, 0, b"1234", 5))
    add("bmp-odd-header", bmp(4, 4, 24, noise(48), length=41))


def all_jpeg():
    y, x = np.mgrid[0:21, 0:34]
    smooth = np.stack([127 + 90 * np.sin(x / 9), 127 + 90 * np.cos(y / 7), 4 * x + 4 * y], -1).clip(0, 255).astype(np.uint8)
    rgb = Image.fromarray(smooth)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    for name, image, options in [
        ("rgb", rgb, {}), ("444", rgb, {"subsampling": 0}), ("422", rgb, {"subsampling": 1}),
        ("progressive", rgb, {"progressive": True}), ("optimised", rgb, {"optimize": True}),
        ("profile", rgb, {"icc_profile": profile}), ("exif", rgb, {"exif": exif}),
        ("keep-rgb", rgb, {"keep_rgb": True}), ("grey", rgb.convert("L"), {}),
        ("grey-progressive", rgb.convert("L"), {"progressive": True}), ("1", rgb.convert("1"), {"quality": 100}),
        ("restarts", rgb, {"restart_marker_rows": 1}), ("best", rgb, {"quality": 100, "subsampling": 0}),
        ("comment", rgb, {"comment": "\u00ff\u00d9 in a comment".encode("latin-1")}),
        ("cmyk", rgb.convert("CMYK"), {}),
    ]:
        saved(f"jpeg-{name}", image, "JPEG", quality=options.pop("quality", 95), **options)
    out = io.BytesIO()
    rgb.save(out, "JPEG", quality=95, subsampling=0)
    whole = out.getvalue()
    bare = whole[:2] + whole[20:]  # without JFIF's segment
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"
    add("jpeg-bare", bare)
    for transform in (0, 1, 2):
        add(f"jpeg-adobe-{transform}", bare[:2] + adobe + bytes([transform]) + bare[2:])
        add(f"jpeg-jfif-adobe-{transform}", whole[:20] + adobe + bytes([transform]) + whole[20:])
    for ids in (b"RGB", b"\0\1\2", b"abc"):
        changed = bytearray(bare)
        at = changed.index(b"\xff\xc0") + 10
        scan = changed.index(b"\xff\xda") + 5
        for i in range(3):
            changed[at + 3 * i] = changed[scan + 2 * i] = ids[i]
        add(f"jpeg-ids-{ids.hex()}", bytes(changed))
    add("jpeg-cut", whole[: len(whole) * 2 // 3])
    add("jpeg-longer", whole + b"more")
    add("jpeg-junk-before-marker", whole[:20] + b"\0\0" + whole[20:])


all_png()
all_modes()
all_gif()
all_bmp()
all_jpeg()
with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as out:
    for case in cases.values():
        json.dump(case, out, separators=(",", ":"))
        out.write("\n")
print(len(cases), "pictures,", sum("refused" in c for c in cases.values()), "of them refused")
