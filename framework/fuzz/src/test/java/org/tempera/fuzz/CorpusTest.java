package org.tempera.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What was found once stays mended: {@code corpus/TARGET/NAME} holds the files of a case that are not those of the
 * target's first sample.
 */
public class CorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/corpus").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @DataProvider
    public Object[][] cases() throws IOException {
        List<Object[]> cases = new ArrayList<>();
        for (Target target : new Targets().all()) {
            Path folder = CORPUS.resolve(target.name());
            if (Files.isDirectory(folder)) {
                try (Stream<Path> names = Files.list(folder)) {
                    names.sorted()
                            .forEach(name -> cases.add(
                                    new Object[] {target, name.getFileName().toString()}));
                }
            }
        }
        return cases.toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void isAnsweredWithAResultOrOneMessage(Target target, String name) throws IOException, InterruptedException {
        Map<String, byte[]> found = Samples.folder(CORPUS.resolve(target.name()).resolve(name));
        Map<String, byte[]> files = new LinkedHashMap<>(found);
        // A folder's other files; where the reader takes any file, only what was found.
        if (target.samples().get(0).size() > 1) {
            target.samples().get(0).forEach(files::putIfAbsent);
        }
        Path folder = write(target, files);
        List<Judge.Verdict> verdicts = new ArrayList<>();
        new Judge(target, LIMIT)
                .run(List.of(new Judge.Case(0, folder, found)).iterator(), (each, verdict) -> verdicts.add(verdict));
        assertThat(verdicts).isEmpty();
    }

    private static Path write(Target target, Map<String, byte[]> files) throws IOException {
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "fuzz", "corpus").toAbsolutePath()), target.name());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    @DataProvider
    public Object[][] targets() {
        return new Targets().all().stream().map(target -> new Object[] {target}).toArray(Object[][]::new);
    }

    /** What is refused before it is damaged would show nothing. */
    @Test(dataProvider = "targets")
    public void samplesAreRead(Target target) throws Exception {
        for (Map<String, byte[]> sample : target.samples()) {
            target.reader().read(write(target, sample));
        }
    }

    /** Python writes numbers that JSON has not, and keys that no reader here knows. */
    @Test(dataProvider = "targets")
    public void otherKeysOfAnyKindArePassedOver(Target target) throws Exception {
        // What Tempera writes itself is read strictly; of a vocabulary, every key is a token.
        Set<String> others = Set.of(
                "vocab.json",
                "added_tokens.json",
                "state.json",
                "rulers.json",
                "run.json",
                "prompts.json",
                "evaluation.json",
                "record.json");
        for (Map<String, byte[]> sample : target.samples()) {
            for (String name : sample.keySet()) {
                if (!name.endsWith(".json")
                        || others.contains(Path.of(name).getFileName().toString())) {
                    continue;
                }
                for (String value : List.of(
                        "NaN", "Infinity", "-Infinity", "null", "1e400", "[null,{\"a\":NaN}]", "9".repeat(40))) {
                    Json.Node tree = Json.parse(sample.get(name));
                    tree.keys.add(0, "\"a key that nobody knows\"");
                    tree.items.add(0, Json.Node.of(value));
                    StringBuilder text = new StringBuilder();
                    tree.write(text);
                    assertThatCode(() -> target.reader()
                                    .read(write(target, Samples.with(sample, name, Samples.text(text.toString())))))
                            .as("%s: %s", name, value)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    /** A folder of the corpus that no target has would never be looked at. */
    @Test
    public void everyFolderIsATargets() throws IOException {
        try (Stream<Path> folders = Files.list(CORPUS)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .isSubsetOf(new Targets().all().stream().map(Target::name).toList());
        }
    }
}
