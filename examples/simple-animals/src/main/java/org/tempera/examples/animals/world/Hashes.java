package org.tempera.examples.animals.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.base.files.FileHashes;

/** SHA-256 of a world's files. */
final class Hashes {
    private Hashes() {}

    /** Prints the hash and name of every file but unfinished work, as {@code sha256sum} does. */
    static void print(Path folder) throws IOException {
        for (Path file : files(folder)) {
            System.out.println(FileHashes.sha256(file) + "  "
                    + folder.relativize(file).toString().replace('\\', '/'));
        }
    }

    static List<Path> files(Path folder) throws IOException {
        Path work = folder.resolve("work");
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(p -> Files.isRegularFile(p) && !p.startsWith(work))
                    .sorted()
                    .toList();
        }
    }
}
