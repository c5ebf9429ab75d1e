package org.tempera.core.prompt;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a folder that are kept as long as there is room, by when they were used last, which is their time of change.
 * Other processes may add and delete some at the same time.
 */
final class KeptFiles {
    private static final Logger LOG = LoggerFactory.getLogger(KeptFiles.class);

    private record Kept(Path file, FileTime used, long bytes) {}

    private KeptFiles() {}

    /** Notes that a file was used now, where that is possible. */
    static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.debug("{} keeps its time", file, e);
        }
    }

    /**
     * How much the files take whose names end so.
     *
     * @throws IOException if the folder cannot be read
     */
    static long bytes(Path folder, String ending) throws IOException {
        return list(folder, ending).stream().mapToLong(Kept::bytes).sum();
    }

    /**
     * Deletes the files that were used least lately, of those of one time the first by name, until the others take no
     * more than is allowed.
     *
     * @return how many bytes are left
     * @throws IOException if the folder cannot be read
     */
    static long keep(Path folder, String ending, long most) throws IOException {
        List<Kept> files = list(folder, ending);
        files.sort(Comparator.comparing(Kept::used).thenComparing(Kept::file));
        long bytes = files.stream().mapToLong(Kept::bytes).sum();
        for (Kept oldest : files) {
            if (bytes <= most) {
                break;
            }
            try {
                Files.deleteIfExists(oldest.file());
                bytes -= oldest.bytes();
            } catch (IOException e) {
                LOG.debug("{} cannot be deleted", oldest.file(), e);
            }
        }
        return bytes;
    }

    private static List<Kept> list(Path folder, String ending) throws IOException {
        List<Kept> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*" + ending)) {
            for (Path file : all) {
                try {
                    BasicFileAttributes its = Files.readAttributes(file, BasicFileAttributes.class);
                    files.add(new Kept(file, its.lastModifiedTime(), its.size()));
                } catch (IOException e) {
                    LOG.debug("{} is gone", file, e);
                }
            }
        }
        return files;
    }
}
