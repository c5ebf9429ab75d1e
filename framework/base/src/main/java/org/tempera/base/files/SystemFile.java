package org.tempera.base.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files that a system writes about itself, which not every system has. */
public final class SystemFile {
    private SystemFile() {}

    /** A file's text, each byte a letter; nothing where it cannot be read. */
    public static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
