package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the pages show is part of an example that is compiled, tested and run. */
public class SnippetsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Map<String, String> ENDINGS = Map.of("java", ".java", "hocon", ".conf", "xml", "pom.xml");
    private static final Pattern BLOCK = Pattern.compile("```(java|hocon|xml)\n(.*?)\n```", Pattern.DOTALL);

    @DataProvider
    public Object[][] pages() {
        return new Object[][] {
            {"README.md", "custom-reward", "java", 1},
            {"docs/write-a-reward.md", "custom-reward", "java", 6},
            {"docs/write-a-reward.md", "custom-reward", "hocon", 1},
            {"docs/write-an-algorithm.md", "custom-algorithm", "java", 4},
            {"docs/write-an-algorithm.md", "custom-algorithm", "hocon", 1},
            {"docs/embed.md", "embed-as-library", "java", 4},
            {"docs/embed.md", "embed-as-library", "hocon", 1},
            {"docs/embed.md", "embed-as-library", "xml", 1}
        };
    }

    @Test(dataProvider = "pages")
    public void snippetsAreInTheExamples(String page, String example, String language, int count) throws IOException {
        List<String> sources = sources(example, ENDINGS.get(language));
        List<String> snippets = new ArrayList<>();
        Matcher m = BLOCK.matcher(Files.readString(ROOT.resolve(page)));
        while (m.find()) {
            if (m.group(1).equals(language)) {
                snippets.add(m.group(2));
            }
        }
        assertThat(snippets).hasSize(count);
        assertThat(snippets).allSatisfy(snippet -> assertThat(sources)
                .as("a file of examples/" + example + " that holds\n" + snippet)
                .anyMatch(source -> source.contains(snippet)));
    }

    private static List<String> sources(String example, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples").resolve(example))) {
            return files.filter(
                            f -> f.toString().endsWith(ending) && !f.toString().contains("target"))
                    .map(SnippetsTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
