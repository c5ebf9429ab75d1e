package org.tempera.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.ModelReaders;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.ConfigTemplate;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a config to begin with. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a config for a model of your own, with each key's text as a comment; asks nothing.")
final class InitCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The config to write (run.conf); a file that is there already is left as it is.")
    private Path file = Path.of("run.conf");

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the model, as diffusers writes it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path weights;

    @Option(
            names = "--reward",
            paramLabel = "REWARD", // of its own: the script knows candidates by it
            completionCandidates = PluginNames.Rewards.class,
            description = "Reward to train on; given again, those that are held out. See tempera plugins.")
    private List<String> rewards = List.of();

    @Option(
            names = "--algorithm",
            paramLabel = "ALGORITHM",
            completionCandidates = PluginNames.Algorithms.class,
            description = "Algorithm (tdpo-r).")
    private @Nullable String algorithm;

    @Option(names = "--prompts", paramLabel = "FILE", description = "File of prompts (prompts.txt beside the config).")
    private @Nullable Path prompts;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (Files.exists(file)) {
            throw new UserException(
                    file + ": is there already, and is left as it is. Give another name, as in: tempera init"
                            + " OTHER.conf --weights " + weights);
        }
        Tempera tempera = output.tempera();
        ModelReaders readers = new ModelReaders(tempera.plugins().policies());
        PolicyProvider<?> policy =
                readers.of(weights).orElseThrow(() -> new UserException("--weights " + readers.refusal(weights) + "."));
        Path listed = prompts == null ? Path.of("prompts.txt") : fromConfig(prompts);
        String text = template(policy, listed).render(policy, tempera.plugins());
        RunFolder.writeText(file.toAbsolutePath(), text);
        output.result("wrote " + TrainCommand.shown(file));
        output.note("next: see to the paths in it and to " + listed + " (one prompt a line), then: tempera plan " + file
                + " says whether it fits this machine, and tempera train " + file + " trains");
        output.document(Map.of("file", file.toString()));
        return 0;
    }

    private ConfigTemplate template(PolicyProvider<?> provider, Path listed) {
        try (DiffusionPolicy policy = ModelReaders.open(provider, weights, Optional.empty())) {
            return new ConfigTemplate(
                    fromConfig(weights),
                    listed,
                    rewards,
                    Optional.ofNullable(algorithm),
                    policy.fewSteps(),
                    policy.shape());
        }
    }

    /** A path as a config in the file's folder names it: relative ones start there. */
    private Path fromConfig(Path path) {
        if (path.isAbsolute()) {
            return path;
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path whole = path.toAbsolutePath().normalize();
        // On Windows there is no relative path from one drive to another.
        return folder == null || !Objects.equals(folder.getRoot(), whole.getRoot()) ? whole : folder.relativize(whole);
    }
}
