package org.tempera.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Damages text: words that mean something in its language are put anywhere, and parts are moved, repeated and lost. */
final class TextMutator implements Mutator {
    /** Words of lists of tokens, merges and prompts. */
    static final String[] TEXT = {
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "\u0000",
        "\ufeff",
        "\"",
        "\"\"",
        ",",
        ";",
        "#",
        "{",
        "[",
        "{\"prompt\":\"a\"}",
        "[\"a\"]",
        "prompt",
        "\u001b[31m",
        "\u202e",
        "\ud83d\ude00",
        "</w>",
        "<|endoftext|>",
        "[UNK]",
        "##",
        "##a",
        "a b",
        "a",
        "&amp;",
        "amp;",
        "&#xff06;",
        "&lt",
        "\u00e9",
        "e\u0301",
        "\u0301\u0323",
        "\u0344",
        "\uff06",
        "\u0130",
        "\ufb03",
        "\uac00\u11a8",
        "\ud800",
        "://user:word@",
        "?token=",
        "x".repeat(300),
        ".".repeat(300),
    };

    /** Words of HOCON. */
    static final String[] HOCON = {
        "{",
        "}",
        "[",
        "]",
        "=",
        ":",
        "+=",
        ",",
        "\n",
        "\"",
        "\"\"\"",
        "${",
        "}",
        "${a}",
        "${?a}",
        "${run}",
        "${run.seed}",
        "${?run}",
        "include ",
        "include \"a.conf\"",
        "include url(\"http://127.0.0.1:9/\")",
        "include file(\"",
        "\")",
        "required(",
        "#",
        "//",
        "null",
        "true",
        "1e400",
        "1e99999999999",
        "1e999999999",
        "-1",
        "9223372036854775808",
        "2147483648",
        "0",
        "007",
        "NaN",
        "a.",
        ".a",
        "a.a.a.a.a",
        "\\u0000",
        "\u0000",
        "\\",
        "x = ${x}${x}\n",
        "run = ${run}${run}\n",
        "run { x = ${run} }\n",
        "[[[[[[[[",
        "{a:{a:{a:",
        "1d",
        "10 days",
        "run",
        "rewards",
        "use",
        "policy",
        "\ufeff",
        "\u00a0",
        "\ud83d\ude00",
        "/dev/null",
    };

    /** Words of a server's answer. */
    static final String[] HTTP = {
        "\r\n",
        "\n",
        "\r\n\r\n",
        "\u0000",
        ": ",
        ":",
        " ",
        "HTTP/1.1",
        "HTTP/2",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "0",
        "-1",
        "99999999999999999999",
        "101",
        "204",
        "304",
        "307",
        "429",
        "503",
        "1000",
        "Content-Length: 99\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Retry-After: 99999999999\r\n",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
        "Location: /\r\n",
        "Connection: close\r\n",
        "a: b\r\n",
        "{",
        "[",
        "]",
        "}",
        "1e400",
        "NaN",
        "null",
        "\"scores\"",
        "\u001b[2J",
    };

    private final String[] words;

    TextMutator(String[] words) {
        this.words = words;
    }

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        StringBuilder text = new StringBuilder(new String(sound, StandardCharsets.UTF_8));
        for (int n = 1 << random.nextInt(4); n > 0; n--) {
            once(text, random);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void once(StringBuilder text, SplittableRandom random) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(1 << random.nextInt(1, 8)));
        switch (random.nextInt(8)) {
            case 0, 1 -> text.insert(at, Mutator.any(words, random));
            case 2 -> text.replace(at, end, Mutator.any(words, random));
            case 3 -> text.delete(at, end);
            case 4 -> {
                String part = text.substring(at, end);
                int times = random.nextInt(30) == 0 ? 1 << random.nextInt(12) : 1;
                text.insert(at, part.repeat(Math.min(times, 1 + 100_000 / (part.length() + 1))));
            }
            case 5 -> {
                String word = Mutator.any(words, random);
                int times = random.nextInt(10) == 0 ? 1 << random.nextInt(14) : 2;
                text.insert(at, word.repeat(Math.min(times, 1 + 100_000 / (word.length() + 1))));
            }
            case 6 -> line(text, random);
            default -> {
                String part = text.substring(at, end);
                text.delete(at, end).insert(random.nextInt(text.length() + 1), part);
            }
        }
    }

    /** Removes, doubles or moves a whole line. */
    private static void line(StringBuilder text, SplittableRandom random) {
        if (text.isEmpty()) {
            return;
        }
        int at = random.nextInt(text.length());
        int start = text.lastIndexOf("\n", at) + 1;
        int end = text.indexOf("\n", at);
        String line = text.substring(Math.min(start, text.length()), end < 0 ? text.length() : Math.max(end, start));
        if (random.nextBoolean()) {
            text.insert(start, line + "\n");
        } else {
            text.delete(start, start + line.length());
            if (random.nextBoolean()) {
                text.append('\n').append(line);
            }
        }
    }
}
