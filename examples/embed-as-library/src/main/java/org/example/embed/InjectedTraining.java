package org.example.embed;

import com.google.inject.Guice;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.nio.file.Path;
import java.util.List;
import org.tempera.core.train.EpochResult;
import org.tempera.core.train.Trainer;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.TrainingModule;
import org.tempera.runtime.TrainingParts;
import org.tempera.runtime.config.RunConfig;

/** A trainer in an injector of one's own: only the epochs, without a run folder. */
public final class InjectedTraining {
    private final Provider<Trainer> trainers;
    private final RunConfig config;

    @Inject
    InjectedTraining(Provider<Trainer> trainers, RunConfig config) {
        this.trainers = trainers;
        this.config = config;
    }

    /** The last epoch's result. Each trainer owns native memory, and who asks for it closes it. */
    EpochResult train() {
        try (Trainer trainer = trainers.get()) {
            EpochResult last = trainer.trainEpoch();
            while (last.epoch() < config.run().epochs()) {
                last = trainer.trainEpoch();
            }
            return last;
        }
    }

    /** Trains as a config file says. */
    public static EpochResult train(Path file) {
        Tempera tempera = Tempera.load(InjectedTraining.class.getClassLoader());
        try (TrainingParts parts = TrainingParts.create(tempera.config(file, List.of()))) {
            return Guice.createInjector(new TrainingModule(parts))
                    .getInstance(InjectedTraining.class)
                    .train();
        }
    }
}
