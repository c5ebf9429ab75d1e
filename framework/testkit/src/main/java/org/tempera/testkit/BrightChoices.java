package org.tempera.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.tempera.record.choice.Choices;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.toy.ToyPolicy;

/** A file of choices between pictures of the toy policy's size, in which the brighter picture is always chosen. */
final class BrightChoices {
    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    private BrightChoices(Path folder) {
        this.folder = folder;
    }

    /** Writes so many choices, seeded, into a temporary folder. */
    static BrightChoices make(int count) throws IOException {
        BrightChoices made = new BrightChoices(Files.createTempDirectory("choices"));
        Random random = new Random(3);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String bright = made.picture("bright-" + i + ".png", 150, random);
            String dark = made.picture("dark-" + i + ".png", 60, random);
            boolean first = random.nextBoolean();
            lines.append(String.format(
                    Locale.ROOT,
                    "{\"prompt\": \"%s\", \"a\": \"%s\", \"b\": \"%s\", \"choice\": \"%s\"}%n",
                    i % 2 == 0 ? "cat" : "horse",
                    first ? bright : dark,
                    first ? dark : bright,
                    first ? "a" : "b"));
        }
        Files.writeString(made.file(), lines);
        made.files.add(made.file());
        return made;
    }

    private String picture(String name, int darkest, Random random) {
        int size = new ToyPolicy().shape().imageWidth();
        byte[] rgb = new byte[3 * size * size];
        for (int i = 0; i < rgb.length; i++) {
            // The toy policy's pictures have as much blue as red.
            rgb[i] = i % 3 == 2 ? rgb[i - 2] : (byte) (darkest + random.nextInt(45));
        }
        PngFiles.write(folder.resolve(name), RgbImage.of(size, size, rgb), Map.of());
        files.add(folder.resolve(name));
        return name;
    }

    Path file() {
        return folder.resolve("choices.jsonl");
    }

    Choices choices() {
        return Choices.read(file());
    }

    void delete() {
        try {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
