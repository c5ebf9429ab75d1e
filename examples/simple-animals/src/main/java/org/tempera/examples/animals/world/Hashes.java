package org.tempera.examples.animals.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of a world's files. */
final class Hashes {
    private Hashes() {}

    /** Prints the hash and name of every file but unfinished work, as {@code sha256sum} does. */
    static void print(Path folder) throws IOException {
        for (Path file : files(folder)) {
            System.out.println(
                    of(file) + "  " + folder.relativize(file).toString().replace('\\', '/'));
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

    static String of(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
