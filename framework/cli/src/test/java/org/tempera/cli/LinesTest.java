package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.testng.annotations.Test;

/** Prose wraps at 120 columns, on pages and in comments; the formatter sees to code. */
public class LinesTest {
    private static final int COLUMNS = 120;
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    /** Folders, and the page that is generated. */
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", "configuration.md");

    private static final Pattern FENCE = Pattern.compile("^ *```.*?^ *```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern PRE = Pattern.compile("<pre>.*?</pre>|\"\"\".*?\"\"\"", Pattern.DOTALL);
    private static final Pattern PROSE = Pattern.compile("\\s*[^|#<!`\\s].*");
    private static final Pattern COMMENT = Pattern.compile("\\s*(\\*|//|/\\*\\*) .*");

    @Test
    public void ofPages() throws IOException {
        assertThat(tooLong(".md", FENCE, PROSE)).isEmpty();
    }

    @Test
    public void ofComments() throws IOException {
        assertThat(tooLong(".java", PRE, COMMENT)).isEmpty();
    }

    /** The places of lines of a kind that are too long, and that a space before the last column could cut. */
    private static List<String> tooLong(String ending, Pattern verbatim, Pattern kind) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files(ending)) {
            String text = verbatim.matcher(Files.readString(file))
                    .replaceAll(m -> Matcher.quoteReplacement(m.group().replaceAll("[^\n]+", "")));
            String[] lines = text.split("\n");
            for (int i = 0; i < lines.length; i++) {
                if (lines[i].length() > COLUMNS
                        && kind.matcher(lines[i]).matches()
                        && lines[i].lastIndexOf(' ', COLUMNS) > COLUMNS / 2) {
                    found.add(ROOT.relativize(file) + ":" + (i + 1) + " has " + lines[i].length() + " columns");
                }
            }
        }
        return found;
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> StreamSupport.stream(ROOT.relativize(file).spliterator(), false)
                            .noneMatch(part -> LEFT_OUT.contains(part.toString())))
                    .sorted()
                    .toList();
        }
    }
}
