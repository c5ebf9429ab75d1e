package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Compares pixels with Pillow's; src/test/python/make_pillow_pictures.py made the pictures. */
public class PillowPicturesTest {
    /** Of JPEG, which not every JDK decodes with Pillow's library; the mean is held as well. */
    private static final int JPEG_LEVELS = 12;

    private static final double JPEG_MEAN = 0.6;

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void pixelsAreWhatPillowReads() throws IOException, DataFormatException, PlainJson.MalformedException {
        List<String> wrong = new ArrayList<>();
        for (Map<String, Object> picture : pictures()) {
            String name = (String) picture.get("name");
            Path file = dir.resolve("picture");
            Files.write(file, Base64.getDecoder().decode((String) picture.get("file")));
            difference(picture, name, file).ifPresent(d -> wrong.add(name + ": " + d));
        }
        assertThat(wrong).isEmpty();
    }

    private static Optional<String> difference(Map<String, Object> picture, String name, Path file)
            throws DataFormatException {
        boolean refused = picture.containsKey("refused") || name.equals("jpeg-cmyk");
        RgbImage read;
        try {
            read = ImageFiles.read(file);
        } catch (UserException e) {
            return refused ? Optional.empty() : Optional.of(String.valueOf(e.getMessage()));
        }
        if (refused) {
            return Optional.of("was read, Pillow refuses it");
        }
        int width = ((Number) picture.get("width")).intValue();
        int height = ((Number) picture.get("height")).intValue();
        if (read.width() != width || read.height() != height) {
            return Optional.of("expected " + width + "x" + height + ", found " + read);
        }
        assertThat(ImageFiles.size(file)).isEqualTo(new ImageSize(width, height));
        byte[] expected = inflated((String) picture.get("rgb"), width * height * 3);
        byte[] found = read.bytes();
        int largest = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            int d = Math.abs((expected[i] & 255) - (found[i] & 255));
            largest = Math.max(largest, d);
            sum += d;
        }
        boolean jpeg = name.startsWith("jpeg");
        return largest > (jpeg ? JPEG_LEVELS : 0) || sum / expected.length > (jpeg ? JPEG_MEAN : 0)
                ? Optional.of("differs by up to " + largest + ", mean " + sum / expected.length)
                : Optional.empty();
    }

    private static byte[] inflated(String text, int size) throws DataFormatException {
        byte[] bytes = new byte[size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(Base64.getDecoder().decode(text));
            assertThat(inflater.inflate(bytes)).isEqualTo(size);
            return bytes;
        } finally {
            inflater.end();
        }
    }

    /** The files, some of which are damaged. */
    static List<byte[]> files() throws IOException, PlainJson.MalformedException {
        return pictures().stream()
                .map(p -> Base64.getDecoder().decode((String) p.get("file")))
                .toList();
    }

    private static List<Map<String, Object>> pictures() throws IOException, PlainJson.MalformedException {
        try (InputStream in = PillowPicturesTest.class.getResourceAsStream("/pillow-pictures.jsonl")) {
            List<Map<String, Object>> all = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                all.add(PlainJson.readObject(line));
            }
            return all;
        }
    }
}
