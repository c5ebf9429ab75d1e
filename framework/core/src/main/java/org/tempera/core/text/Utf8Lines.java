package org.tempera.core.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.UserException;

/** Lines of a UTF-8 file, so that one that is none can be named. */
public final class Utf8Lines {
    private Utf8Lines() {}

    /**
     * The lines without their ends and without a byte order mark.
     *
     * @param file for messages
     * @throws UserException with the first line that is not UTF-8
     */
    public static List<String> decode(Path file, byte[] bytes) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int length = end > start && bytes[end - 1] == '\r' ? end - start - 1 : end - start;
            String line = decode(file, lines.size() + 1, ByteBuffer.wrap(bytes, start, length));
            lines.add(lines.isEmpty() && line.startsWith("\ufeff") ? line.substring(1) : line);
            start = end + 1;
        }
        return lines;
    }

    private static String decode(Path file, int number, ByteBuffer line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(line)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": line " + number + " is not UTF-8. Save the file as UTF-8.", e);
        }
    }
}
