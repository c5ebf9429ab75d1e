package org.tempera.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Feeds damaged samples to a target. A case is a function of the target's name, the seed and the case's number alone,
 * so that any one can be made again.
 */
final class Fuzzer {
    /** A reader that fails everywhere need not be told so more often. */
    private static final int MOST_FINDINGS = 20;

    private final Target target;
    private final long seed;
    private final Path folder;
    private final Duration limit;

    /**
     * @param folder is emptied, and filled anew for each case
     * @param limit of one case
     */
    Fuzzer(Target target, long seed, Path folder, Duration limit) {
        this.target = target;
        this.seed = seed;
        this.folder = folder;
        this.limit = limit;
    }

    /** How many cases were run, and what was found, one of each kind. */
    record Result(long cases, List<Finding> findings) {}

    /** The files of a case, and whether each was damaged. */
    record Case(Map<String, byte[]> files, List<String> damaged) {}

    /** Makes a case. */
    Case make(long number) {
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L
                ^ number * 0xbf58476d1ce4e5b9L
                ^ target.name().hashCode());
        Map<String, byte[]> files = new LinkedHashMap<>(
                target.samples().get(random.nextInt(target.samples().size())));
        List<String> candidates =
                files.keySet().stream().filter(target.damaged()::contains).toList();
        List<String> damaged = new ArrayList<>();
        for (int n = random.nextInt(8) == 0 ? 2 : 1; n > 0; n--) {
            String name = candidates.get(random.nextInt(candidates.size()));
            byte[] bytes = files.get(name);
            if (random.nextInt(200) == 0) {
                files.remove(name);
                candidates = candidates.stream().filter(c -> !c.equals(name)).toList();
                if (candidates.isEmpty()) {
                    break;
                }
                continue;
            }
            files.put(name, Mutators.of(name).mutate(bytes, random));
            damaged.add(name);
        }
        return new Case(files, damaged);
    }

    /** Runs cases from {@code first} on, until there were so many or the time is over. */
    Result run(long first, long cases, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Map<String, Finding> findings = new ConcurrentHashMap<>();
        AtomicLong number = new AtomicLong(first);
        Map<String, byte[]> written = new LinkedHashMap<>();
        List<List<String>> damaged = new ArrayList<>(List.of(List.of()));
        clear();
        Iterator<Judge.Case> next = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return number.get() < first + cases && findings.size() < MOST_FINDINGS && System.nanoTime() < end;
            }

            @Override
            public Judge.Case next() {
                long n = number.getAndIncrement();
                Case made = make(n);
                damaged.set(0, made.damaged());
                try {
                    write(written, made.files());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return new Judge.Case(n, folder, made.files());
            }
        };
        new Judge(target, limit).run(next, (each, verdict) -> {
            Map<String, byte[]> kept = new LinkedHashMap<>(each.files());
            kept.keySet().retainAll(damaged.get(0));
            Finding finding = new Finding(target.name(), seed, each.number(), verdict.what(), verdict.where(), kept);
            findings.putIfAbsent(finding.key(), finding);
        });
        return new Result(number.get() - first, List.copyOf(findings.values()));
    }

    /** Makes the folder hold these files; those that it holds already stay. */
    private void write(Map<String, byte[]> written, Map<String, byte[]> files) throws IOException {
        for (String name : List.copyOf(written.keySet())) {
            if (!files.containsKey(name)) {
                Files.deleteIfExists(folder.resolve(name));
                written.remove(name);
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (written.get(file.getKey()) != file.getValue()) {
                Path path = folder.resolve(file.getKey());
                if (!written.containsKey(file.getKey())) {
                    Files.createDirectories(path.getParent());
                }
                overwrite(path, file.getValue());
                written.put(file.getKey(), file.getValue());
            }
        }
    }

    /**
     * Writes over what is there. A file that is emptied first is waited for by some file systems: four fifths of all
     * time.
     */
    private static void overwrite(Path path, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(content.length);
        }
    }

    private void clear() throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }
}
