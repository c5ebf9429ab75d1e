package org.tempera.runtime.config;

import java.util.ArrayList;
import java.util.List;

/** Writes a config for people, line by line. */
final class ConfigLines {
    private static final int WIDTH = 100;

    private final List<String> lines = new ArrayList<>();
    private int depth;

    ConfigLines open(String block) {
        add(block + " {");
        depth++;
        return this;
    }

    ConfigLines close() {
        depth--;
        add("}");
        return this;
    }

    /** A key with a value in HOCON. */
    ConfigLines set(String key, String value) {
        add(key + " = " + value);
        return this;
    }

    /** A key as a comment, which shows what holds where it is left out. */
    ConfigLines leaveOut(String key, String value) {
        add("#" + key + " = " + value);
        return this;
    }

    ConfigLines empty() {
        lines.add("");
        return this;
    }

    /** A comment in as many lines as it needs. */
    ConfigLines comment(String text) {
        wrapped(text, WIDTH - 2 * depth - 2).forEach(line -> add("# " + line));
        return this;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    private void add(String line) {
        lines.add("  ".repeat(depth) + line);
    }

    /** A text in lines of at most so many characters, broken at spaces. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
