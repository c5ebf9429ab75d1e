package org.tempera.nn.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.spi.UserException;

/** SHA-256 of files, for provenance and to tell equal weights. */
public final class FileHashes {
    private static final int BUFFER_BYTES = 1 << 16;

    private FileHashes() {}

    /** The hash of a file in hexadecimal. */
    public static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e + ". Check the path and its permissions.", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The hashes of all files that a source's tensors lie in, by file. */
    public static Map<String, String> of(TensorSource source) {
        Map<String, String> hashes = new TreeMap<>();
        for (String name : source.names()) {
            hashes.computeIfAbsent(source.fileOf(name).toString(), file -> sha256(Path.of(file)));
        }
        return hashes;
    }
}
