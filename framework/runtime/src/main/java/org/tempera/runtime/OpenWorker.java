package org.tempera.runtime;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import java.util.List;
import java.util.function.Consumer;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.train.WorkerRun;
import org.tempera.core.workers.Group;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.StopSignal;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.PluginCatalog;

/**
 * A worker that is not the first of those that train a run: it has no run folder, and writes nothing. Owns native
 * memory.
 */
public final class OpenWorker implements AutoCloseable {
    private final RunConfig config;
    private final TrainingParts parts;
    private final Group group;
    private final WorkerRun run;

    private OpenWorker(RunConfig config, TrainingParts parts, Group group, WorkerRun run) {
        this.config = config;
        this.parts = parts;
        this.group = group;
        this.run = run;
    }

    /** Builds what the first worker builds. */
    static OpenWorker join(RunConfig config, PluginCatalog plugins, Module followers) {
        NativeLibrary library = NativeLibrary.load();
        TrainingParts parts = TrainingParts.create(config);
        try {
            return parts.guard().call(() -> build(config, parts, library, plugins, followers));
        } catch (RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private static OpenWorker build(
            RunConfig config, TrainingParts parts, NativeLibrary library, PluginCatalog plugins, Module followers) {
        Injector injector = TrainingModule.injector(new TrainingModule(parts), followers);
        TrainingSpec spec = OpenRun.bound(injector, Key.get(TrainingSpec.class));
        library.await();
        RunListener listeners = RunListener.all(List.copyOf(OpenRun.bound(injector, OpenRun.LISTENERS)));
        Group group =
                WorkerGroups.of(spec, () -> {}, OpenRun.bound(injector, Key.get(StopSignal.class)), listeners::waiting);
        try {
            group.requireAlike(WorkerGroups.facts(config, spec, OpenRun.provenance(config, spec, plugins)));
            OpenRun.building(spec, listeners);
            return new OpenWorker(config, parts, group, new WorkerRun(spec, group));
        } catch (RuntimeException | Error e) {
            group.failed(e);
            group.close();
            throw e;
        }
    }

    public RunConfig config() {
        return config;
    }

    /**
     * Works until the run ends.
     *
     * @param log told what is done
     * @return how the run has ended: {@link WorkerRun#COMPLETE}, or such as {@code stopped within epoch 3}
     * @throws org.tempera.spi.UserException if this worker or another fails
     */
    public String run(Consumer<String> log) {
        return MaskedFailure.within(
                config.effective().secrets(), () -> parts.guard().call(() -> run.run(log)));
    }

    /** Asks all workers to stop, saved by the first; may be called from another thread. */
    public void requestStop() {
        run.requestStop();
    }

    @Override
    public void close() {
        MaskedFailure.within(config.effective().secrets(), () -> {
            try (parts;
                    group) {
                run.close();
            }
        });
    }
}
