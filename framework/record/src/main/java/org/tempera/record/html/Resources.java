package org.tempera.record.html;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads style sheets and scripts, which lie beside the classes that put them into pages. */
public final class Resources {
    private Resources() {}

    /** The text of a resource in a class's own package, with ends of lines as Unix has them. */
    public static String text(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " beside " + beside.getName());
            }
            // A checkout on Windows may have others, and the page's policy holds a hash.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
