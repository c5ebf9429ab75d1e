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

/**
 * What the pages show is part of a source that is compiled and tested: an example, or a small plugin of the testkit.
 */
public class SnippetsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Map<String, String> ENDINGS = Map.of("java", ".java", "hocon", ".conf", "xml", "pom.xml");
    private static final Pattern BLOCK = Pattern.compile("```(java|hocon|xml)\n(.*?)\n```", Pattern.DOTALL);

    @DataProvider
    public Object[][] pages() {
        return new Object[][] {
            {"README.md", "examples/custom-reward", "java", 1},
            {"docs/write-a-reward.md", "examples/custom-reward", "java", 6},
            {"docs/write-a-reward.md", "examples/custom-reward", "hocon", 1},
            {"docs/write-an-algorithm.md", "examples/custom-algorithm", "java", 5},
            {"docs/write-an-algorithm.md", "examples/custom-algorithm", "hocon", 1},
            {"docs/write-a-critic.md", "framework/testkit/src/test", "java", 3},
            {"docs/write-a-policy.md", "framework/toy/src/main,framework/diffusers/src/test", "java", 7},
            {"docs/embed.md", "examples/embed-as-library", "java", 4},
            {"docs/embed.md", "examples/embed-as-library", "hocon", 1},
            {"docs/embed.md", "examples/embed-as-library", "xml", 1}
        };
    }

    @Test(dataProvider = "pages")
    public void snippetsAreInSources(String page, String folder, String language, int count) throws IOException {
        List<String> sources = sources(folder, ENDINGS.get(language));
        List<String> snippets = new ArrayList<>();
        Matcher m = BLOCK.matcher(Files.readString(ROOT.resolve(page)));
        while (m.find()) {
            if (m.group(1).equals(language)) {
                snippets.add(m.group(2));
            }
        }
        assertThat(snippets).hasSize(count);
        assertThat(snippets).allSatisfy(snippet -> assertThat(sources)
                .as("a file of " + folder + " that holds\n" + snippet)
                .anyMatch(source -> source.contains(snippet)));
    }

    private static List<String> sources(String folders, String ending) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String folder : folders.split(",")) {
            sources.addAll(sourcesIn(folder, ending));
        }
        return sources;
    }

    private static List<String> sourcesIn(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
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
