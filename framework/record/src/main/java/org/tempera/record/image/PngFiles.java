package org.tempera.record.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.json.StableOrder;
import org.tempera.spi.UserException;

/** Writes PNG files with text notes, such as the prompt and the seed, and reads the notes back. */
public final class PngFiles {
    /** Keyword of the prompt. */
    public static final String PROMPT = "prompt";
    /** Keyword of the noise's seed. */
    public static final String SEED = "seed";

    private static final int LATIN_TEXT = 0x74455874; // tEXt
    private static final int UNICODE_TEXT = 0x69545874; // iTXt
    private static final int END = 0x49454e44; // IEND
    /** What is kept of a file's notes, which may be all of a long file; pictures have some ten. */
    private static final int MOST_NOTES = 100;

    private static final int LONGEST_NOTE = 1 << 20;
    private static final int LONGEST_KEYWORD = 79;
    /** Bytes of a chunk's length, type and checksum. */
    private static final int AROUND = 12;
    /** Bytes that are read at once; the pixels, most of a file, are not read. */
    private static final int AT_ONCE = 1 << 13;

    private PngFiles() {}

    /** The bytes of a PNG file; notes keep their order. */
    public static byte[] encode(RgbImage image, Map<String, String> notes) {
        return PngEncoder.encode(image, notes);
    }

    /**
     * Writes a PNG file, whole or not at all.
     *
     * @param notes text by keyword of 1 to 79 ASCII characters
     * @throws UserException if it cannot be written
     */
    public static void write(Path file, RgbImage image, Map<String, String> notes) {
        byte[] bytes = encode(image, StableOrder.of(notes));
        AtomicFile.write(file, channel -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
    }

    /**
     * The text notes of a PNG file by keyword, the first hundred of them; none where the file is another format.
     * Compressed notes are left out, and of one that is longer than any text of a picture the rest is.
     *
     * @throws UserException if the file cannot be read
     */
    public static Map<String, String> notes(Path file) {
        try {
            long left = ImageFiles.length(file);
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), AT_ONCE))) {
                return notes(in, left);
            }
        } catch (IOException e) {
            throw ImageFiles.unreadable(file, e);
        }
    }

    /** Goes from chunk to chunk, over what is no note. @param length of the file, in bytes */
    private static Map<String, String> notes(DataInputStream in, long length) throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        long left = length - PngEncoder.SIGNATURE.length;
        if (!Arrays.equals(in.readNBytes(PngEncoder.SIGNATURE.length), PngEncoder.SIGNATURE)) {
            return notes;
        }
        while (left >= AROUND) {
            long content = Integer.toUnsignedLong(in.readInt());
            int type = in.readInt();
            left -= AROUND + content;
            if (left < 0 || type == END) {
                break;
            }
            if (type == LATIN_TEXT || type == UNICODE_TEXT) {
                int read = (int) Math.min(content, LONGEST_NOTE);
                addNote(type, in.readNBytes(read), notes);
                in.skipNBytes(content - read + 4);
            } else {
                in.skipNBytes(content + 4);
            }
        }
        return notes;
    }

    private static void addNote(int type, byte[] data, Map<String, String> notes) {
        int key = indexOfZero(data, 0);
        if (key < 0 || key > LONGEST_KEYWORD) {
            return;
        }
        String keyword = new String(data, 0, key, StandardCharsets.ISO_8859_1);
        if (notes.size() == MOST_NOTES && !notes.containsKey(keyword)) {
            return;
        }
        if (type == LATIN_TEXT) {
            notes.put(keyword, new String(data, key + 1, data.length - key - 1, StandardCharsets.ISO_8859_1));
        } else if (data.length > key + 2 && data[key + 1] == 0) {
            int language = indexOfZero(data, key + 3);
            int translated = language < 0 ? -1 : indexOfZero(data, language + 1);
            if (translated >= 0) {
                notes.put(
                        keyword,
                        new String(data, translated + 1, data.length - translated - 1, StandardCharsets.UTF_8));
            }
        }
    }

    private static int indexOfZero(byte[] data, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
