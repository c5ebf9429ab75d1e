package org.tempera.runtime.doctor;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The libraries that Linux's dynamic loader knows by name: what {@code ldconfig} has written to
 * {@code /etc/ld.so.cache}, in the form of glibc 2.2 and newer ({@code sysdeps/generic/dl-cache.h}).
 *
 * @param files where each name leads to, in the loader's order
 */
public record LoaderCache(Map<String, List<Path>> files) {
    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OLDER = "ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 48;
    private static final int ENTRY = 24;
    private static final int OLDER_HEADER = 16;
    private static final int OLDER_ENTRY = 12;

    /** Systems have some thousand entries, of 100 bytes each. */
    private static final long MOST_BYTES = 16 << 20;

    public LoaderCache {
        files = Map.copyOf(files);
    }

    /** Reads one; there is nothing in one that is not there, or that is of another form. */
    public static LoaderCache read(Path file) {
        try {
            return Files.size(file) > MOST_BYTES ? empty() : of(Files.readAllBytes(file));
        } catch (IOException e) {
            return empty();
        }
    }

    static LoaderCache empty() {
        return new LoaderCache(Map.of());
    }

    static LoaderCache of(byte[] content) {
        ByteBuffer all = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int start = 0;
            if (begins(content, 0, OLDER)) { // what older loaders read stands before
                long older = OLDER_HEADER + (long) OLDER_ENTRY * Integer.toUnsignedLong(all.getInt(12));
                start = Math.toIntExact(Math.min(content.length, (older + 7) / 8 * 8));
            }
            return begins(content, start, MAGIC)
                    ? new LoaderCache(
                            entries(all.slice(start, content.length - start).order(ByteOrder.LITTLE_ENDIAN)))
                    : empty();
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            return empty(); // cut off
        }
    }

    private static boolean begins(byte[] content, int at, byte[] magic) {
        return content.length - at >= magic.length
                && Arrays.equals(content, at, at + magic.length, magic, 0, magic.length);
    }

    private static Map<String, List<Path>> entries(ByteBuffer cache) {
        long count = Math.min(Integer.toUnsignedLong(cache.getInt(20)), (cache.capacity() - HEADER) / ENTRY);
        Map<String, List<Path>> files = new HashMap<>();
        long letters = 2L * cache.capacity(); // a name may be the end of a path, and more is shared by nobody
        for (int i = 0; i < count && letters > 0; i++) {
            int at = HEADER + i * ENTRY;
            String name = text(cache, cache.getInt(at + 4));
            String file = text(cache, cache.getInt(at + 8));
            letters -= name.length() + file.length();
            if (!name.isEmpty() && file.startsWith("/")) {
                files.computeIfAbsent(name, n -> new ArrayList<>()).add(Path.of(file));
            }
        }
        return files;
    }

    /** A name of at most 4096 letters. */
    private static String text(ByteBuffer cache, int at) {
        int end = at;
        while (end - at < 4096 && cache.get(end) != 0) {
            end++;
        }
        byte[] letters = new byte[end - at];
        cache.get(at, letters);
        return new String(letters, StandardCharsets.UTF_8);
    }
}
