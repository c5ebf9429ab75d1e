package org.tempera.graph;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.IoReason;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * The folder that TensorFlow's native library is unpacked into, once for a user. JavaCPP chooses it: the system
 * property {@code org.bytedeco.javacpp.cachedir}, else {@code .javacpp/cache} in the user's home, else one in the
 * folder of temporary files.
 */
public final class NativeCache {
    private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

    /** JavaCPP still reads it. */
    private static final String FORMER_PROPERTY = "org.bytedeco.javacpp.cacheDir";

    private static final List<Remedy> REMEDIES = List.of(Remedy.jvmOption("-D" + PROPERTY + "=FOLDER"));

    /** What the library takes, unpacked, in MB; the one for GPUs takes twice as much. */
    public static final long MEGABYTES = 650;

    private static final Pattern MISSING = Pattern.compile("([^\\s:/]+): cannot open shared object file");

    /** A process loads a library once, and has one zone. */
    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private NativeCache() {}

    /**
     * Sees to it that the folder is no folder of the working directory: a user without an entry in the system's list of
     * users has the home {@code ?}, and JavaCPP would take that for a name. Leaves every other user's folder, and one
     * that was chosen, as it is.
     */
    static void choose() {
        withoutHome().ifPresent(folder -> System.setProperty(PROPERTY, folder.toString()));
    }

    /** Loads the library in one zone, and does the same in the process's own once it is loaded. */
    static <T> T loading(Supplier<T> load) {
        return loading(LOADED, load);
    }

    /** @param loaded whether it was, in this process */
    static synchronized <T> T loading(AtomicBoolean loaded, Supplier<T> load) {
        if (loaded.get()) {
            return load.get();
        }
        T result = inOneZone(load);
        loaded.set(true);
        return result;
    }

    /**
     * Loads with UTC for the process's time zone, and puts its own back. JavaCPP tells an unpacked file by the time of
     * its entry in the jar, which Java reads in the zone: a process of another one would unpack the library anew over
     * those that are loading it, and the system ends them.
     */
    private static <T> T inOneZone(Supplier<T> load) {
        TimeZone own = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        try {
            return load.get();
        } finally {
            TimeZone.setDefault(own);
        }
    }

    private static Optional<Path> withoutHome() {
        String home = System.getProperty("user.home", "");
        return System.getProperty(PROPERTY, "").isEmpty() && !new File(home).isAbsolute()
                ? Optional.of(ofUserWithoutHome(System.getenv(), Path.of(System.getProperty("java.io.tmpdir"))))
                : Optional.empty();
    }

    /**
     * The folder that the library is unpacked into, for a process of these system properties; empty where none can be
     * made.
     *
     * @throws UserException if this user has no home, and no other folder can be written
     */
    public static Optional<Path> where() {
        return withoutHome().or(NativeCache::folder);
    }

    /**
     * Why the library is unpacked into another folder than the first that JavaCPP looks at, which goes on to the next
     * without a word: a sentence without its full stop. Empty where it takes the first, or where it has none.
     */
    public static Optional<String> passedOver() {
        if (withoutHome().isPresent()) {
            return Optional.empty();
        }
        try {
            return passedOver(System.getProperties(), Loader.getCacheDir());
        } catch (IOException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** @param properties of the system, of which those that choose a folder may name no path at all */
    static Optional<String> passedOver(Properties properties, File taken) throws IOException {
        Optional<String> chosen = Stream.of(PROPERTY, FORMER_PROPERTY)
                .filter(name -> properties.getProperty(name) != null)
                .findFirst();
        String first = chosen.map(properties::getProperty)
                .orElseGet(() -> new File(properties.getProperty("user.home"), ".javacpp/cache").toString());
        File folder = new File(first);
        if (folder.exists() && folder.getCanonicalFile().equals(taken.getCanonicalFile())) {
            return Optional.empty();
        }
        String why = chosen.filter(name -> first.isEmpty())
                .map(name -> "the system property " + name + " is empty")
                .orElseGet(() -> first + lacks(folder));
        return Optional.of(why + ", so that the next folder is taken");
    }

    /** What JavaCPP asks of a folder, and this one has not. */
    private static String lacks(File folder) {
        if (!folder.exists()) {
            return " cannot be made";
        }
        if (!folder.canRead()) {
            return " cannot be read";
        }
        return folder.canWrite() ? " cannot be entered" : " cannot be written";
    }

    /** The first of the environment's folders that can be written, else one below {@code temporary}. */
    static Path ofUserWithoutHome(Map<String, String> environment, Path temporary) {
        List<Path> caches = new ArrayList<>();
        absolute(environment.get("XDG_CACHE_HOME")).ifPresent(caches::add);
        absolute(environment.get("HOME")).ifPresent(home -> caches.add(home.resolve(".cache")));
        for (Path cache : caches) {
            Path own = cache.resolve("javacpp");
            try {
                Files.createDirectories(own);
                if (Files.isWritable(own)) {
                    return own;
                }
            } catch (IOException e) {
                continue; // the next one
            }
        }
        return ownTemporaryFolder(temporary);
    }

    private static Optional<Path> absolute(@Nullable String folder) {
        return folder == null || folder.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(folder)).filter(Path::isAbsolute);
    }

    /** The same at every start, and nobody else's: who can write there decides what code runs here. */
    private static Path ownTemporaryFolder(Path temporary) {
        try {
            Path probe = Files.createTempFile(temporary, "tempera", null);
            try {
                if (!probe.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                    return temporary.resolve("tempera-javacpp");
                }
                Object user = Files.getAttribute(probe, "unix:uid");
                Path own = temporary.resolve("tempera-javacpp-" + user);
                try {
                    Files.createDirectory(
                            own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } catch (FileAlreadyExistsException e) {
                    // An earlier start made it, or one at the same time.
                }
                if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)
                        || !user.equals(Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                    throw new UserException(own + ": belongs to another user. " + advice());
                }
                return own;
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw new UserException(
                    "TensorFlow's native library needs a folder to be unpacked into; this user has no home, and "
                            + temporary + " cannot be written (" + IoReason.of(e) + "). " + advice(),
                    e,
                    REMEDIES);
        }
    }

    /** What is said where the library cannot be unpacked or loaded. */
    static UserException failure(LinkageError error) {
        Optional<Path> folder = folder();
        return new UserException(
                "TensorFlow's native library could not be "
                        + folder.map(f -> "unpacked into, or loaded from, " + f).orElse("unpacked") + ": "
                        + reason(texts(error), folder, AddressSpace.limit()) + " " + advice(),
                error,
                REMEDIES);
    }

    private static String advice() {
        return "Another folder is chosen with the system property " + PROPERTY + ".";
    }

    private static Optional<Path> folder() {
        try {
            return Optional.of(Loader.getCacheDir().toPath());
        } catch (IOException | LinkageError e) {
            return chosen(System.getProperty(PROPERTY, ""));
        }
    }

    /** The folder of that name; empty where it names none. */
    static Optional<Path> chosen(String name) {
        try {
            return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static List<String> texts(Throwable error) {
        List<String> texts = new ArrayList<>();
        for (Throwable t = error; t != null && texts.size() < 20; t = t.getCause()) {
            texts.add(String.valueOf(t.getMessage()));
        }
        return texts;
    }

    /**
     * What went wrong.
     *
     * @param texts what was said, the outermost first
     * @param addressSpace the limit of the process's address space, in MB
     */
    static String reason(List<String> texts, Optional<Path> folder, Optional<Long> addressSpace) {
        String all = String.join("\n", texts);
        Optional<Long> free = folder.flatMap(NativeCache::freeMegabytes);
        String room =
                "there is no room: " + free.map(f -> f + " MB are free, and ").orElse("") + "about " + MEGABYTES
                        + " MB are needed (more for GPUs). Make room there.";
        Matcher missing = MISSING.matcher(all);
        boolean lacks = missing.find();
        if (all.contains("No space left") || all.contains("quota exceeded")) {
            return room;
        }
        if (all.contains("No locks available")
                || all.contains("Function not implemented")
                || all.contains("peration not supported")) {
            return "the file system has no file locks, which unpacking needs.";
        }
        if (all.contains("failed to map segment") || all.contains("Operation not permitted")) {
            String noexec = "the file system is mounted so that nothing in it can be executed (noexec).";
            return addressSpace
                    .map(mb -> "the process may have " + mb + " MB of addresses, too few for it; lift the limit"
                            + " (ulimit -v unlimited), or give Java less of them (-Xmx1g). If that does not help, "
                            + noexec)
                    .orElse(noexec);
        }
        if (lacks && missing.group(1).startsWith("libtensorflow") && free.orElse(MEGABYTES) < MEGABYTES) {
            // JavaCPP goes on where it could not write one of several libraries.
            return room;
        }
        if (lacks) {
            return "the system's library " + missing.group(1) + " is missing. Install the package that has it.";
        }
        if (all.contains("Could not create the cache")) {
            return "the folder cannot be written.";
        }
        if (all.contains("dependent libraries")) {
            return "a library that it needs is missing. Install the Visual C++ runtime.";
        }
        if (texts.size() == 1 && all.contains("java.library.path")) {
            return "there is none for this system (" + Loader.getPlatform() + ") in the folder lib.";
        }
        return texts.get(texts.size() - 1) + ".";
    }

    private static Optional<Long> freeMegabytes(Path folder) {
        for (Path f = folder.toAbsolutePath(); f != null; f = f.getParent()) {
            if (Files.exists(f)) {
                try {
                    return Optional.of(Files.getFileStore(f).getUsableSpace() >> 20);
                } catch (IOException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
