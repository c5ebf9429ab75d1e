package org.tempera.base.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder for what a command is to write, with those above it that there were not; what stays empty can be taken back.
 */
public final class MadeFolder {
    private final List<Path> made;

    private MadeFolder(List<Path> made) {
        this.made = made;
    }

    /** Makes a folder and those above it; one that there is stays as it is. */
    public static MadeFolder make(Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (@Nullable Path p = folder.toAbsolutePath().normalize();
                p != null && Files.notExists(p);
                p = p.getParent()) {
            missing.add(p);
        }
        MadeFolder result = new MadeFolder(missing);
        try {
            Files.createDirectories(folder);
        } catch (IOException | RuntimeException e) {
            result.removeIfEmpty();
            throw e;
        }
        return result;
    }

    /** Removes the folders that were made, from the innermost up to one that is not empty. */
    public void removeIfEmpty() {
        for (Path folder : made) {
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                return; // not empty, or not ours any more
            }
        }
    }
}
