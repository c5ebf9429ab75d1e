package org.tempera.core.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.PromptText;
import org.tempera.base.text.Utf8Lines;
import org.tempera.spi.UserException;

/**
 * A file of prompts in UTF-8.
 *
 * <p>A text file has one a line; empty lines and lines that start with {@code #} are left out. Of JSON, JSON Lines, CSV
 * and TSV the key or the column {@code prompt} is read. The name's ending decides which it is, or, where that is
 * another, how the file begins: data are never taken for lines of text.
 */
public final class PromptFile {
    private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Bytes of a file at most: it is held in memory, and its prompts besides. */
    private static final int LARGEST = 1 << 29;

    /** Prompts that may be in any file; one of few letters is some fifty bytes in memory. */
    private static final int MOST = 1_000_000;

    /** And one more for so many bytes of the file. */
    private static final int BYTES_FOR_ONE_MORE = 64;

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int SHOWN = 40;

    private static final Pattern YAML_KEY = Pattern.compile("[\\w-]+:");

    private PromptFile() {}

    /**
     * The prompts in order, without spaces around them.
     *
     * @throws UserException if the file cannot be read, is not UTF-8 (with the line), holds no prompt, or is data
     *     without a prompt in every row (with the line)
     */
    public static List<String> read(Path file) {
        byte[] bytes = bytes(file);
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")
                || Arrays.equals(PARQUET, 0, PARQUET.length, bytes, 0, Math.min(PARQUET.length, bytes.length))) {
            throw new UserException(
                    file + ": Parquet files are not read. Write the column of prompts to a text file, one"
                            + " a line, or to a .csv or .jsonl file with the column 'prompt'.");
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            throw new UserException(file + ": YAML files are not read. " + PromptLines.AS_TEXT);
        }
        Utf8Lines lines = Utf8Lines.of(file, bytes);
        List<String> prompts = prompts(file, name, lines, bytes);
        if (prompts.isEmpty()) {
            throw new UserException(file + ": holds no prompt; its " + lines.count()
                    + " lines are empty or comments. Write one prompt a line.");
        }
        for (String prompt : prompts) {
            requireShort(file, prompt.length(), prompt);
        }
        return prompts;
    }

    /** Fails for a prompt of so many characters, if they are too many; its beginning is shown. */
    static void requireShort(Path file, int length, CharSequence prompt) {
        if (length > PromptText.LONGEST) {
            throw new UserException(
                    file + ": expected prompts of at most " + PromptText.LONGEST + " characters, found one of " + length
                            + " that begins '" + prompt.subSequence(0, SHOWN) + "...'. Write one prompt a line.");
        }
    }

    private static List<String> prompts(Path file, String name, Utf8Lines lines, byte[] bytes) {
        int most = MOST + bytes.length / BYTES_FOR_ONE_MORE;
        if (name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return PromptJson.read(file, bytes, most);
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return PromptTable.read(file, lines, most);
        }
        blankComments(bytes);
        if (PromptJson.looksLike(lines)) {
            return PromptJson.read(file, bytes, most);
        }
        if (PromptTable.looksLike(lines)) {
            return PromptTable.read(file, lines, most);
        }
        requireNoList(file, lines);
        return PromptLines.read(file, lines, most);
    }

    /** Writes spaces over lines that begin with a {@code #}, so that all others keep their numbers. */
    private static void blankComments(byte[] bytes) {
        boolean begins = true;
        boolean comment = false;
        for (int i = beginning(bytes); i < bytes.length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                begins = true;
                comment = false;
                continue;
            }
            comment |= begins && bytes[i] == '#';
            begins &= isBlank(bytes[i]);
            if (comment) {
                bytes[i] = ' ';
            }
        }
    }

    /** Whether it is white space within a line. */
    private static boolean isBlank(byte letter) {
        return letter == ' ' || (letter >= '\t' && letter <= '\f') || (letter >= 0x1c && letter <= 0x1f);
    }

    /** Behind a byte order mark. */
    private static int beginning(byte[] bytes) {
        return Arrays.equals(MARK, 0, MARK.length, bytes, 0, Math.min(MARK.length, bytes.length)) ? MARK.length : 0;
    }

    /** Lists of other formats, whose dashes and quotes would be drawn. */
    private static void requireNoList(Path file, Utf8Lines lines) {
        if (isYamlList(written(lines).iterator())) {
            throw new UserException(
                    file + ": expected lines of text, found a list of YAML: every line begins with '-'. "
                            + PromptLines.AS_TEXT);
        }
        if (written(lines).findAny().isPresent() && written(lines).allMatch(line -> isQuoted(line.strip()))) {
            throw new UserException(file + ": expected lines of text, found every line in quotes, which would be drawn."
                    + " Leave the quotes out, or give a .jsonl file.");
        }
    }

    private static Stream<String> written(Utf8Lines lines) {
        return lines.stream().map(String::stripTrailing).filter(line -> !line.isEmpty());
    }

    /** Items, with what belongs to them further in, below a document's mark or a key that names the list. */
    private static boolean isYamlList(Iterator<String> lines) {
        boolean found = false;
        while (lines.hasNext()) {
            String line = lines.next();
            boolean before = line.equals("---") || YAML_KEY.matcher(line).matches();
            if (!found && before) {
                continue;
            }
            if (!isYamlItem(line) && !(found && Character.isWhitespace(line.charAt(0)))) {
                return false;
            }
            found = true;
        }
        return found;
    }

    private static boolean isYamlItem(String line) {
        String item = line.strip();
        return item.equals("-") || item.startsWith("- ");
    }

    /** Whether a text stands in quotes as a whole, with a comma behind it or without. */
    private static boolean isQuoted(String line) {
        String text = line.endsWith(",") ? line.substring(0, line.length() - 1).stripTrailing() : line;
        if (text.length() < 2 || !(text.startsWith("\"") || text.startsWith("'"))) {
            return false;
        }
        String quote = text.substring(0, 1);
        String within = text.substring(1, text.length() - 1);
        // Several in one line are the columns of a table.
        return text.endsWith(quote)
                && !within.replace(quote + "," + quote, "")
                        .replace("\\" + quote, "")
                        .replace(quote + quote, "")
                        .contains(quote);
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a text file of prompts, found a folder. Name the file in it.");
        }
        try {
            return BoundedFile.readAtMost(file, LARGEST);
        } catch (BoundedFile.TooLargeException e) {
            throw new UserException(file + ": " + e.getMessage() + ". Give a part of its prompts.", e);
        } catch (NoSuchFileException e) {
            throw new UserException(
                    file + ": " + AbsentPath.reason(file, "no such file")
                            + ". Expected a text file with one prompt a line.",
                    e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }
}
