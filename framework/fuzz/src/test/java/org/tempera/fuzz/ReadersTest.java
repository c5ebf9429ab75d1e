package org.tempera.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/**
 * That no class opens a file, or parses a text of others, without a target that feeds it; {@code readers.txt} says
 * which.
 */
public class ReadersTest {
    private static final Pattern OPENS = Pattern.compile(
            "Files\\.(readAllBytes|readString|readAllLines|lines|newInputStream|newBufferedReader|newByteChannel)\\("
                    + "|BoundedFile\\.readAtMost\\(|OwnFiles\\.(open|text|readText)\\(|FileChannel\\.open\\("
                    + "|ImageIO\\.read\\(|ImageFiles\\.read\\(|new ZipFile\\(|new RandomAccessFile\\("
                    + "|new FileInputStream\\(|\\.createParser\\(|\\.readTree\\(|PlainJson\\.read\\w*\\("
                    + "|ConfigFactory\\.parse\\w*\\(|HttpClient\\.newBuilder\\(|\\.openConnection\\(");

    /** What a class without a target says instead. */
    private static final String NONE = "none:";

    private static Map<String, String> listed() throws IOException {
        Map<String, String> readers = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/readers.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" ", 2);
                readers.put(parts[0], parts[1].strip());
            }
        }
        return readers;
    }

    @Test
    public void everyReaderHasATarget() throws IOException {
        List<Path> sources = new ArrayList<>();
        Path root = Path.of("../..").toAbsolutePath().normalize();
        for (String folder : List.of("framework", "policies", "rewards-plugins")) {
            try (Stream<Path> all = Files.walk(root.resolve(folder))) {
                all.filter(file -> root.relativize(file)
                                        .toString()
                                        .replace('\\', '/')
                                        .contains("/src/main/java/")
                                && file.toString().endsWith(".java"))
                        .forEach(sources::add);
            }
        }
        TreeSet<String> found = new TreeSet<>();
        for (Path source : sources) {
            if (OPENS.matcher(Files.readString(source)).find()) {
                found.add(source.getFileName().toString().replace(".java", ""));
            }
        }
        assertThat(listed().keySet())
                .as("classes that open files, in src/test/resources/readers.txt with the targets that feed them")
                .containsExactlyElementsOf(found);
    }

    @Test
    public void everyTargetIsThere() throws IOException {
        List<String> targets = new Targets().all().stream().map(Target::name).toList();
        listed().forEach((reader, fed) -> {
            if (!fed.startsWith(NONE)) {
                assertThat(targets).as(reader).contains(fed.split(" "));
            }
        });
    }
}
