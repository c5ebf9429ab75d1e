package org.tempera.nn.tokenizer;

import java.util.BitSet;

/**
 * Which code points BERT's tokenizer of transformers 5 removes, takes for accents, punctuation or ideographs: from a
 * table, so that the same prompt gives the same tokens on every JDK.
 */
final class BertClasses {
    private final BitSet removed = new BitSet(0x110000);
    private final BitSet marks = new BitSet(0x110000);
    private final BitSet punctuation = new BitSet(0x110000);
    private final BitSet ideographs = new BitSet(0x110000);

    /** A table never changes; it is read when a tokenizer first asks for it, and not for each. */
    private static final class Once {
        private static final BertClasses TABLE = new BertClasses();
    }

    /** The table. */
    static BertClasses table() {
        return Once.TABLE;
    }

    private BertClasses() {
        for (String line : UnicodeClasses.lines("bert-classes.txt")) {
            String[] parts = line.split(" ");
            BitSet set =
                    switch (parts[0]) {
                        case "removed" -> removed;
                        case "marks" -> marks;
                        case "ideographs" -> ideographs;
                        default -> punctuation;
                    };
            for (int i = 1; i < parts.length; i++) {
                String[] ends = parts[i].split("-");
                set.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
            }
        }
    }

    /** Control, format, surrogate and private characters without tab and line ends, and U+FFFD. */
    boolean isRemoved(int c) {
        return removed.get(c);
    }

    /** Accents, once a character is decomposed. */
    boolean isMark(int c) {
        return marks.get(c);
    }

    /** Punctuation, and every sign of ASCII. */
    boolean isPunctuation(int c) {
        return punctuation.get(c);
    }

    /** The blocks that BERT puts spaces around: CJK ideographs, neither kana nor hangul. */
    boolean isIdeograph(int c) {
        return ideographs.get(c);
    }
}
