package org.tempera.runtime.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.BuildInfo;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.NativeBuild;
import org.tempera.graph.NativeCache;
import org.tempera.graph.VisibleGpus;
import org.tempera.graph.workers.Cluster;
import org.tempera.runtime.doctor.Check.Area;
import org.tempera.runtime.doctor.Check.State;
import org.tempera.spi.UserException;

/**
 * What a machine has for training and what it lacks, with what to do.
 *
 * @param checks each thing that was looked at, in an order to read them in
 */
public record Doctor(List<Check> checks) {
    private static final Path ROOT = Path.of("/");

    public Doctor {
        checks = List.copyOf(checks);
    }

    /**
     * Looks at this machine, and loads TensorFlow in another process: some seconds, and a minute where it is to be
     * unpacked first.
     *
     * @param gpu whether a GPU is asked for
     */
    public static Doctor examine(boolean gpu) {
        Map<String, String> environment = System.getenv();
        MachineMemory memory = MachineMemory.ofThisMachine();
        List<Check> checks = new ArrayList<>();
        checks.add(java());
        checks.add(RoomChecks.heap(memory, Runtime.getRuntime().maxMemory()));

        CacheFolder cache = cache();
        Optional<NativeFacts> library = library(cache.path());
        boolean unpacked = library.filter(NativeFacts::isUnpacked).isPresent(); // before it is loaded
        Optional<ProbedNative> probed = library.map(l -> ProbedNative.run());
        checks.addAll(tensorflow(library, probed));
        checks.addAll(new ProcessorChecks(ROOT, environment).checks(probed.flatMap(ProbedNative::instructions)));
        checks.add(RoomChecks.memory(memory, FreeMemory.ofThisMachine().bytes()));
        boolean loads = probed.filter(p -> p.failure().isEmpty()).isPresent();
        checks.addAll(RoomChecks.disks(
                Path.of(""),
                Path.of(System.getProperty("java.io.tmpdir")),
                cache,
                unpacked || loads ? Optional.empty() : library));
        checks.addAll(new GpuChecks(ROOT, environment, gpu)
                .checks(library, probed.filter(p -> p.failure().isEmpty()).map(ProbedNative::devices)));
        workers(environment).ifPresent(checks::add);
        return new Doctor(checks);
    }

    /** How many things are in a state. */
    public long count(State state) {
        return checks.stream().filter(c -> c.state() == state).count();
    }

    /** Whether training can run as it is configured here. */
    public boolean isWell() {
        return count(State.MISSING) == 0;
    }

    /** What to do, each thing once, with the names of what it mends. */
    public Map<String, List<String>> remedies() {
        Map<String, List<String>> remedies = new LinkedHashMap<>();
        for (State state : List.of(State.MISSING, State.WARNING)) {
            for (Check c : checks) {
                if (c.state() == state) {
                    c.remedy().ifPresent(r -> remedies.computeIfAbsent(r, x -> new ArrayList<>())
                            .add(c.name()));
                }
            }
        }
        return remedies;
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("well", isWell());
        map.put("missing", count(State.MISSING));
        map.put("warnings", count(State.WARNING));
        map.put("checks", checks.stream().map(Check::toMap).toList());
        return map;
    }

    /**
     * Where TensorFlow's library is unpacked.
     *
     * @param whyNone what is said where there is no folder for it
     * @param passedOver why it is not the folder that was chosen or is usual; empty where it is
     */
    record CacheFolder(Optional<Path> path, String whyNone, Optional<String> passedOver) {}

    private static Check java() {
        String found = System.getProperty("java.version") + ", "
                + System.getProperty("java.vendor", "of unknown vendor") + ", " + System.getProperty("java.home");
        return Check.ok(Area.JAVA, "version", found); // an older one would not have loaded this class
    }

    private static CacheFolder cache() {
        try {
            return new CacheFolder(NativeCache.where(), "no folder can be made for it", NativeCache.passedOver());
        } catch (UserException e) {
            return new CacheFolder(Optional.empty(), String.valueOf(e.getMessage()), Optional.empty());
        }
    }

    /** The workers that the environment names, read as training reads them; empty where it names none. */
    static Optional<Check> workers(Map<String, String> environment) {
        try {
            return Cluster.of(environment)
                    .map(cluster -> Check.ok(
                            Area.WORKERS,
                            Cluster.VARIABLE,
                            "this is " + cluster.name(cluster.index()) + " of "
                                    + cluster.addresses().size()));
        } catch (UserException e) {
            return Optional.of(Check.missing(
                    Area.WORKERS,
                    Cluster.VARIABLE,
                    String.valueOf(e.getMessage()),
                    "mend " + Cluster.VARIABLE + " (docs/many-machines.md), or: unset " + Cluster.VARIABLE));
        }
    }

    private static Optional<NativeFacts> library(Optional<Path> cache) {
        return NativeBuild.all().stream()
                .findFirst()
                .map(b -> new NativeFacts(
                        b.jar(),
                        b.platform(),
                        cache.orElse(Path.of(System.getProperty("java.io.tmpdir")))
                                .resolve(b.jar())
                                .resolve(b.folder())));
    }

    static List<Check> tensorflow(Optional<NativeFacts> library, Optional<ProbedNative> probed) {
        if (library.isEmpty() || probed.isEmpty()) {
            return List.of(Check.missing(
                    Area.TENSORFLOW,
                    "library",
                    "none for this system (" + System.getProperty("os.name") + ", " + System.getProperty("os.arch")
                            + ") on the class path",
                    "take the distribution for this system, or build the checkout here: mvn -DskipTests package"));
        }
        NativeFacts facts = library.get();
        ProbedNative process = probed.get();
        String version = process.version()
                .orElse("of TensorFlow Java " + BuildInfo.current().tensorflowVersion());
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(Area.TENSORFLOW, "library", version + ", " + facts.jar()));
        checks.add(Check.ok(
                Area.TENSORFLOW,
                "unpacked",
                facts.isUnpacked() ? facts.unpacked().toString() : "not yet: " + facts.unpacked()));
        checks.add(process.failure()
                .map(why -> Check.missing(
                        Area.TENSORFLOW, "loads", why, "mend that; docs/surroundings.md has what the library needs"))
                .orElseGet(() -> Check.ok(
                        Area.TENSORFLOW,
                        "loads",
                        (process.refusal().isEmpty() ? "and computes, " : "") + "in a process of its own")));
        process.refusal()
                .filter(why -> !why.startsWith(VisibleGpus.VARIABLE)) // the checks of the GPU have more to say of it
                .ifPresent(why ->
                        checks.add(Check.missing(Area.TENSORFLOW, "environment", "training is refused under it", why)));
        return checks;
    }
}
