package org.tempera.runtime.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.ShellWord;
import org.tempera.spi.UserException;

/**
 * Finds shared libraries as Linux's dynamic loader does (ld.so(8)): in the folders that the library names which asks,
 * in {@code LD_LIBRARY_PATH}, by the loader's cache, and in the system's folders; and looks further where it would not.
 *
 * @param root where the system's files are
 * @param libraryPath the folders of {@code LD_LIBRARY_PATH}
 * @param cache what the loader knows by name
 * @param machine the processor that a library must be for
 */
record LibrarySearch(Path root, List<Path> libraryPath, LoaderCache cache, int machine) {
    private static final List<String> SYSTEM = List.of(
            "lib/x86_64-linux-gnu",
            "usr/lib/x86_64-linux-gnu",
            "lib/aarch64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "lib64",
            "usr/lib64",
            "lib",
            "usr/lib");

    /** Where packages of CUDA put libraries, which the loader may not have been told of; a star is any name. */
    private static final List<String> USUAL = List.of(
            "usr/local/cuda/lib64",
            "usr/local/cuda-*/lib64",
            "usr/local/cuda-*/targets/*/lib",
            "usr/lib/wsl/lib",
            "usr/local/nvidia/lib64",
            "usr/local/lib",
            "opt/cuda/lib64",
            "opt/cuda/targets/*/lib");

    /** What a search has found. */
    sealed interface Found {
        /** The loader takes this one. @param how by what it comes to it, such as {@code LD_LIBRARY_PATH} */
        record At(Path file, String how) implements Found {}

        /** The loader takes none: what it comes to cannot be loaded. */
        record Unusable(Path file, String why) implements Found {}

        /** The loader does not look there. */
        record Elsewhere(Path file) implements Found {
            /** What has the loader look there, in a shell. */
            String remedy() {
                return "export LD_LIBRARY_PATH=" + ShellWord.of(String.valueOf(file.getParent()))
                        + "${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}";
            }
        }

        /** The loader passes over what it comes to. @param why as in "is of 32 bits" */
        record PassedOver(Path file, String why) implements Found {}

        /** There are other versions, and not the one that is asked for. */
        record OtherVersion(List<Path> files) implements Found {}

        /** There is none. */
        record Nowhere() implements Found {}
    }

    LibrarySearch {
        libraryPath = List.copyOf(libraryPath);
    }

    /** The search of programs that this one starts. */
    static LibrarySearch of(Path root, Map<String, String> environment, int machine) {
        List<Path> path = new ArrayList<>();
        for (String folder : environment.getOrDefault("LD_LIBRARY_PATH", "").split("[:;]")) {
            if (!folder.isEmpty()) {
                path(folder).ifPresent(path::add);
            }
        }
        return new LibrarySearch(root, path, LoaderCache.read(root.resolve("etc/ld.so.cache")), machine);
    }

    /**
     * Finds a library.
     *
     * @param name as it is asked for, such as {@code libcudnn.so.9}
     * @param asking the library that asks for it
     */
    Found find(String name, ElfFile asking) {
        List<Optional<Found>> tries = new ArrayList<>();
        if (asking.first()) {
            tries.add(
                    in(folders(asking), name, "the folders of " + asking.file().getFileName()));
        }
        tries.add(in(libraryPath, name, "LD_LIBRARY_PATH"));
        if (!asking.first()) {
            tries.add(
                    in(folders(asking), name, "the folders of " + asking.file().getFileName()));
        }
        tries.add(first(cached(name), "ld.so.cache"));
        tries.add(in(SYSTEM.stream().map(root::resolve).toList(), name, "the system's folders"));
        return tries.stream().flatMap(Optional::stream).findFirst().orElseGet(() -> elsewhere(name, asking));
    }

    /** Folders that a library names, with its own in place of {@code $ORIGIN}. */
    static List<Path> folders(ElfFile library) {
        String origin = String.valueOf(library.file().toAbsolutePath().getParent());
        List<Path> folders = new ArrayList<>();
        for (String folder : library.runPath()) {
            path(folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)).ifPresent(folders::add);
        }
        return folders;
    }

    /**
     * The loader passes over what is not there, may not be read, or is for another processor or of 32 bits; it fails at
     * what is damaged, a folder, or a link in a circle.
     */
    private Optional<Found> in(List<Path> folders, String name, String how) {
        return first(folders.stream().map(f -> f.resolve(name)).toList(), how);
    }

    private Optional<Found> first(List<Path> candidates, String how) {
        for (Path file : candidates) {
            try {
                Path real = file.toRealPath();
                if (Files.isReadable(real) && !Files.isRegularFile(real)) {
                    return Optional.of(new Found.Unusable(file, file + ": is a folder, or no file at all."));
                }
                if (Files.isReadable(real) && ElfFile.read(file).machine() == machine) {
                    return Optional.of(new Found.At(file, how));
                }
            } catch (UserException e) {
                return Optional.of(new Found.Unusable(file, String.valueOf(e.getMessage())));
            } catch (IOException e) {
                if (Files.isSymbolicLink(file) && !(e instanceof NoSuchFileException)) {
                    return Optional.of(new Found.Unusable(file, file + ": is a link to nowhere: " + IoReason.of(e)));
                }
            }
        }
        return Optional.empty();
    }

    private List<Path> cached(String name) {
        return cache.files().getOrDefault(name, List.of()).stream()
                .map(file -> root.resolve(file.toString().substring(1)))
                .toList();
    }

    private Found elsewhere(String name, ElfFile asking) {
        Set<Path> looked = new LinkedHashSet<>(folders(asking));
        looked.addAll(libraryPath);
        SYSTEM.forEach(folder -> looked.add(root.resolve(folder)));
        List<Path> usual = USUAL.stream().flatMap(p -> matching(p).stream()).toList();
        if (first(usual.stream().map(f -> f.resolve(name)).toList(), "")
                        .filter(Found.At.class::isInstance)
                        .orElse(null)
                instanceof Found.At at) {
            return new Found.Elsewhere(at.file());
        }
        Optional<Found> passedOver = Stream.concat(
                        looked.stream().map(folder -> folder.resolve(name)), cached(name).stream())
                .flatMap(file -> passedOver(file).stream())
                .findFirst();
        if (passedOver.isPresent()) {
            return passedOver.get();
        }
        looked.addAll(usual);
        Set<Path> others = new LinkedHashSet<>();
        String stem = name.substring(0, name.indexOf(".so") + 3);
        looked.forEach(folder -> others.addAll(named(folder, stem + ".*")));
        cache.files().forEach((cached, files) -> {
            if (cached.startsWith(stem + ".")) {
                files.forEach(file -> others.add(root.resolve(file.toString().substring(1))));
            }
        });
        others.removeIf(file -> !Files.exists(file));
        return others.isEmpty() ? new Found.Nowhere() : new Found.OtherVersion(List.copyOf(others));
    }

    /** Of a file that was none to load and no reason to end the search. */
    private Optional<Found> passedOver(Path file) {
        if (!Files.exists(file)) {
            return Files.isSymbolicLink(file)
                    ? Optional.of(new Found.PassedOver(file, "is a link to nowhere"))
                    : Optional.empty();
        }
        if (!Files.isReadable(file)) {
            return Optional.of(new Found.PassedOver(file, "may not be read by this user"));
        }
        int other = ElfFile.read(file).machine();
        return Optional.of(new Found.PassedOver(
                file,
                other == ElfFile.OF_32_BITS
                        ? "is of 32 bits"
                        : "is for " + processor(other) + ", and TensorFlow's library for " + processor(machine)));
    }

    private static String processor(int machine) {
        return switch (machine) {
            case ElfFile.X86_64 -> "x86-64";
            case ElfFile.AARCH64 -> "aarch64";
            default -> "another processor (e_machine " + machine + ")";
        };
    }

    /** Folders below the root that a pattern stands for. */
    private List<Path> matching(String pattern) {
        List<Path> folders = List.of(root);
        for (String part : pattern.split("/")) {
            List<Path> next = new ArrayList<>();
            for (Path folder : folders) {
                if (part.contains("*")) {
                    next.addAll(named(folder, part));
                } else {
                    next.add(folder.resolve(part));
                }
            }
            folders = next;
        }
        return folders.stream().filter(Files::isDirectory).toList();
    }

    /** What lies in a folder under names of a pattern, sorted. */
    static List<Path> named(Path folder, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, pattern)) {
            all.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // none, or none that may be seen
        }
        return found.stream().sorted().toList();
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
