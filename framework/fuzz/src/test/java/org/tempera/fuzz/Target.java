package org.tempera.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * A reader, and what it is fed.
 *
 * @param name what it is called on the command line and in the corpus
 * @param samples sound inputs: the bytes of files by their path in a folder
 * @param damaged the files that are damaged; the others stay as they are
 * @param freeBytes what it may allocate for files, besides three times their length
 * @param reader reads the folder, and uses what it has read as the program would
 */
record Target(
        String name,
        List<Map<String, byte[]>> samples,
        Set<String> damaged,
        ToLongFunction<Map<String, byte[]>> freeBytes,
        Reader reader) {
    /** What any reader may allocate besides three times its input. */
    private static final long FREE_BYTES = 64L << 20;

    Target(String name, List<Map<String, byte[]>> samples, Set<String> damaged, Reader reader) {
        this(name, samples, damaged, files -> FREE_BYTES, reader);
    }

    /** Reads a folder; may throw anything, of which only a UserException is right. */
    interface Reader {
        void read(Path folder) throws Exception;
    }

    /** All files of the samples are damaged. */
    static Target of(String name, List<Map<String, byte[]>> samples, Reader reader) {
        Set<String> all = new TreeSet<>();
        samples.forEach(sample -> all.addAll(sample.keySet()));
        return new Target(name, samples, all, reader);
    }

    /** The same reader, which may allocate so much more for these files. */
    Target allowed(ToLongFunction<byte[]> more) {
        return new Target(
                name,
                samples,
                damaged,
                files -> FREE_BYTES + files.values().stream().mapToLong(more).sum(),
                reader);
    }

    @Override
    public String toString() {
        return name;
    }
}
