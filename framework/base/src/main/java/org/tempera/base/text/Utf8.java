package org.tempera.base.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 strictly, in the memory of the text: a decoder that reports what is wrong takes six times as much. */
public final class Utf8 {
    /** Stands in a decoded text for bytes that are no UTF-8, if it does not stand there itself. */
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /**
     * The text of some bytes.
     *
     * @throws CharacterCodingException if they are no UTF-8
     */
    public static String strict(byte[] bytes) throws CharacterCodingException {
        return strict(bytes, 0, bytes.length);
    }

    /** The same of those from {@code start} to {@code end}. */
    public static String strict(byte[] bytes, int start, int end) throws CharacterCodingException {
        String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, start, end - start))
                .toString();
    }
}
