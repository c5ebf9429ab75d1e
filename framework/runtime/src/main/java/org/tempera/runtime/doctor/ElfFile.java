package org.tempera.runtime.doctor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;

/**
 * What a shared library says of itself to Linux's dynamic loader: its dynamic section (System V ABI, chapter 5), of 64
 * bits and little-endian, as all processors have it that TensorFlow is built for. A few kilobytes are read, however
 * long the file is.
 *
 * @param file the library
 * @param machine the processor's number, such as {@link #X86_64}
 * @param soname the name under which others ask for it; empty where it has none
 * @param needed names of the libraries that are loaded with it, in order
 * @param runPath folders that it has its own libraries looked for in, in order, {@code $ORIGIN} as it stands; before
 *     {@code LD_LIBRARY_PATH} where {@code first}
 * @param first whether these are of the older kind ({@code DT_RPATH})
 */
public record ElfFile(
        Path file, int machine, Optional<String> soname, List<String> needed, List<String> runPath, boolean first) {
    /** {@code e_machine} of x86-64. */
    public static final int X86_64 = 62;

    /** {@code e_machine} of ARM, 64 bits. */
    public static final int AARCH64 = 183;

    /** In place of {@code e_machine} of a library of 32 bits, of which nothing more is read. */
    public static final int OF_32_BITS = -1;

    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int ENTRY = 16;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int NEEDED = 1;
    private static final int STRINGS = 5;
    private static final int STRINGS_SIZE = 10;
    private static final int SONAME = 14;
    private static final int RPATH = 15;
    private static final int RUNPATH = 29;

    /** Far more than any library has: TensorFlow's have 9 segments, 40 entries, and 800 bytes of folders. */
    private static final int MOST_SEGMENTS = 1 << 10;

    private static final int MOST_ENTRIES = 1 << 10;
    private static final int MOST_LETTERS = 1 << 14;

    public ElfFile {
        needed = List.copyOf(needed);
        runPath = List.copyOf(runPath);
    }

    /**
     * Reads one.
     *
     * @throws UserException if it cannot be read, or is no library of this kind
     */
    public static ElfFile read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return new Reader(file, channel).read();
        } catch (EOFException e) {
            throw no(file, "it ends too early");
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + IoReason.of(e) + ".", e);
        }
    }

    private static UserException no(Path file, String why) {
        return new UserException(file + ": is no shared library that Linux loads here: " + why
                + ". Install the package that it belongs to again.");
    }

    private record Segment(int type, long offset, long address, long length) {}

    private record Entry(long tag, long value) {}

    private static final class Reader {
        private final Path file;
        private final FileChannel channel;

        Reader(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        ElfFile read() throws IOException {
            ByteBuffer header = bytes(0, HEADER);
            if (header.getInt(0) != 0x464c457f) {
                throw no(file, "it does not begin as an ELF file");
            }
            if (header.get(4) == 1) {
                return new ElfFile(file, OF_32_BITS, Optional.empty(), List.of(), List.of(), false);
            }
            if (header.get(4) != 2 || header.get(5) != 1) {
                throw no(file, "it is not of 64 bits and little-endian");
            }
            List<Segment> segments = segments(header);
            List<Entry> entries = entries(segments);
            long strings = offset(segments, value(entries, STRINGS).orElse(-1L));
            long length = Math.max(0, value(entries, STRINGS_SIZE).orElse(0L));
            List<String> needed = new ArrayList<>();
            for (Entry e : entries) {
                if (e.tag() == NEEDED) {
                    needed.add(text(strings, length, e.value()));
                }
            }
            Optional<Long> soname = value(entries, SONAME);
            Optional<Long> path = value(entries, RUNPATH);
            boolean first = path.isEmpty();
            Optional<Long> folders = first ? value(entries, RPATH) : path;
            return new ElfFile(
                    file,
                    Short.toUnsignedInt(header.getShort(18)),
                    soname.isPresent() ? Optional.of(text(strings, length, soname.get())) : Optional.empty(),
                    needed,
                    folders.isPresent() ? folders(text(strings, length, folders.get())) : List.of(),
                    first && folders.isPresent());
        }

        private List<Segment> segments(ByteBuffer header) throws IOException {
            int size = Short.toUnsignedInt(header.getShort(54));
            int count = Short.toUnsignedInt(header.getShort(56));
            if (size != SEGMENT || count > MOST_SEGMENTS) {
                throw no(file, "it has " + count + " segments of " + size + " bytes");
            }
            ByteBuffer table = bytes(header.getLong(32), count * SEGMENT);
            List<Segment> segments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int at = i * SEGMENT;
                segments.add(new Segment(
                        table.getInt(at), table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
            }
            return segments;
        }

        private List<Entry> entries(List<Segment> segments) throws IOException {
            Segment dynamic = segments.stream()
                    .filter(s -> s.type() == DYNAMIC)
                    .findFirst()
                    .orElseThrow(() -> no(file, "it has no dynamic section"));
            int count = (int) Math.min(MOST_ENTRIES, Math.max(0, dynamic.length()) / ENTRY);
            ByteBuffer table = bytes(dynamic.offset(), count * ENTRY);
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count && table.getLong(i * ENTRY) != 0; i++) {
                entries.add(new Entry(table.getLong(i * ENTRY), table.getLong(i * ENTRY + 8)));
            }
            return entries;
        }

        private static Optional<Long> value(List<Entry> entries, int tag) {
            return entries.stream()
                    .filter(e -> e.tag() == tag)
                    .map(Entry::value)
                    .findFirst();
        }

        /** Where an address of the loaded library stands in the file. */
        private long offset(List<Segment> segments, long address) {
            for (Segment s : segments) {
                if (s.type() == LOAD && address >= s.address() && address - s.address() < s.length()) {
                    return s.offset() + (address - s.address());
                }
            }
            throw no(file, "its names lie in none of its segments");
        }

        private String text(long strings, long length, long at) throws IOException {
            if (at < 0 || at >= length) {
                throw no(file, "a name lies outside of its names");
            }
            long start = strings + at;
            int most = (int) Math.min(MOST_LETTERS, Math.min(length - at, channel.size() - start));
            ByteBuffer letters = bytes(start, Math.max(0, most));
            int end = 0;
            while (end < most && letters.get(end) != 0) {
                end++;
            }
            if (end == most) {
                throw no(file, "a name does not end");
            }
            return new String(letters.array(), 0, end, StandardCharsets.UTF_8);
        }

        private static List<String> folders(String path) {
            return List.of(path.split(":")).stream().filter(f -> !f.isEmpty()).toList();
        }

        private ByteBuffer bytes(long from, int count) throws IOException {
            if (from < 0 || from > channel.size() - count) {
                throw new EOFException();
            }
            ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
            long at = from;
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, at);
                if (read < 0) {
                    throw new EOFException();
                }
                at += read;
            }
            return bytes;
        }
    }
}
