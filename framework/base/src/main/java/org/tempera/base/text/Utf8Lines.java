package org.tempera.base.text;

import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;

/**
 * Lines of a UTF-8 file, so that one that is none can be named. A line ends as any system writes it: by a line feed, a
 * carriage return, or both.
 */
public final class Utf8Lines {
    /** What files in other encodings of Unicode begin with; that of UTF-32 little-endian begins with that of UTF-16. */
    private static final Map<String, byte[]> OTHER_MARKS = Map.of(
            "UTF-16 big-endian", new byte[] {(byte) 0xfe, (byte) 0xff},
            "UTF-16 or UTF-32 little-endian", new byte[] {(byte) 0xff, (byte) 0xfe},
            "UTF-32 big-endian", new byte[] {0, 0, (byte) 0xfe, (byte) 0xff});

    private Utf8Lines() {}

    /**
     * The lines without their ends and without a byte order mark.
     *
     * @param file for messages
     * @throws UserException with the first line that is not UTF-8, or has a zero byte, as text in UTF-16 has
     */
    public static List<String> decode(Path file, byte[] bytes) {
        requireNoOtherMark(file, bytes);
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                if (bytes[end++] == 0) {
                    throw new UserException(file + ": line " + (lines.size() + 1)
                            + " has a zero byte: it is text in UTF-16 or no text. Save the file as UTF-8.");
                }
            }
            String line = decode(file, lines.size() + 1, bytes, start, end);
            lines.add(lines.isEmpty() && line.startsWith("\ufeff") ? line.substring(1) : line);
            boolean both = end + 1 < bytes.length && bytes[end] == '\r' && bytes[end + 1] == '\n';
            start = end + (both ? 2 : 1);
        }
        return lines;
    }

    private static void requireNoOtherMark(Path file, byte[] bytes) {
        OTHER_MARKS.forEach((encoding, mark) -> {
            if (Arrays.equals(mark, 0, mark.length, bytes, 0, Math.min(mark.length, bytes.length))) {
                throw new UserException(file + ": is " + encoding + ". Save the file as UTF-8.");
            }
        });
    }

    private static String decode(Path file, int number, byte[] bytes, int start, int end) {
        try {
            return Utf8.strict(bytes, start, end);
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": line " + number + " is not UTF-8. Save the file as UTF-8.", e);
        }
    }
}
