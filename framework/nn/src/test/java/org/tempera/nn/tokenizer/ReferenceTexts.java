package org.tempera.nn.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** The texts of {@code src/test/python/reference_texts.py}, made by the same rules. */
final class ReferenceTexts {
    private static final int[][] POOLS = {
        {0x20, 0x7F},
        {0x20, 0x7F},
        {0x61, 0x7B},
        {0xA0, 0x250},
        {0x250, 0x590},
        {0x590, 0xE80},
        {0x300, 0x370},
        {0x1E00, 0x2100},
        {0x2000, 0x2070},
        {0x3000, 0x3130},
        {0x4E00, 0x4F00},
        {0xAC00, 0xAD00},
        {0x1F300, 0x1F650},
        {0, 0x21}
    };

    private ReferenceTexts() {}

    /** Every code point but surrogates, within a word and among its neighbours: lists of 512 texts. */
    static List<List<String>> blocks() {
        List<List<String>> blocks = new ArrayList<>();
        for (int block = 0; block < 0x110000; block += 4096) {
            List<String> texts = new ArrayList<>();
            for (int start = block; start < block + 4096; start += 8) {
                StringBuilder apart = new StringBuilder();
                StringBuilder together = new StringBuilder();
                for (int c = start; c < start + 8; c++) {
                    if (c < 0xD800 || c >= 0xE000) {
                        apart.append(apart.isEmpty() ? "x" : " x")
                                .appendCodePoint(c)
                                .append('Y');
                        together.appendCodePoint(c);
                    }
                }
                texts.add(apart + " " + together);
            }
            blocks.add(texts);
        }
        return blocks;
    }

    /** 100 lists of 50 random texts. */
    static List<List<String>> samples(String... pieces) {
        Numbers numbers = new Numbers(1);
        List<List<String>> samples = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<String> texts = new ArrayList<>();
            for (int k = 0; k < 50; k++) {
                texts.add(randomText(numbers, pieces));
            }
            samples.add(texts);
        }
        return samples;
    }

    /** Hash of the texts' ids. */
    static String digest(Iterable<String> texts, Function<String, int[]> encode) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                int[] ids = encode.apply(text);
                ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asIntBuffer().put(ids);
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Knuth's linear congruential generator, 64 bits, the upper 31 used. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        int below(int n) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            return (int) ((state >>> 33) % n);
        }
    }

    private static String randomText(Numbers r, String... pieces) {
        StringBuilder out = new StringBuilder();
        int parts = 1 + r.below(24);
        for (int i = 0; i < parts; i++) {
            int[] pool = POOLS[r.below(POOLS.length)];
            int length = 1 + r.below(5);
            for (int k = 0; k < length; k++) {
                out.appendCodePoint(pool[0] + r.below(pool[1] - pool[0]));
            }
            if (r.below(4) == 0) {
                out.append(pieces[r.below(pieces.length)]);
            }
        }
        return out.toString();
    }
}
