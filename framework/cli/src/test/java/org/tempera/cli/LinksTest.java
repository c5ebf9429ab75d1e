package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

/**
 * Every link of a page to another page, a file or a section leads somewhere, and so does every page that a source
 * names.
 */
public class LinksTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", "node_modules", "archetype-resources");
    private static final Pattern FENCE = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*)$", Pattern.MULTILINE);
    private static final Pattern NAMED_PAGE = Pattern.compile("\\bdocs/[\\w/-]+\\.md\\b");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    public void linksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path page : files(".md")) {
            Matcher m = LINK.matcher(
                    CODE.matcher(FENCE.matcher(read(page)).replaceAll("")).replaceAll("`"));
            while (m.find()) {
                String link = m.group(1) == null ? m.group(2) : m.group(1);
                if (!link.contains("://") && !link.startsWith("mailto:") && !leads(page, link)) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).as("links that lead nowhere").isEmpty();
    }

    @Test
    public void pagesThatSourcesNameAreThere() {
        List<String> missing = new ArrayList<>();
        for (String ending : List.of(".java", ".conf", ".py")) {
            for (Path source : files(ending)) {
                Matcher m = NAMED_PAGE.matcher(read(source));
                while (m.find()) {
                    if (!Files.exists(ROOT.resolve(m.group()))) {
                        missing.add(ROOT.relativize(source) + ": " + m.group());
                    }
                }
            }
        }
        assertThat(missing).as("pages that sources name and that are not there").isEmpty();
    }

    private boolean leads(Path page, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!target.startsWith(ROOT) || !Files.exists(target)) {
            return false;
        }
        return hash < 0 || !target.toString().endsWith(".md") || anchors(target).contains(link.substring(hash + 1));
    }

    private Set<String> anchors(Path page) {
        return anchors.computeIfAbsent(page, p -> {
            Set<String> found = new HashSet<>();
            Matcher m = HEADING.matcher(FENCE.matcher(read(p)).replaceAll(""));
            while (m.find()) {
                String anchor = anchor(m.group(1));
                String unique = anchor;
                for (int i = 1; !found.add(unique); i++) {
                    unique = anchor + "-" + i;
                }
            }
            return found;
        });
    }

    /** The name that GitHub gives a heading. */
    private static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\]\\([^)]*\\)", "")
                .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                .replace(' ', '-');
    }

    private static List<Path> files(String ending) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean isLeftOut = LEFT_OUT.contains(folder.getFileName().toString());
                    return isLeftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(ending)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
