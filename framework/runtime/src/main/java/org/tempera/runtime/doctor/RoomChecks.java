package org.tempera.runtime.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tempera.base.files.FreeSpace;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.ByteSize;
import org.tempera.base.text.ShellWord;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.NativeCache;
import org.tempera.runtime.doctor.Check.Area;
import org.tempera.runtime.doctor.Check.State;

/** Room for training: memory, and space on the disks that it writes to. */
final class RoomChecks {
    /** What TensorFlow and the embedded world take at least. */
    private static final long LEAST_MEMORY = 1L << 30;

    /** What a Stable Diffusion 1.5 takes in float32, to draw with it. */
    private static final long USUAL_MEMORY = 8L << 30;

    /** A run of the embedded world writes some 20 MB; one checkpoint of a full model is far larger. */
    private static final long LEAST_DISK = 100L << 20;

    private static final long USUAL_DISK = 2L << 30;

    private RoomChecks() {}

    /**
     * Memory that is there and that is left.
     *
     * @param free bytes that may still be taken; empty where the system does not tell
     */
    static Check memory(MachineMemory all, OptionalLong free) {
        String left = free.isPresent() ? ", of which " + ByteSize.text(free.getAsLong()) + " are free" : "";
        String found = all + " for this process (the machine's, or its container's limit)" + left;
        long usable = Math.min(all.bytes(), free.orElse(all.bytes()));
        if (usable < LEAST_MEMORY) {
            return Check.missing(
                    Area.MEMORY,
                    "memory",
                    found + "; the smallest run takes " + ByteSize.text(LEAST_MEMORY),
                    "end other programs, or raise the container's limit (docker run --memory 8g ...)");
        }
        if (usable < USUAL_MEMORY) {
            return Check.warning(
                    Area.MEMORY,
                    "memory",
                    found,
                    "enough for the embedded world; a Stable Diffusion of the usual size takes "
                            + ByteSize.text(USUAL_MEMORY) + " and more");
        }
        return Check.ok(Area.MEMORY, "memory", found);
    }

    /**
     * Java's heap beside it.
     *
     * @param heap the most that it may grow to
     */
    static Check heap(MachineMemory all, long heap) {
        String found = "at most " + ByteSize.text(heap) + " (models are TensorFlow's memory, and not there)";
        return all.holds(heap)
                ? Check.ok(Area.JAVA, "heap", found)
                : Check.warning(
                        Area.JAVA,
                        "heap",
                        found + ", and there are " + all,
                        "take a smaller -Xmx in TEMPERA_JAVA_OPTS");
    }

    /** Folders that training writes to. @param library what is to be unpacked; empty where it is, or there is none */
    static List<Check> disks(Path working, Path temporary, Doctor.CacheFolder cache, Optional<NativeFacts> library) {
        List<Check> checks = new ArrayList<>();
        checks.add(disk(
                "working folder", working, LEAST_DISK, USUAL_DISK, "go to another folder, or set run.output to one"));
        String another = "TEMPERA_JAVA_OPTS=-Djava.io.tmpdir=FOLDER chooses another one";
        checks.add(
                Files.exists(temporary) || !Files.isDirectory(FreeSpace.nearest(temporary))
                        ? disk("temporary folder", temporary, 1 << 20, LEAST_DISK, another)
                        : Check.missing(
                                Area.DISK,
                                "temporary folder",
                                temporary + " is not there, and nobody makes it",
                                "mkdir -p " + ShellWord.of(temporary.toString()) + ", or " + another));
        long needed = (library.map(l -> l.isForGpus() ? 2 : 1).orElse(0) * NativeCache.MEGABYTES) << 20;
        String remedy = "TEMPERA_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER chooses another one";
        checks.add(cache.path()
                .map(folder -> disk("library cache", folder, needed, needed, remedy))
                .map(check -> check.state() != State.OK
                        ? check
                        : cache.passedOver()
                                .map(why -> Check.warning(Area.DISK, check.name(), why + ": " + check.found(), remedy))
                                .orElse(check))
                .orElseGet(() -> Check.missing(Area.DISK, "library cache", cache.whyNone(), remedy)));
        return checks;
    }

    /** @param least bytes without which nothing goes, and {@code usual} ones without which little does */
    static Check disk(String name, Path folder, long least, long usual, String remedy) {
        Path there = FreeSpace.nearest(folder);
        if (!Files.isDirectory(there)) {
            return Check.missing(Area.DISK, name, folder + ": " + there + " is no folder", remedy);
        }
        try {
            FreeSpace.tryWriting(there);
            long room = Files.getFileStore(there).getUsableSpace();
            String found = folder.toAbsolutePath() + ", " + ByteSize.text(room) + " free";
            if (room < least) {
                return Check.missing(
                        Area.DISK,
                        name,
                        found + ", and " + ByteSize.text(least) + " are needed",
                        "make room there, or " + remedy);
            }
            return room < usual
                    ? Check.warning(Area.DISK, name, found, "make room there, or " + remedy)
                    : Check.ok(Area.DISK, name, found);
        } catch (IOException e) {
            return Check.missing(
                    Area.DISK, name, folder.toAbsolutePath() + " cannot be written: " + IoReason.of(e), remedy);
        }
    }
}
