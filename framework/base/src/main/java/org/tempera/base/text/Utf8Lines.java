package org.tempera.base.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/**
 * Lines of a UTF-8 file, so that one that is none can be named. A line ends as any system writes it: by a line feed, a
 * carriage return, or both. They come without their ends and without a byte order mark, one at a time: a line of one
 * byte is fifty in memory.
 */
public final class Utf8Lines implements Iterable<String> {
    /** What files in other encodings of Unicode begin with; that of UTF-32 little-endian begins with that of UTF-16. */
    private static final Map<String, byte[]> OTHER_MARKS = Map.of(
            "UTF-16 big-endian", new byte[] {(byte) 0xfe, (byte) 0xff},
            "UTF-16 or UTF-32 little-endian", new byte[] {(byte) 0xff, (byte) 0xfe},
            "UTF-32 big-endian", new byte[] {0, 0, (byte) 0xfe, (byte) 0xff});

    private static final int LONGEST_MARK = 4;
    private static final String MARK = "\ufeff";

    /** Bytes of a line at most, 8 MiB; what is read as a whole (JSON) has no such limit. */
    private static final int LONGEST_LINE = 8 << 20;

    private static final int AT_ONCE = 1 << 13;

    private final Path file;
    private final byte[] bytes;

    private Utf8Lines(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * The lines of a text that is held in memory, all of which is looked at.
     *
     * @param file for messages
     * @throws UserException with the first line that is not UTF-8, or has a zero byte, as text in UTF-16 has
     */
    public static Utf8Lines of(Path file, byte[] bytes) {
        requireNoOtherMark(file, bytes);
        int broken = firstBroken(bytes);
        for (int i = 0; i < bytes.length && lineAt(bytes, i, broken); i++) {
            if (bytes[i] == 0) {
                throw hasZero(file, lineOf(bytes, i));
            }
        }
        if (broken < bytes.length) {
            throw isNotUtf8(file, lineOf(bytes, broken));
        }
        return new Utf8Lines(file, bytes);
    }

    /** Whether a byte stands before the end of the line in which the text breaks. */
    private static boolean lineAt(byte[] bytes, int at, int broken) {
        return at <= broken || (bytes[at] != '\n' && bytes[at] != '\r');
    }

    /**
     * The lines of a file while it is read. What {@link #of} refuses is thrown when it is come to, and a fault of
     * reading as an {@link UncheckedIOException}.
     *
     * @param longest bytes of a line at most
     */
    public static Iterator<String> read(Path file, InputStream in, int longest) {
        return new Lines(file, in, longest);
    }

    @Override
    public Iterator<String> iterator() {
        return read(file, new ByteArrayInputStream(bytes), LONGEST_LINE);
    }

    /** The same lines. */
    public Stream<String> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /** How many there are. */
    public int count() {
        int ends = 0;
        for (int i = 0; i < bytes.length; i++) {
            ends += isEnd(bytes, i) ? 1 : 0;
        }
        boolean open = bytes.length > 0 && bytes[bytes.length - 1] != '\n' && bytes[bytes.length - 1] != '\r';
        return ends + (open ? 1 : 0);
    }

    /** Whether a line ends with this byte: of both it is the second. */
    private static boolean isEnd(byte[] bytes, int at) {
        return bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 == bytes.length || bytes[at + 1] != '\n'));
    }

    private static int lineOf(byte[] bytes, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += isEnd(bytes, i) ? 1 : 0;
        }
        return line;
    }

    /** Where bytes are no UTF-8; their length if all are. */
    private static int firstBroken(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(AT_ONCE);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return result.isError() ? in.position() : bytes.length;
    }

    private static void requireNoOtherMark(Path file, byte[] bytes) {
        OTHER_MARKS.forEach((encoding, mark) -> {
            if (Arrays.equals(mark, 0, mark.length, bytes, 0, Math.min(mark.length, bytes.length))) {
                throw new UserException(file + ": is " + encoding + ". Save the file as UTF-8.");
            }
        });
    }

    private static UserException hasZero(Path file, int line) {
        return new UserException(
                file + ": line " + line + " has a zero byte: it is text in UTF-16 or no text. Save the file as UTF-8.");
    }

    private static UserException isNotUtf8(Path file, int line) {
        return new UserException(file + ": line " + line + " is not UTF-8. Save the file as UTF-8.");
    }

    private static final class Lines implements Iterator<String> {
        private final Path file;
        private final InputStream in;
        private final int longest;
        private final byte[] chunk = new byte[AT_ONCE];
        private byte[] line = new byte[AT_ONCE];
        private int at;
        private int read;
        private int number;
        private boolean afterReturn;
        private @Nullable String next;
        private boolean ended;

        Lines(Path file, InputStream in, int longest) {
            this.file = file;
            this.in = in;
            this.longest = longest;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                try {
                    next = following();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                ended = next == null;
            }
            return next != null;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            String found = String.valueOf(next);
            next = null;
            return found;
        }

        private boolean isFilled() throws IOException {
            if (at == read) {
                read = Math.max(0, in.readNBytes(chunk, 0, chunk.length));
                at = 0;
            }
            return at < read;
        }

        /** The next line; null at the end. */
        private @Nullable String following() throws IOException {
            if (afterReturn && isFilled() && chunk[at] == '\n') {
                at++;
            }
            afterReturn = false;
            if (!isFilled()) {
                return null;
            }
            number++;
            if (number == 1) {
                requireNoOtherMark(file, Arrays.copyOf(chunk, Math.min(read, LONGEST_MARK)));
            }
            int length = 0;
            while (isFilled()) {
                int end = at;
                while (end < read && chunk[end] != '\n' && chunk[end] != '\r') {
                    if (chunk[end++] == 0) {
                        throw hasZero(file, number);
                    }
                }
                length = append(length, end);
                at = end;
                if (end < read) {
                    afterReturn = chunk[at++] == '\r';
                    break;
                }
            }
            return decoded(length);
        }

        private int append(int length, int end) {
            int longer = length + end - at;
            if (longer > longest) {
                throw new UserException(file + ": line " + number + ": expected lines of at most " + longest
                        + " bytes, found a longer one. Is it a file of lines?");
            }
            if (longer > line.length) {
                line = Arrays.copyOf(line, Math.min(longest, Math.max(longer, 2 * line.length)));
            }
            System.arraycopy(chunk, at, line, length, end - at);
            return longer;
        }

        private String decoded(int length) {
            try {
                String text = Utf8.strict(line, 0, length);
                return number == 1 && text.startsWith(MARK) ? text.substring(1) : text;
            } catch (CharacterCodingException e) {
                throw isNotUtf8(file, number);
            }
        }
    }
}
