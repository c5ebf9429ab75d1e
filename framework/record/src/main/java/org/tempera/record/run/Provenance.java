package org.tempera.record.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tempera.base.BuildInfo;
import org.tempera.base.NumericEnvironment;
import org.tempera.base.files.FileHashes;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Addresses;
import org.tempera.spi.UserException;

/** Says where a run's numbers came from: versions, machine, threads, hashes, seed, time. */
public final class Provenance {
    private static final String RESUMED = "resumed";
    private static final String FROM_EPOCH = "from_epoch";
    private static final String THREADS = "threads";

    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final Map<String, Object> files = new TreeMap<>();

    private Provenance() {}

    /**
     * Collects what can be known by itself.
     *
     * @param started when the run was begun
     * @param config text of the effective configuration
     * @param seed the run's seed
     * @param tensorflow version of the native that computes
     * @param threads how TensorFlow's threads are shared out, and among how many workers, by name
     */
    public static Provenance collect(
            Instant started, String config, long seed, String tensorflow, Map<String, Integer> threads) {
        Provenance p = new Provenance();
        p.fields.put("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
        p.fields.put("seed", seed);
        p.fields.put("config_sha256", FileHashes.sha256(config));
        p.fields.put("tempera", build());
        p.fields.put("tensorflow", tensorflow);
        p.fields.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        p.fields.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        p.fields.put("processors", Runtime.getRuntime().availableProcessors());
        p.fields.put("max_heap_mb", Runtime.getRuntime().maxMemory() >> 20);
        p.fields.put(THREADS, new TreeMap<>(threads));
        p.fields.put("environment", NumericEnvironment.current());
        return p;
    }

    /** Adds anything else that is plain data, such as plugins with their versions. */
    public Provenance with(String key, Object plain) {
        fields.put(key, Addresses.maskedValues(plain));
        return this;
    }

    /**
     * Adds the hash of a file that the run read: weights, prompts.
     *
     * @throws UserException if it cannot be read
     */
    public Provenance withFile(String role, Path file) {
        return withHash(role, file.toString(), FileHashes.sha256(file));
    }

    /** Adds the hash of a file where it is known already. */
    public Provenance withHash(String role, String file, String sha256) {
        // Plugins may read from addresses.
        files.put(Addresses.masked(role), new TreeMap<>(Map.of("file", Addresses.masked(file), "sha256", sha256)));
        return this;
    }

    /** All of it as plain data. */
    public Map<String, Object> fields() {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("files", new TreeMap<>(files));
        return all;
    }

    /**
     * A file that a run reads again, with another content.
     *
     * @param role what it is to the run
     * @param before SHA-256 of the content that was recorded last
     */
    public record ChangedFile(String role, String file, String before) {}

    /**
     * The files of a run whose content is another than when it was last recorded: those that have the role and the name
     * that they had. A record that is lost or damaged says nothing.
     */
    public List<ChangedFile> changedSince(RunFolder folder) {
        Map<String, Object> recorded = new TreeMap<>();
        records(folder).forEach(record -> addFiles(record, recorded));
        List<ChangedFile> changed = new ArrayList<>();
        files.forEach((role, now) -> {
            if (recorded.get(role) instanceof Map<?, ?> before
                    && now instanceof Map<?, ?> present
                    && before.get("sha256") instanceof String sha256
                    && before.get("file") instanceof String file
                    && file.equals(present.get("file"))
                    && !sha256.equals(present.get("sha256"))) {
                changed.add(new ChangedFile(role, file, sha256));
            }
        });
        return changed;
    }

    /** What is recorded of a run's start and of each time that it went on; nothing where that is lost or damaged. */
    private static List<Object> records(RunFolder folder) {
        try {
            Map<String, Object> all =
                    PlainJson.readObject(OwnFiles.readText(folder.provenance(), OwnFiles.LARGEST_LIST));
            List<Object> records = new ArrayList<>(List.of(all));
            if (all.get(RESUMED) instanceof List<?> entries) {
                records.addAll(entries);
            }
            return records;
        } catch (UserException | PlainJson.MalformedException e) {
            return List.of();
        }
    }

    /**
     * A file that a plugin read.
     *
     * @param owner the plugin, such as {@code reward aesthetic}
     * @param path as it was read
     */
    public record ReadFile(String owner, String path, String sha256) {
        /** Its name without its folder, which several files of an owner may have. */
        public String name() {
            return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        }
    }

    /** The files that plugins read. */
    public List<ReadFile> files() {
        return readFiles(files);
    }

    /** The files that plugins read when the run was begun or went on last, as far as its folder says. */
    public List<ReadFile> filesBefore(RunFolder folder) {
        Map<String, Object> latest = new TreeMap<>();
        for (Object record : records(folder)) {
            Map<String, Object> its = new TreeMap<>();
            addFiles(record, its);
            latest = its.isEmpty() ? latest : its;
        }
        return readFiles(latest);
    }

    /**
     * How threads were shared out as the run came to an epoch, as far as its folder says: what went on from there, and
     * completed none, is left out.
     *
     * @param epoch epochs that are complete
     */
    public static Map<String, Integer> threadsBefore(RunFolder folder, int epoch) {
        Map<String, Integer> latest = new TreeMap<>();
        for (Object record : records(folder)) {
            if (record instanceof Map<?, ?> fields
                    && fields.get(THREADS) instanceof Map<?, ?> threads
                    && !(fields.get(FROM_EPOCH) instanceof Number from && from.intValue() >= epoch)) {
                latest.clear();
                threads.forEach((name, count) -> {
                    if (count instanceof Number n) {
                        latest.put(String.valueOf(name), n.intValue());
                    }
                });
            }
        }
        return latest;
    }

    private static List<ReadFile> readFiles(Map<String, Object> byRole) {
        List<ReadFile> files = new ArrayList<>();
        byRole.forEach((role, file) -> {
            int colon = role.indexOf(": ");
            if (colon > 0 && file instanceof Map<?, ?> fields && fields.get("sha256") instanceof String sha256) {
                files.add(new ReadFile(role.substring(0, colon), role.substring(colon + 2), sha256));
            }
        });
        return files;
    }

    private static void addFiles(Object record, Map<String, Object> files) {
        if (record instanceof Map<?, ?> fields && fields.get("files") instanceof Map<?, ?> byRole) {
            byRole.forEach((role, file) -> files.put(String.valueOf(role), file));
        }
    }

    /** Writes it into the run's folder. */
    public void write(RunFolder folder) {
        RunFolder.writeText(folder.provenance(), PlainJson.pretty(fields()));
    }

    /**
     * Adds it to the folder of a run that goes on, under {@code resumed}: what was written before stays as it is.
     *
     * @param epoch epochs that were complete
     */
    public void writeResumed(RunFolder folder, int epoch) {
        Map<String, Object> all = new LinkedHashMap<>();
        List<Object> entries = new ArrayList<>();
        try {
            all.putAll(PlainJson.readObject(OwnFiles.text(folder.provenance(), OwnFiles.LARGEST_LIST)));
            if (all.get(RESUMED) instanceof List<?> before) {
                entries.addAll(before);
            }
        } catch (IOException | PlainJson.MalformedException e) {
            // A lost record is no reason not to train; the new entry says what it can.
            all.put("lost", "the record of the run's start cannot be read: " + e.getMessage());
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put(FROM_EPOCH, epoch);
        entry.putAll(fields());
        entries.add(entry);
        all.put(RESUMED, entries);
        RunFolder.writeText(folder.provenance(), PlainJson.pretty(all));
    }

    /** Version and description of this build, and the hash of the code that runs. */
    private static Map<String, Object> build() {
        BuildInfo info = BuildInfo.current();
        Map<String, Object> build = new TreeMap<>();
        build.put("version", info.version());
        build.put("build", info.description());
        build.put("code_sha256", code().map(Provenance::hashOfCode).orElse("unknown"));
        return build;
    }

    private static Optional<Path> code() {
        CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return Optional.empty();
        }
    }

    private static String hashOfCode(Path code) {
        if (Files.isRegularFile(code)) {
            return FileHashes.sha256(code);
        }
        StringBuilder listing = new StringBuilder();
        try (Stream<Path> classes = Files.walk(code)) {
            classes.filter(Files::isRegularFile).sorted().forEach(f -> listing.append(code.relativize(f))
                    .append(' ')
                    .append(FileHashes.sha256(f))
                    .append('\n'));
        } catch (IOException | UncheckedIOException e) {
            return "unknown";
        }
        return FileHashes.sha256(listing.toString());
    }
}
