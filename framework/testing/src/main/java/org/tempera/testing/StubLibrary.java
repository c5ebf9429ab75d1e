package org.tempera.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shared library of Linux without code: what its dynamic section says and nothing else, made without a compiler.
 *
 * @param machine the processor's number
 * @param soname its own name; empty for none
 * @param needed the libraries that it asks for
 * @param runPath {@code DT_RUNPATH}; empty for none
 * @param older whether that is {@code DT_RPATH} instead
 */
public record StubLibrary(int machine, String soname, List<String> needed, String runPath, boolean older) {
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;

    /** Where it is loaded to, so that addresses are no offsets. */
    private static final long ADDRESS = 0x10000;

    /** One for x86-64. */
    public static StubLibrary of(String soname) {
        return new StubLibrary(62, soname, List.of(), "", false);
    }

    public StubLibrary needing(String... names) {
        return new StubLibrary(machine, soname, List.of(names), runPath, older);
    }

    public StubLibrary lookingIn(String folders) {
        return new StubLibrary(machine, soname, needed, folders, older);
    }

    public StubLibrary ofMachine(int number) {
        return new StubLibrary(number, soname, needed, runPath, older);
    }

    /** Writes it, with the folders above it. */
    public Path write(Path file) {
        try {
            Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(Path.of("")));
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's content: header, two segments, names, dynamic section. */
    public byte[] bytes() {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        List<long[]> entries = new ArrayList<>();
        needed.forEach(name -> entries.add(new long[] {1, add(names, name)}));
        if (!soname.isEmpty()) {
            entries.add(new long[] {14, add(names, soname)});
        }
        if (!runPath.isEmpty()) {
            entries.add(new long[] {older ? 15 : 29, add(names, runPath)});
        }
        int strings = HEADER + 2 * SEGMENT;
        int dynamic = (strings + names.size() + 15) / 16 * 16;
        entries.add(new long[] {5, ADDRESS + strings});
        entries.add(new long[] {10, names.size()});
        entries.add(new long[] {0, 0});
        int length = dynamic + 16 * entries.size();

        ByteBuffer b = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1);
        b.putShort(16, (short) 3).putShort(18, (short) machine).putInt(20, 1);
        b.putLong(32, HEADER);
        b.putShort(52, (short) HEADER).putShort(54, (short) SEGMENT).putShort(56, (short) 2);
        segment(b, HEADER, 1, 0, length);
        segment(b, HEADER + SEGMENT, 2, dynamic, 16L * entries.size());
        b.position(strings).put(names.toByteArray());
        b.position(dynamic);
        entries.forEach(e -> b.putLong(e[0]).putLong(e[1]));
        return b.array();
    }

    private static void segment(ByteBuffer b, int at, int type, long offset, long length) {
        b.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, ADDRESS + offset);
        b.putLong(at + 32, length).putLong(at + 40, length);
    }

    private static long add(ByteArrayOutputStream names, String name) {
        int at = names.size();
        names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }

    /**
     * A loader's cache, as {@code ldconfig} writes it.
     *
     * @param older whether the table of older loaders stands before
     * @param entries names and files, one after the other
     */
    public static byte[] loaderCache(boolean older, String... entries) {
        int count = entries.length / 2;
        int start = older ? (16 + 12 * count + 7) / 8 * 8 : 0;
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        long[] at = new long[entries.length];
        for (int i = 0; i < entries.length; i++) {
            at[i] = 48 + 24L * count + add(names, entries[i]);
        }
        ByteBuffer b =
                ByteBuffer.allocate(start + 48 + 24 * count + names.size()).order(ByteOrder.LITTLE_ENDIAN);
        if (older) {
            b.put("ld.so-1.7.0\0".getBytes(StandardCharsets.US_ASCII)).putInt(count);
        }
        b.position(start)
                .put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII))
                .putInt(count)
                .putInt(names.size());
        for (int i = 0; i < count; i++) {
            int entry = start + 48 + 24 * i;
            b.putInt(entry, 0x0303).putInt(entry + 4, (int) at[2 * i]).putInt(entry + 8, (int) at[2 * i + 1]);
        }
        b.position(start + 48 + 24 * count).put(names.toByteArray());
        return b.array();
    }
}
