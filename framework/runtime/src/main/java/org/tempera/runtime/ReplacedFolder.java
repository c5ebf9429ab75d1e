package org.tempera.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/** The folder of a run that another is to replace: one that reads a file of it would remove that under its own feet. */
final class ReplacedFolder {
    private ReplacedFolder() {}

    /**
     * Fails if a run reads from the folder that it replaces, be it through links.
     *
     * @throws UserException that names the key
     */
    static void requireNotRead(RunConfig config, Path output) {
        requireNotRead(ReadPaths.of(config), output);
    }

    static void requireNotRead(Map<String, Path> read, Path output) {
        Path folder = real(output);
        read.forEach((key, path) -> {
            if (!path.toString().isEmpty() && real(path).startsWith(folder)) {
                throw new UserException(
                        output + ": cannot be overwritten, for " + key + " = " + path
                                + " is read from it. Copy that elsewhere, or take the next free name.",
                        List.of(Remedy.of(Remedy.Action.TAKE_FREE_NAME)));
            }
        });
    }

    /** Where a path leads, as far as there is anything. */
    private static Path real(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        for (Path there = whole; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(whole)).normalize();
            } catch (IOException e) {
                continue; // nothing is there, or nobody may look
            }
        }
        return whole;
    }
}
