package org.tempera.runtime;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tempera.base.files.FileHashes;
import org.tempera.base.files.IoReason;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;

/**
 * The contents of the files that a plugin reads, named by the keys that lead to them, so that a folder may move: each
 * file that a key names, the settings and vocabularies of each folder that a key names, and whatever the plugin says it
 * read.
 */
final class MeasuringFiles {
    private static final Pattern SETTINGS = Pattern.compile(".*\\.(json|txt|model)", Pattern.CASE_INSENSITIVE);
    private static final Pattern WEIGHTS =
            Pattern.compile(".*\\.(safetensors|bin|pt|pth|ckpt|onnx|npz|h5)", Pattern.CASE_INSENSITIVE);
    private static final int DEPTH = 3;
    private static final int MOST_FILES = 256;

    private MeasuringFiles() {}

    /**
     * By name the hash, as a ruler has it.
     *
     * @param plugin what a file is named after that lies at no key
     * @param paths by key
     * @param read file to SHA-256, as the plugin says
     * @throws UserException if a file cannot be read, or a folder has too many
     */
    static SortedMap<String, String> of(String plugin, Map<String, Path> paths, Map<String, String> read) {
        SortedMap<String, String> parts = new TreeMap<>();
        paths.forEach((key, path) -> {
            if (Files.isRegularFile(path)) {
                parts.put(key, Ruler.hash(FileHashes.sha256(path)));
            } else if (!path.toString().isEmpty()) {
                boolean weights = read.keySet().stream().noneMatch(file -> isWithin(path, file));
                for (Path file : files(path, weights)) {
                    parts.put(name(key, path, file), Ruler.hash(FileHashes.sha256(file)));
                }
            }
        });
        SortedMap<String, List<String>> elsewhere = new TreeMap<>();
        read.forEach((file, sha256) -> paths.entrySet().stream()
                .filter(e -> isWithin(e.getValue(), file))
                .findFirst()
                .ifPresentOrElse(
                        e -> parts.put(name(e.getKey(), e.getValue(), Path.of(file)), Ruler.hash(sha256)),
                        () -> elsewhere
                                .computeIfAbsent(String.valueOf(Path.of(file).getFileName()), n -> new ArrayList<>())
                                .add(sha256)));
        elsewhere.forEach((name, hashes) -> putAll(parts, plugin + ": " + name, hashes));
        return parts;
    }

    /** Files of one name are numbered by their hashes: where they lie must not matter. */
    private static void putAll(SortedMap<String, String> parts, String name, List<String> hashes) {
        List<String> sorted = hashes.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
            parts.put(sorted.size() == 1 ? name : name + " [" + i + "]", Ruler.hash(sorted.get(i)));
        }
    }

    private static boolean isWithin(Path folder, String file) {
        return !folder.toString().isEmpty() && absolute(Path.of(file)).startsWith(absolute(folder));
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static String name(String key, Path folder, Path file) {
        String inside = absolute(folder).relativize(absolute(file)).toString();
        return inside.isEmpty() ? key : key + "/" + inside.replace('\\', '/');
    }

    /** Files of a folder that say how weights are read, and the weights too if asked. */
    private static List<Path> files(Path folder, boolean weights) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()
                            && (isNamed(file, SETTINGS) || (weights && isNamed(file, WEIGHTS)))) {
                        found.add(file);
                    }
                    return found.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }

                /** What the plugin cannot read either does not measure. */
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be read: " + IoReason.of(e) + ". Check the path and its permissions.", e);
        }
        if (found.size() > MOST_FILES) {
            throw new UserException(folder + ": expected a model's folder, with at most " + MOST_FILES
                    + " files that may say how it measures (settings, vocabularies, weights), found more. Name the model's"
                    + " own folder, or copy it to one.");
        }
        return found.stream().sorted().toList();
    }

    private static boolean isNamed(Path file, Pattern pattern) {
        return pattern.matcher(file.getFileName().toString()).matches();
    }
}
