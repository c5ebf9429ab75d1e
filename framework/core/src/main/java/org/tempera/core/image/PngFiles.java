package org.tempera.core.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.nn.weights.AtomicFile;
import org.tempera.spi.UserException;

/** Writes PNG files with text notes, such as the prompt and the seed, and reads the notes back. */
public final class PngFiles {
    /** Keyword of the prompt. */
    public static final String PROMPT = "prompt";
    /** Keyword of the noise's seed. */
    public static final String SEED = "seed";

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
        byte[] bytes = encode(image, notes);
        AtomicFile.write(file, channel -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
    }

    /**
     * The text notes of a PNG file by keyword; none where the file is another format. Compressed notes are left out.
     *
     * @throws UserException if the file cannot be read
     */
    public static Map<String, String> notes(Path file) {
        byte[] bytes;
        try {
            bytes = ImageFiles.bytes(file);
        } catch (IOException e) {
            throw ImageFiles.unreadable(file, e);
        }
        Map<String, String> notes = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 8 || !ByteBuffer.wrap(bytes, 0, 8).equals(ByteBuffer.wrap(PngEncoder.SIGNATURE))) {
            return notes;
        }
        in.position(8);
        while (in.remaining() >= 12) {
            int length = in.getInt();
            byte[] type = new byte[4];
            in.get(type);
            if (length < 0 || length > in.remaining() - 4) {
                break;
            }
            byte[] data = new byte[length];
            in.get(data);
            in.getInt();
            addNote(new String(type, StandardCharsets.ISO_8859_1), data, notes);
        }
        return notes;
    }

    private static void addNote(String type, byte[] data, Map<String, String> notes) {
        int key = indexOfZero(data, 0);
        if (key < 0) {
            return;
        }
        String keyword = new String(data, 0, key, StandardCharsets.ISO_8859_1);
        if (type.equals("tEXt")) {
            notes.put(keyword, new String(data, key + 1, data.length - key - 1, StandardCharsets.ISO_8859_1));
        } else if (type.equals("iTXt") && data.length > key + 2 && data[key + 1] == 0) {
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
