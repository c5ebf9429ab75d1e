package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PromptFileTest {
    @Test
    public void leavesOutEmptyLinesAndComments() throws IOException {
        assertThat(PromptFile.read(file("\ufeffa cat\r\n\n # not this\n  einen Hund, größer\n#nor this\na cat")))
                .containsExactly("a cat", "einen Hund, größer", "a cat");
    }

    @Test
    public void refusesWhatHoldsNoPrompt() throws IOException {
        Path empty = file("\n# only this\n");
        assertThatThrownBy(() -> PromptFile.read(empty))
                .isInstanceOf(UserException.class)
                .hasMessage(empty + ": holds no prompt; its 2 lines are empty or comments. Write one prompt a line.");
        assertThatThrownBy(() -> PromptFile.read(empty.resolveSibling("not-there.txt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> PromptFile.read(empty.getParent()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found a folder");
    }

    @Test
    public void refusesWhatIsNobodysPrompt() throws IOException {
        Path file = file("a cat\n" + "a".repeat(100_001) + "\n");
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": expected prompts of at most 100000 characters, found one of 100001 that begins '"
                        + "a".repeat(40) + "...'. Write one prompt a line.");
    }

    @Test
    public void refusesALargeFileBeforeItIsRead() throws IOException {
        Path file = file("a cat\n");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": expected a file of at most 512 MiB, found 3072 MiB. Give a part of its prompts.");
    }

    @Test
    public void namesTheLineThatIsNotUtf8() throws IOException {
        Path file = Files.createTempFile("prompts", ".txt");
        file.toFile().deleteOnExit();
        Files.write(file, "a cat\ngr\u00f6\u00dfer\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": line 2 is not UTF-8. Save the file as UTF-8.");
    }

    @DataProvider
    public Object[][] encodings() {
        return new Object[][] {
            {StandardCharsets.UTF_16LE, "", "line 1 has a zero byte: it is text in UTF-16 or no text"},
            {StandardCharsets.UTF_16BE, "", "line 1 has a zero byte: it is text in UTF-16 or no text"},
            {StandardCharsets.UTF_16LE, "\ufeff", "is UTF-16 or UTF-32 little-endian"},
            {StandardCharsets.UTF_16BE, "\ufeff", "is UTF-16 big-endian"},
            {Charset.forName("UTF-32LE"), "\ufeff", "is UTF-16 or UTF-32 little-endian"},
            {Charset.forName("UTF-32BE"), "\ufeff", "is UTF-32 big-endian"},
        };
    }

    @Test(dataProvider = "encodings")
    public void refusesOtherEncodingsOfUnicode(Charset encoding, String mark, String problem) throws IOException {
        Path file = file("");
        Files.write(file, (mark + "a cat\na dog\n").getBytes(encoding));
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": " + problem + ". Save the file as UTF-8.");
    }

    @Test
    public void endsLinesAsAnySystemDoes() throws IOException {
        assertThat(PromptFile.read(file("a cat\ra dog\r\ra bird"))).containsExactly("a cat", "a dog", "a bird");
        assertThat(PromptFile.read(file("a cat\r\n\r\na dog\ra bird\n"))).containsExactly("a cat", "a dog", "a bird");
        assertThat(PromptFile.read(file(".csv", "prompt,n\ra cat,1\r"))).containsExactly("a cat");
    }

    /** By the name's ending, and under any name by how the file begins. */
    @DataProvider
    public Object[][] data() {
        return new Object[][] {
            {".jsonl", "{\"tag\": null, \"prompt\": \"a cat\"}\n\n{\"n\": [1, {}], \"prompt\": \" a \\\"dog\\\"\"}\n"},
            {".json", "[{\"Prompt\": \"a cat\"}, \"a \\\"dog\\\"\"]"},
            {".json", "[\n  \"a cat\",\n  \"a \\\"dog\\\"\"\n]\n"},
            {".ndjson", "\ufeff{\"prompt\": \"a cat\"}\r\n{\"prompt\": \"a \\\"dog\\\"\"}\r\n"},
            {".csv", "\ufeffprompt,score\r\na cat,5\r\n\"a \"\"dog\"\"\",4\r\n,\r\n"},
            {".CSV", "n;\"Prompt\"\n1;a cat\n2;a \"dog\"\n"},
            {".tsv", "id\tPrompt\tCategory\n1\ta cat\tx\n2\ta \"dog\"\t\n"},
            {".csv", "prompt\na cat\na \"dog\""},
        };
    }

    @Test(dataProvider = "data")
    public void readsTheColumnOfData(String ending, String text) throws IOException {
        assertThat(PromptFile.read(file(ending, text))).containsExactly("a cat", "a \"dog\"");
        assertThat(PromptFile.read(file(".txt", text))).containsExactly("a cat", "a \"dog\"");
    }

    @Test
    public void keepsCommasAndLinesWithinQuotes() throws IOException {
        assertThat(PromptFile.read(file(".csv", "score,prompt\n5.1,\"a cat, sitting\"\n4,\"two\r\nlines\"\n")))
                .containsExactly("a cat, sitting", "two\nlines");
    }

    @Test
    public void textThatOnlyResemblesDataStaysText() throws IOException {
        String text = "[[blurry]], a cat\n[a cat:a dog:0.5]\n{red|blue} fox, prompt\n\"a cat\"\n";
        assertThat(PromptFile.read(file(".txt", text)))
                .containsExactly("[[blurry]], a cat", "[a cat:a dog:0.5]", "{red|blue} fox, prompt", "\"a cat\"");
        assertThat(PromptFile.read(file(".txt", "a fox, prompt, sharp\na cat\n")))
                .hasSize(2);
        assertThat(PromptFile.read(file(".txt", "- a cat\na dog\n"))).containsExactly("- a cat", "a dog");
        assertThat(PromptFile.read(file(".txt", "\"hello\" beside \"world\"\n")))
                .hasSize(1);
        assertThat(PromptFile.read(file(".txt", "--- a cat ---\n-a dog\n"))).hasSize(2);
    }

    @DataProvider
    public Object[][] unusable() {
        return new Object[][] {
            {
                ".jsonl",
                "{\"prompt\": \"a cat\"}\n{\"text\": \"a dog\"}\n",
                "line 2: found an object with the keys text and no"
            },
            {".txt", "{\"prompt\": \"a cat\"}\na dog\n", "line 2: cannot be read as JSON"},
            {".txt", "# data\n{'prompt': 'a cat'}\n", "line 2: cannot be read as JSON"},
            {".jsonl", "{\"prompt\": \"a \\ud800 cat\"}\n", "line 1: found a text with half a character"},
            {".csv", "prompt,n\n\n", "holds a header and no prompt"},
            {".csv", "\r\n", "expected a header with the column 'prompt'"},
            {".csv", ",\n,\n", "expected a header with the column 'prompt'"},
            {".jsonl", "{\"prompt\": 3}\n", "line 1: found a prompt that is 3"},
            {".jsonl", "{\"prompt\": \"a dog\", \"prompt\": \"a cow\"}\n", "line 1: cannot be read as JSON (the key"},
            {".jsonl", "{\"prompt\": \"a cat\"}\n{\"prompt\": \" \"}\n", "line 2: found an empty text"},
            {".json", "{\"prompts\": [\"a cat\"]}", "the keys prompts and no prompt"},
            {".json", "[".repeat(100_000), "line 1: found a list within a list"},
            {".json", "{\"a\":" + "[".repeat(100_000), "line 1: cannot be read as JSON"},
            {".json", "[]", "line 1: found no prompt"},
            {".csv", "a cat\na dog\n", "expected a header with the column 'prompt' in its first line, found: a cat"},
            {
                ".csv",
                "prompt,n\na cat,1\na cat, sitting,2\n",
                "line 3: expected the header's 2 columns (prompt, n), found 3"
            },
            {".csv", "prompt,n\n\"a cat,1\n\nmore\n", "line 2: a double quote is opened and never closed"},
            {".csv", "prompt\n\"a\" cat\n", "line 2: ' ' follows a closing double quote"},
            {".csv", "prompt,n\n,1\n", "line 2: its prompt is empty"},
            {".csv", "prompt,n\n", "holds a header and no prompt"},
            {".parquet", "PAR1", "Parquet files are not read"},
            {".txt", "PAR1\u0015", "Parquet files are not read"},
            {".yaml", "- a cat\n- a dog\n", "YAML files are not read. Write one prompt a line"},
            {".yml", "a cat\n", "YAML files are not read. Write one prompt a line"},
            {".txt", "- a cat\n# a comment\n\n- a dog\n", "found a list of YAML"},
            {".txt", "---\nprompts:\n  - a cat\n  - \"a dog\"\n", "found a list of YAML"},
            {".prompts", "- prompt: a cat\n  seed: 3\n- prompt: a dog\n", "found a list of YAML"},
            {".txt", "\"a cat\"\n\"a \\\"red\\\" dog\"\n", "found every line in quotes"},
            {".txt", "'a cat',\n'a dog'\n", "found every line in quotes"},
        };
    }

    @Test(dataProvider = "unusable")
    public void refusesDataWithoutAPromptInEveryRow(String ending, String text, String message) throws IOException {
        Path file = file(ending, text);
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    private static Path file(String text) throws IOException {
        return file(".txt", text);
    }

    private static Path file(String ending, String text) throws IOException {
        Path file = Files.createTempFile("prompts", ending);
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }

    @DataProvider
    public Object[][] otherFormats() {
        return new Object[][] {
            {"text\tseed\na cat\t1\na dog\t2\n", "separated values: every line has a tab"},
            {"caption,url\na cat,http\na dog,http\n", "a table with the header 'caption,url'"},
            {"file_name,caption\n1.png,a cat\n", "a table with the header 'file_name,caption'"},
            {"id|prompt\n1|a cat\n", "a table with the header 'id|prompt'"},
            {"| prompt |\n|---|\n| a cat |\n", "a table of Markdown"},
            {"\"a cat\",\"a dog\"\n", "every line in quotes"},
            {"plain\n{\"prompt\":\"a cat\"}\n", "line 2: expected a line of text, found an object of JSON"},
            {"<!DOCTYPE html>\na cat\n", "line 1: expected a line of text, found HTML or XML"},
            {"<html><body>a cat</body></html>\n", "found HTML or XML"},
            {"[[prompts]]\nprompt = \"a cat\"\n", "found TOML"},
            {"a = \"a cat\"\nb = \"a dog\"\n", "keys and values"},
            {"{\\rtf1 a cat}\n", "found RTF"},
            {"1. a cat\n2. a dog\n", "a numbered list"},
            {"PK\u0003\u0004abc\n", "a zip archive"},
        };
    }

    @Test(dataProvider = "otherFormats")
    public void otherFormatsAreNoLinesOfText(String text, String told) throws IOException {
        Path file = Files.createTempFile("prompts", ".txt");
        try {
            Files.writeString(file, text);
            assertThatThrownBy(() -> PromptFile.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + ": ")
                    .hasMessageContaining(told);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void proseIsLinesOfText() throws IOException {
        List<String> prose = List.of(
                "a cat, a dog",
                "1girl, solo",
                "id est, a cat",
                "\"a cat\", he said",
                "a <lora:film:1> cat",
                "[[a]] cat",
                "text | art",
                "x = 3");
        Path file = Files.createTempFile("prompts", ".txt");
        try {
            Files.write(file, prose);
            assertThat(PromptFile.read(file)).isEqualTo(prose);
            Files.writeString(file, "title, text\n");
            assertThat(PromptFile.read(file)).containsExactly("title, text");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void aColumnThatIsNamedTwiceIsRefused() throws IOException {
        Path file = Files.createTempFile("prompts", ".csv");
        try {
            Files.writeString(file, "prompt,prompt\na,b\n");
            assertThatThrownBy(() -> PromptFile.read(file)).hasMessageContaining("names the column 'prompt' twice");
        } finally {
            Files.delete(file);
        }
    }

    /** A prompt of one letter is two bytes in a file and fifty in memory. */
    @Test
    public void promptsAreInProportionToTheirFile() throws IOException {
        int many = 1_100_000;
        for (String text :
                List.of("a\n".repeat(many), "[" + "\"a\",".repeat(many) + "\"a\"]", "prompt\n" + "a\n".repeat(many))) {
            Path file = Files.createTempFile(
                    "many", text.startsWith("p") ? ".csv" : text.startsWith("[") ? ".json" : ".txt");
            try {
                Files.writeString(file, text);
                assertThatThrownBy(() -> PromptFile.read(file))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining(" prompts in a file of its length, found more");
            } finally {
                Files.delete(file);
            }
        }
    }

    @Test
    public void whatARowOrAnObjectHoldsIsBounded() throws IOException {
        Path table = Files.createTempFile("wide", ".csv");
        Path json = Files.createTempFile("wide", ".json");
        try {
            Files.writeString(table, "prompt,a\n" + "b,".repeat(10_000));
            assertThatThrownBy(() -> PromptFile.read(table))
                    .hasMessageContaining("line 2: expected at most 10000 columns, found more");
            StringBuilder keys = new StringBuilder("{\"prompt\":\"a\"");
            for (int i = 0; i < 10_000; i++) {
                keys.append(",\"").append(i).append("\":0");
            }
            Files.writeString(json, keys.append('}'));
            assertThatThrownBy(() -> PromptFile.read(json)).hasMessageContaining("an object with more than 10000 keys");
            Files.writeString(json, "{\"prompt\":\"a\",\"prompt\":\"b\"}");
            assertThatThrownBy(() -> PromptFile.read(json)).hasMessageContaining("the key 'prompt' stands in it twice");
        } finally {
            Files.delete(table);
            Files.delete(json);
        }
    }

    /** Comments are left out of what looks like data, too, and lines keep their numbers. */
    @Test
    public void commentsStandBetweenData() throws IOException {
        Path file = Files.createTempFile("comments", ".txt");
        try {
            Files.writeString(file, "\ufeff# of mine\n[\"a cat\",\r\n  # \u00e9\n\"a # dog\"]");
            assertThat(PromptFile.read(file)).containsExactly("a cat", "a # dog");
            Files.writeString(file, "# of mine\nprompt,n\n\t# more\na cat,1\n");
            assertThat(PromptFile.read(file)).containsExactly("a cat");
        } finally {
            Files.delete(file);
        }
    }
}
