package org.tempera.record.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.MadeFolder;
import org.tempera.base.files.WritingAdvice;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * The folder of one run, locked while it is open so that two runs never write to it.
 *
 * <pre>
 * config.conf               the effective configuration; loading it again gives the same run
 * run.json                  what the run is: algorithm, policy, rewards and their roles
 * provenance.json           versions, hashes, seed, machine
 * rulers.json               what measures the evaluations: keys and hashes of files
 * metrics.jsonl             one line an epoch
 * samples.jsonl             one line a sample, with its scores
 * events.out.tfevents...    the same for TensorBoard
 * images/epoch-NNNN.png     the evaluation's pictures at fixed prompts and noise
 * images/timeline.png       the first row of each of them, one below the other
 * failures/                 pictures that a reward gave no score for, if there are any
 * evaluations/              what {@code evaluate} measured afterwards, a record for each checkpoint and ruler
 * checkpoints/epoch-NNNN/   all that is needed to go on; epoch-NNNN-begun from within an epoch
 * trained/                  the trained weights in the files that other libraries read
 * trained.json              which files these are
 * report.html               the run on one page
 * </pre>
 */
public final class RunFolder implements AutoCloseable {
    /** The name of the picture of the whole run, in the folder of pictures. */
    public static final String TIMELINE = "timeline.png";

    /** How the names of TensorBoard's files begin. */
    public static final String EVENTS = "events.out.tfevents.";

    private static final String PICTURE = ".png";
    static final String LOCK = "run.lock";
    static final String CONFIG = "config.conf";
    private static final String PROVENANCE = "provenance.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String SAMPLES = "samples.jsonl";
    private static final String REPORT = "report.html";
    private static final String RULERS = "rulers.json";
    private static final String FACTS = "run.json";
    private static final String IMAGES = "images";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String FAILURES = "failures";
    private static final String EVALUATIONS = "evaluations";
    private static final Pattern EVALUATION = Pattern.compile("(epoch-\\d{4,9})-[0-9a-f]{16}\\.json");
    static final String TRAINED = "trained";
    static final String TRAINED_LIST = "trained.json";
    static final String TRAINED_UNFINISHED = "trained.tmp";

    /** Files that are read, or replaced as a whole. */
    private static final List<String> READ =
            List.of(CONFIG, FACTS, PROVENANCE, METRICS, SAMPLES, RULERS, TRAINED_LIST, REPORT);

    /** What a report writes too, without the lock. */
    private static final Set<String> WRITTEN_UNLOCKED = Set.of(REPORT, TIMELINE);

    /** How long a report takes at most from the last byte of a file to its name. */
    private static final Duration REPORT_AT_MOST = Duration.ofMinutes(1);

    private final Path path;
    private final @Nullable FolderLock lock;
    private final Optional<MadeFolder> made;
    private Optional<Predicate<String>> replaced = Optional.empty();

    private RunFolder(Path path, @Nullable FolderLock lock) {
        this(path, lock, Optional.empty());
    }

    private RunFolder(Path path, @Nullable FolderLock lock, Optional<MadeFolder> made) {
        this.path = path;
        this.lock = lock;
        this.made = made;
    }

    /**
     * Makes the folder for a new run and locks it.
     *
     * @throws UserException if it cannot be written, another run has it open, or it already holds a run or anything
     *     else
     */
    public static RunFolder create(Path path) {
        return create(path, Optional.empty());
    }

    /**
     * The same, but a run that the folder already holds is to be replaced: it is removed by {@link #makeRoom}, not yet
     * here.
     *
     * @param written whether a path from the folder, with slashes, is of something that a run writes there beside the
     *     files that this class names
     * @throws UserException if it cannot be written, another run has it open, or it holds anything that no run wrote
     */
    public static RunFolder replace(Path path, Predicate<String> written) {
        return create(path, Optional.of(written));
    }

    /**
     * A folder that holds nothing: the one that is given, or the first of FOLDER-2, FOLDER-3 and so on. Another process
     * may take it before {@link #create} does, which then fails.
     */
    public static Path free(Path path) {
        Path free = path;
        for (int number = 2; OwnFiles.exists(free) && !isEmptyFolder(free); number++) {
            free = path.resolveSibling(path.getFileName() + "-" + number);
        }
        return free;
    }

    private static boolean isEmptyFolder(Path path) {
        return Files.isDirectory(path) && OwnFiles.list(path).isEmpty();
    }

    private static RunFolder create(Path path, Optional<Predicate<String>> replace) {
        MadeFolder made;
        try {
            made = MadeFolder.make(path);
        } catch (IOException e) {
            throw notWritable(path, e);
        }
        requireOwn(path);
        RunFolder folder = new RunFolder(path, lock(path), Optional.of(made));
        try {
            if (replace.isPresent() && holdsRun(path)) {
                new RunContents(path, replace.get()).list(); // fails where makeRoom would, before any work is done
                folder.replaced = replace;
                return folder;
            }
            if (holdsRun(path)) {
                throw holdsOne(path, !hasEntries(folder.checkpoints()));
            }
            requireEmpty(path);
            Files.createDirectories(folder.images());
            Files.createDirectories(folder.checkpoints());
            return folder;
        } catch (IOException e) {
            folder.refuse(made);
            throw notWritable(path, e);
        } catch (RuntimeException | Error e) {
            folder.refuse(made);
            throw e;
        }
    }

    /** @param early whether it has no checkpoint to go on from */
    private static UserException holdsOne(Path path, boolean early) {
        List<Remedy> remedies =
                List.of(Remedy.of(Remedy.Action.OVERWRITE_RUN), Remedy.of(Remedy.Action.TAKE_FREE_NAME));
        String others =
                "verwrite it, take the next free name beside it, or choose another folder with" + " run.output=FOLDER.";
        return early
                ? new UserException(
                        path + ": already holds a run, which stopped before its first checkpoint. O" + others, remedies)
                : new UserException(
                        path + ": already holds a run. Resume it, o" + others,
                        Stream.concat(Stream.of(Remedy.resume(path)), remedies.stream())
                                .toList());
    }

    /** Leaves nothing of ours in a folder that is somebody else's. */
    private void refuse(MadeFolder created) {
        if (lock != null && !holdsRun(path)) {
            lock.closeAndRemove();
        }
        close();
        created.removeIfEmpty();
    }

    /**
     * Removes the run that is to be replaced, once the new one is built and about to write; does nothing in a new
     * folder.
     *
     * @throws UserException if there is by now anything that no run wrote: nothing is removed then
     */
    public void makeRoom() {
        if (replaced.isEmpty()) {
            return;
        }
        new RunContents(path, replaced.get()).remove();
        replaced = Optional.empty();
        try {
            Files.createDirectories(images());
            Files.createDirectories(checkpoints());
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    /**
     * Opens and locks the folder of a run that is to go on.
     *
     * @throws UserException if there is no such run, it cannot be written, or another run has it open
     */
    public static RunFolder resume(Path path) {
        requireRun(path);
        requireOwn(path);
        FolderLock lock = lock(path);
        RunFolder folder = new RunFolder(path, lock);
        try {
            Files.createDirectories(folder.images());
            Files.createDirectories(folder.checkpoints());
            folder.sweep(lock.since());
            return folder;
        } catch (IOException e) {
            lock.close();
            throw notWritable(path, e);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Removes what a process that was killed left on the way to whole files: who held the lock before is not writing
     * any more. What a report, which holds none, may be just writing stays. Process ids tell nothing: in a container
     * they are always the same, and another host's are not known here.
     */
    private void sweep(FileTime locked) throws IOException {
        for (Path folder : List.of(path, images(), failures())) {
            for (Path entry : OwnFiles.list(folder)) {
                Optional<String> name =
                        AtomicFile.unfinished(entry.getFileName().toString());
                if (name.isPresent() && OwnFiles.isFile(entry)) {
                    Duration quiet = WRITTEN_UNLOCKED.contains(name.get()) ? REPORT_AT_MOST : Duration.ZERO;
                    FileTime written = Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS);
                    if (!written.toInstant().plus(quiet).isAfter(locked.toInstant())) {
                        OwnFiles.deleteQuietly(entry);
                    }
                }
            }
        }
    }

    /**
     * Fails unless the folder holds a run; does not lock it, for commands that only read.
     *
     * @throws UserException if there is no such folder, or no run in it, or what is read of it is a link
     */
    public static void requireRun(Path path) {
        if (!Files.isDirectory(path)) {
            throw new UserException(path + ": " + AbsentPath.reason(path, "no such folder")
                    + ". Expected the folder of a run, as named by run.output.");
        }
        READ.forEach(name -> OwnFiles.requireFile(path.resolve(name)));
        if (!OwnFiles.isFile(path.resolve(CONFIG))) {
            throw new UserException(path + ": holds no run: config.conf is missing."
                    + " Expected the folder of a run, as named by run.output.");
        }
        OwnFiles.requireFolder(path.resolve(IMAGES));
        OwnFiles.requireFolder(path.resolve(CHECKPOINTS));
    }

    /** Fails if what a run writes is a link, or of another kind than a run makes it. */
    private static void requireOwn(Path path) {
        List.of(LOCK, METRICS, SAMPLES).forEach(name -> OwnFiles.requireOnlyName(path.resolve(name)));
        List.of(IMAGES, CHECKPOINTS).forEach(name -> OwnFiles.requireFolder(path.resolve(name)));
        List.of(FAILURES, TRAINED).forEach(name -> OwnFiles.requireNoLinksIn(path.resolve(name)));
    }

    /**
     * The folder of a run that may still be going on, to read from. Not locked: what is written to it must be whole
     * files.
     *
     * @throws UserException if there is no such folder, or no run in it
     */
    public static RunFolder view(Path path) {
        requireRun(path);
        return new RunFolder(path, null);
    }

    /** True if there is a run, or the remains of one, in the folder. */
    public static boolean holdsRun(Path path) {
        return Files.exists(path.resolve(CONFIG))
                || Files.exists(path.resolve(METRICS))
                || hasEntries(path.resolve(CHECKPOINTS));
    }

    /**
     * Who has a folder's run open, for people; empty if nobody has.
     *
     * @throws UserException if that cannot be found out
     */
    public static Optional<String> user(Path path) {
        if (!OwnFiles.isFile(path.resolve(LOCK))) {
            return Optional.empty();
        }
        try (FolderLock lock = FolderLock.take(path.resolve(LOCK))) {
            return Optional.empty();
        } catch (FolderLock.TakenException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    /**
     * Removes a run's folder, which nobody may have open; nothing but what a run wrote.
     *
     * @param written as {@link #replace} has it
     * @throws UserException if it is in use, or holds anything that no run wrote: nothing is removed then
     */
    public static void remove(Path path, Predicate<String> written) {
        requireOwn(path);
        FolderLock lock = lock(path);
        try (lock) {
            new RunContents(path, written).remove();
        }
        try {
            Files.deleteIfExists(path.resolve(LOCK));
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UserException(path + ": cannot be removed (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }

    /** Only what an earlier start, that failed before its run began, may have left. */
    private static void requireEmpty(Path path) throws IOException {
        Set<String> ours = Set.of(LOCK, IMAGES, CHECKPOINTS);
        try (Stream<Path> entries = Files.list(path)) {
            Optional<String> foreign = entries.map(p -> p.getFileName().toString())
                    .filter(name -> !ours.contains(name))
                    .sorted()
                    .findFirst();
            if (foreign.isPresent()) {
                throw new UserException(path + ": expected a new or an empty folder, found '" + foreign.get()
                        + "' in it. Choose another folder with run.output=FOLDER.");
            }
        }
    }

    /** Whether a path from the folder, with slashes, is of a file or folder that this class names. */
    static boolean isOwnName(String name) {
        return READ.contains(name)
                || List.of(LOCK, IMAGES, CHECKPOINTS, FAILURES, EVALUATIONS, TRAINED, TRAINED_UNFINISHED)
                        .contains(name)
                || name.matches(EVALUATIONS + "/" + EVALUATION.pattern())
                || (name.startsWith(IMAGES + "/")
                        && EpochName.epochIn(name.substring(IMAGES.length() + 1), PICTURE)
                                .isPresent());
    }

    /** Whether what a run writes under one of its names is a folder; else it is a file. */
    static boolean namesFolder(String name) {
        return List.of(IMAGES, CHECKPOINTS, FAILURES, EVALUATIONS, TRAINED, TRAINED_UNFINISHED)
                        .contains(name)
                || (name.startsWith(CHECKPOINTS + "/") && name.indexOf('/', CHECKPOINTS.length() + 1) < 0);
    }

    private static boolean hasEntries(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    private static FolderLock lock(Path path) {
        try {
            return FolderLock.take(path.resolve(LOCK));
        } catch (FolderLock.TakenException e) {
            throw new UserException(
                    path + ": in use by another run (" + e.getMessage()
                            + "). Wait until it ends or stop it, or choose another folder with run.output=FOLDER.",
                    e);
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    private static UserException notWritable(Path path, IOException e) {
        return new UserException(
                path + ": cannot be written (" + IoReason.of(e) + "). "
                        + WritingAdvice.of(path, e, "choose another folder with run.output=FOLDER"),
                e);
    }

    /**
     * Fails if the folder is no longer there; what is open in it could be written to for ever, and nobody would find
     * it. A folder that took its place is somebody else's.
     *
     * @throws UserException if it is gone
     */
    public void requireThere() {
        if (!Files.isDirectory(path) || (lock != null && !lock.isInPlace())) {
            throw new UserException(
                    path
                            + ": the run's folder is gone: it was moved or deleted while the run went on, or run.lock in it"
                            + " was. Where it is now, resume it: it goes on from its last checkpoint.",
                    List.of(Remedy.resume(Path.of("FOLDER"))));
        }
    }

    /** The folder itself. */
    public Path path() {
        return path;
    }

    /** The effective configuration. */
    public Path config() {
        return path.resolve(CONFIG);
    }

    /** Where the run's numbers came from. */
    public Path provenance() {
        return path.resolve(PROVENANCE);
    }

    /** What the run is. */
    public Path facts() {
        return path.resolve(FACTS);
    }

    /** What measured the evaluations. */
    public Path rulers() {
        return path.resolve(RULERS);
    }

    /** Numbers, one line an epoch. */
    public Path metrics() {
        return path.resolve(METRICS);
    }

    /** Samples, one line each. */
    public Path samples() {
        return path.resolve(SAMPLES);
    }

    /** The folder of pictures. */
    public Path images() {
        return path.resolve(IMAGES);
    }

    /** The picture of an epoch's evaluation; epoch 0 is before training. */
    public Path evaluationGrid(int epoch) {
        return images().resolve(EpochName.of(epoch, PICTURE));
    }

    /**
     * Epochs that have a picture, ascending.
     *
     * @throws UserException if one of these is a link, or no file
     */
    public List<Integer> evaluationGrids() {
        List<Integer> epochs = new ArrayList<>();
        for (Path file : OwnFiles.list(images())) {
            EpochName.epochIn(file.getFileName().toString(), PICTURE).ifPresent(epoch -> {
                OwnFiles.requireFile(file);
                epochs.add(epoch);
            });
        }
        Collections.sort(epochs);
        return epochs;
    }

    /** The folder of pictures that a reward failed on. */
    public Path failures() {
        return path.resolve(FAILURES);
    }

    /**
     * Makes the folder of such records, unless it is there.
     *
     * @throws UserException if it cannot be made or written to
     */
    public void makeEvaluations() {
        Path folder = path.resolve(EVALUATIONS);
        String another = "evaluate a copy of the run";
        OwnFiles.requireFolder(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be made (" + IoReason.of(e) + "). " + WritingAdvice.of(folder, e, another), e);
        }
        if (!Files.isWritable(folder)) {
            throw new UserException(folder + ": cannot be written. " + WritingAdvice.whereNotWritable(folder, another));
        }
    }

    /**
     * The record of what {@code evaluate} measured of an epoch's weights.
     *
     * @param fingerprint of the ruler that measured
     */
    public Path evaluation(int epoch, String fingerprint) {
        return path.resolve(EVALUATIONS).resolve(EpochName.of(epoch, "-" + fingerprint + ".json"));
    }

    /** Whether a run's folder has anything that {@code evaluate} measured. */
    public static boolean isMeasured(Path run) {
        return !OwnFiles.list(run.resolve(EVALUATIONS)).isEmpty();
    }

    /**
     * All records of what {@code evaluate} measured of the run, by epoch and fingerprint.
     *
     * @throws UserException if one of these is a link, or no file
     */
    public List<Path> evaluations() {
        List<Path> files = new ArrayList<>();
        for (Path file : OwnFiles.list(path.resolve(EVALUATIONS))) {
            if (EVALUATION.matcher(file.getFileName().toString()).matches()) {
                OwnFiles.requireFile(file);
                files.add(file);
            }
        }
        Collections.sort(files);
        return files;
    }

    /** The folder of checkpoints. */
    public Path checkpoints() {
        return path.resolve(CHECKPOINTS);
    }

    /** The folder of the trained weights, in the files that other libraries read. */
    public Path trained() {
        return path.resolve(TRAINED);
    }

    /** The page that shows the run. */
    public Path report() {
        return path.resolve(REPORT);
    }

    /** Writes a text file, whole or not at all. */
    public static void writeText(Path file, String text) {
        AtomicFile.write(file, channel -> {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /**
     * Takes back what the run logged after an epoch, so that going on from that epoch's checkpoint leaves the files of
     * a run that never stopped: later lines of metrics and samples, later pictures, and records of what was measured of
     * later weights are removed, as is a last line that was cut short. What was logged before is not read again,
     * however much it is.
     *
     * <p>A run forces what it logs of an epoch to the disk before it saves the epoch's checkpoint, so that a process
     * that ends at any time loses no line of a saved epoch; a damaged disk, or whoever edits the files, may.
     *
     * @return what the logs lack of that epoch or those before, which is not made again, a sentence each; empty where
     *     they end as a run's
     * @throws UserException if a line that decides it is damaged
     */
    public List<String> rewindTo(int epoch) {
        OptionalLong cut = LogTail.cutEpoch(samples());
        LogTail.rewind(metrics(), epoch);
        LogTail.rewind(samples(), epoch);
        for (int later : evaluationGrids()) {
            if (later > epoch) {
                try {
                    Files.delete(evaluationGrid(later));
                } catch (IOException e) {
                    throw notWritable(images(), e);
                }
            }
        }
        removeEvaluationsAfter(epoch);
        List<String> lost = new ArrayList<>();
        long logged = LogTail.lastEpoch(metrics()).orElse(0);
        if (logged < epoch) {
            lost.add(metrics() + ": has no line of "
                    + (logged + 1 == epoch ? "epoch " : "epochs " + (logged + 1) + " to ") + epoch
                    + ", though the checkpoint that the run goes on from is of epoch " + epoch
                    + ": it was cut off or removed after the run had written it. Report and record go without. "
                    + again(logged));
        }
        if (cut.isPresent() && cut.getAsLong() <= epoch) {
            lost.add(samples() + ": its last line, of epoch " + cut.getAsLong() + ", was cut short after the run had"
                    + " written it: samples of that epoch are lost. " + again(cut.getAsLong() - 1));
        }
        return lost;
    }

    private String again(long epoch) {
        if (epoch < 0) {
            return "To have it made again, begin the run again.";
        }
        return "To have it made again, move the checkpoints of later epochs than " + epoch + " out of " + checkpoints()
                + " and resume again, where an earlier one is left.";
    }

    /** The weights that they are of are trained anew, perhaps by other settings. */
    private void removeEvaluationsAfter(int epoch) {
        for (Path file : OwnFiles.list(path.resolve(EVALUATIONS))) {
            Matcher record = EVALUATION.matcher(file.getFileName().toString());
            if (record.matches() && EpochName.epochIn(record.group(1), "").orElse(0) > epoch) {
                OwnFiles.requireFile(file);
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw notWritable(path.resolve(EVALUATIONS), e);
                }
            }
        }
    }

    /**
     * Gives up a run that could not begin: its logs, and what was made for it and is empty, are removed, and the folder
     * is free for others.
     */
    public void abandon() {
        if (made.isPresent() && !OwnFiles.isFile(config())) {
            // The folder had nothing of the kind before, or it was the former run's, and is gone.
            OwnFiles.list(path).stream()
                    .filter(p -> p.endsWith(METRICS)
                            || p.endsWith(SAMPLES)
                            || String.valueOf(p.getFileName()).startsWith(EVENTS))
                    .filter(OwnFiles::isFile)
                    .forEach(OwnFiles::deleteQuietly);
            removeEmptyFolders();
            if (lock != null) {
                lock.closeAndRemove();
            }
            made.get().removeIfEmpty();
        }
        close();
    }

    private void removeEmptyFolders() {
        for (Path folder : List.of(images(), checkpoints())) {
            try {
                if (OwnFiles.isFolder(folder)) {
                    Files.delete(folder);
                }
            } catch (IOException e) {
                continue; // something is in it
            }
        }
    }

    /** Gives the folder free for others; a run that came to nothing leaves no empty folders in it. */
    @Override
    public void close() {
        if (lock != null) {
            if (OwnFiles.isFile(config())) {
                removeEmptyFolders();
            }
            lock.close();
        }
    }
}
