package org.tempera.base.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tempera.spi.UserException;

/**
 * SHA-256 of files, for provenance and to tell equal weights.
 *
 * <p>A file is hashed once a process: several rewards read one CLIP, and a gigabyte takes seconds. One that has another
 * size or time of change since is hashed anew.
 */
public final class FileHashes {
    private static final int BUFFER_BYTES = 1 << 16;
    /** With room to spare, for files that share a bin are hashed one after the other. */
    private static final Map<Version, String> KNOWN = new ConcurrentHashMap<>(1024);

    private record Version(Path file, long size, FileTime changed) {}

    private FileHashes() {}

    /**
     * The hash of a file in hexadecimal. A caller who comes while another thread hashes the same file waits for it.
     *
     * @throws UserException if it cannot be read
     */
    public static String sha256(Path file) {
        try {
            Path real = file.toRealPath();
            BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
            return KNOWN.computeIfAbsent(
                    new Version(real, now.size(), now.lastModifiedTime()), version -> hash(version.file()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The hash of a text as UTF-8, in hexadecimal. */
    public static String sha256(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A digest that has seen nothing yet. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String hash(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = digest();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException(
                file + ": cannot be read: " + IoReason.of(e) + ". Check the path and its permissions.", e);
    }
}
