package org.tempera.core.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tempera.base.text.PromptText;
import org.tempera.spi.UserException;

/**
 * Lines of text that are prompts, and none of what other formats look like when they are read line by line: their
 * marks, numbers and names would be drawn.
 */
final class PromptLines {
    /** What is said besides where a file is of another format. */
    static final String AS_TEXT =
            "Write one prompt a line, without dashes and quotes, or give a .jsonl or .csv file with"
                    + " the key or column 'prompt'.";

    private static final List<Form> BEGINNINGS = List.of(
            new Form("HTML or XML", Pattern.compile("(?i)<(?:!doctype|html|head|body|\\?xml)\\b.*")),
            new Form("a zip archive", Pattern.compile("PK\\x03\\x04.*")),
            new Form("PDF", Pattern.compile("%PDF-.*")),
            new Form("RTF", Pattern.compile("\\{\\\\rtf.*")),
            new Form("TOML", Pattern.compile("\\[\\[[\\w.-]+\\]\\]")));

    private static final List<Form> EVERYWHERE = List.of(
            new Form("a table of Markdown: every line begins with '|'", Pattern.compile("\\|.*")),
            new Form("keys and values: every line has '='", Pattern.compile("[A-Za-z_]\\w*\\s*=\\s*[\"'].*")),
            new Form("a numbered list", Pattern.compile("\\d{1,6}[.)]\\s.*")),
            new Form("separated values: every line has a tab", Pattern.compile("[^\\t]*\\t.*")));

    private static final String SEPARATORS = ",;\t|";
    private static final Pattern NAME = Pattern.compile("[\\w.-]+");

    /** Names of columns in files of prompts, captions and their pictures. */
    private static final Set<String> COLUMNS = Set.of(
            "prompt",
            "prompts",
            "text",
            "caption",
            "captions",
            "title",
            "description",
            "id",
            "index",
            "seed",
            "url",
            "file",
            "file_name",
            "filename",
            "image",
            "image_path",
            "path",
            "label");

    private record Form(String name, Pattern pattern) {
        boolean has(String line) {
            return pattern.matcher(line).matches();
        }
    }

    private PromptLines() {}

    /** The lines that hold text, stripped. @throws UserException with the line, if this is another format */
    static List<String> read(Path file, Iterable<String> lines, int most) {
        PromptList prompts = new PromptList(file, most);
        int number = 0;
        for (String each : lines) {
            number++;
            String line = each.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = file + ": line " + number + ": expected a line of text, found ";
            if (line.startsWith("{\"") && line.endsWith("}")) {
                throw new UserException(where + "an object of JSON. " + AS_TEXT);
            }
            if (prompts.isEmpty()) {
                BEGINNINGS.stream().filter(form -> form.has(line)).findFirst().ifPresent(form -> {
                    throw new UserException(where + form.name() + ". " + AS_TEXT);
                });
            }
            prompts.add(line);
        }
        requireNoList(file, prompts.list());
        header(prompts.list()).ifPresent(h -> {
            throw new UserException(
                    file + ": expected lines of text, found a table with the header '" + h + "'. " + AS_TEXT);
        });
        return prompts.list();
    }

    private static void requireNoList(Path file, List<String> prompts) {
        if (prompts.size() < 2) {
            return;
        }
        EVERYWHERE.stream()
                .filter(form -> prompts.stream().allMatch(form::has))
                .findFirst()
                .ifPresent(form -> {
                    throw new UserException(file + ": expected lines of text, found " + form.name() + ". " + AS_TEXT);
                });
    }

    /** The first line, if it names columns and all below have as many. */
    private static Optional<String> header(List<String> prompts) {
        if (prompts.size() < 2 || prompts.get(0).length() > PromptText.LONGEST) {
            return Optional.empty();
        }
        String first = prompts.get(0);
        for (char separator : SEPARATORS.toCharArray()) {
            List<String> names = List.of(first.split(Pattern.quote(String.valueOf(separator)), -1));
            boolean named = names.size() > 1
                    && names.stream().map(String::strip).allMatch(n -> NAME.matcher(n)
                            .matches())
                    && names.stream().anyMatch(n -> COLUMNS.contains(n.strip().toLowerCase(Locale.ROOT)));
            if (named
                    && prompts.stream()
                            .allMatch(p -> p.chars().filter(c -> c == separator).count() >= names.size() - 1)) {
                return Optional.of(first);
            }
        }
        return Optional.empty();
    }
}
