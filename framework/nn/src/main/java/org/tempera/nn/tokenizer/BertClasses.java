package org.tempera.nn.tokenizer;

import java.util.BitSet;

/**
 * Which code points BERT's tokenizer removes, takes for accents or for punctuation: general categories of Unicode 14, from a
 * table, so that the same prompt gives the same tokens on every JDK.
 */
final class BertClasses {
    private final BitSet removed = new BitSet(0x110000);
    private final BitSet marks = new BitSet(0x110000);
    private final BitSet punctuation = new BitSet(0x110000);

    BertClasses() {
        for (String line : UnicodeClasses.lines("bert-classes.txt")) {
            String[] parts = line.split(" ");
            BitSet set =
                    switch (parts[0]) {
                        case "removed" -> removed;
                        case "marks" -> marks;
                        default -> punctuation;
                    };
            for (int i = 1; i < parts.length; i++) {
                String[] ends = parts[i].split("-");
                set.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
            }
        }
    }

    /** Categories C (control, format, surrogate, private use, unassigned), without tab and line ends. */
    boolean isRemoved(int c) {
        return c != '\t' && c != '\n' && c != '\r' && removed.get(c);
    }

    /** Category Mn. */
    boolean isMark(int c) {
        return marks.get(c);
    }

    /** Categories P, and every sign of ASCII. */
    boolean isPunctuation(int c) {
        return (c >= 33 && c <= 47)
                || (c >= 58 && c <= 64)
                || (c >= 91 && c <= 96)
                || (c >= 123 && c <= 126)
                || punctuation.get(c);
    }

    /** The blocks that BERT puts spaces around: CJK ideographs, neither kana nor hangul. */
    static boolean isIdeograph(int c) {
        return (c >= 0x4e00 && c <= 0x9fff)
                || (c >= 0x3400 && c <= 0x4dbf)
                || (c >= 0x20000 && c <= 0x2a6df)
                || (c >= 0x2a700 && c <= 0x2b73f)
                || (c >= 0x2b740 && c <= 0x2b81f)
                || (c >= 0x2b820 && c <= 0x2ceaf)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0x2f800 && c <= 0x2fa1f);
    }
}
