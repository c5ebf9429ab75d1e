package org.tempera.nn.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The 256 bytes as visible characters, as byte-pair vocabularies are written: printable Latin-1 stands for itself, the
 * rest for the characters from U+0100 on.
 */
final class ByteAlphabet {
    private final char[] charOf = new char[256];
    private final int[] byteOf = new int[512];
    private final List<String> inVocabularyOrder = new ArrayList<>(256);

    ByteAlphabet() {
        List<String> moved = new ArrayList<>();
        Arrays.fill(byteOf, -1);
        for (int b = 0; b < 256; b++) {
            boolean visible = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xff && b != 0xad);
            charOf[b] = (char) (visible ? b : 256 + moved.size());
            byteOf[charOf[b]] = b;
            (visible ? inVocabularyOrder : moved).add(String.valueOf(charOf[b]));
        }
        inVocabularyOrder.addAll(moved);
    }

    /** The 256 characters in the order in which CLIP numbers them. */
    List<String> characters() {
        return inVocabularyOrder;
    }

    /** One character for each byte of the word's UTF-8. */
    String encode(String word) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(charOf[b & 0xff]);
        }
        return encoded.toString();
    }

    /** The text whose UTF-8 bytes the characters stand for; what is no valid UTF-8 becomes U+FFFD. */
    String decode(String characters) {
        byte[] bytes = new byte[characters.length()];
        int count = 0;
        for (int i = 0; i < characters.length(); i++) {
            char c = characters.charAt(i);
            if (c < byteOf.length && byteOf[c] >= 0) {
                bytes[count++] = (byte) byteOf[c];
            }
        }
        return new String(bytes, 0, count, StandardCharsets.UTF_8);
    }
}
