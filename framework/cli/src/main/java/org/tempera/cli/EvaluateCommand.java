package org.tempera.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.core.train.PromptFile;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.verdict.Estimate;
import org.tempera.runtime.EvaluateOptions;
import org.tempera.runtime.EvaluateProgress;
import org.tempera.runtime.SampleOptions;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures a run's checkpoints, or a model, by pictures of fixed prompts from fixed noise. What is"
                + " measured of a run is kept in its folder.")
final class EvaluateCommand implements Callable<Integer> {
    private static final String UNNAMED = "prompts";

    @Parameters(index = "0", paramLabel = "RUN_OR_MODEL", description = "Folder of a run, or of a diffusers model.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path source;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = "Overrides of a run's config, or of the rewards of a model, such as rewards.NAME.clip=DIR.")
    private List<String> overrides = List.of();

    @Option(
            names = "--reward",
            paramLabel = "NAME",
            completionCandidates = PluginNames.Rewards.class,
            description = "What to score by; may be given several times (a run: all of its rewards; a model: none).")
    private List<String> rewards = List.of();

    @Option(
            names = "--prompts",
            paramLabel = "[NAME=]FILE",
            description =
                    "A set of prompts, such as held-out=FILE; may be given several times, each under a name of its"
                            + " own (a run: its evaluation prompts).")
    private List<String> promptFiles = List.of();

    @Option(names = "--n", paramLabel = "N", description = "Pictures of each prompt (4).")
    private int count = 4;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the first picture of each set; the next ones follow (0).")
    private long seed;

    @Option(
            names = "--embeddings",
            paramLabel = "DIR",
            description = "A CLIP's folder, by whose embeddings the pictures of a prompt are compared (none).")
    private @Nullable Path embeddings;

    @Option(
            names = "--no-kl",
            description = "Leave out the KL divergence from the weights before training, which costs a second pass.")
    private boolean withoutKl;

    @Option(
            names = "--checkpoint",
            paramLabel = "WHICH",
            description =
                    "Of a run: best, last, epoch-NNNN, all, with the weights before training, or every-12: of these"
                            + " only those of every 12 epochs, and the last (best if there is one, else last).")
    private @Nullable String checkpoint;

    @Mixin
    private final DrawingOptions drawing = new DrawingOptions();

    @Option(names = "--batch-size", paramLabel = "N", description = "Pictures at a time (8).")
    private int batchSize = 8;

    @Mixin
    private final StopAtEof input = new StopAtEof();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        input.watch();
        EvaluateOptions options = options();
        output.status("opening " + source + " ...");
        try (output) {
            List<ModelEvaluation> evaluations = output.tempera().evaluate(source, options, new EvaluateProgress() {
                @Override
                public void done(String what, int pictures, int all) {
                    output.status(what + ": " + pictures + " of " + all);
                }

                @Override
                public void warning(String what) {
                    output.warning(what);
                }
            });
            for (ModelEvaluation evaluation : evaluations) {
                output.result(evaluation.source() + ", measured by "
                        + evaluation.ruler().fingerprint());
                output.table(table(evaluation));
            }
            // All checkpoints are measured by the same sets.
            List<String> notes = evaluations.stream()
                    .limit(1)
                    .flatMap(first -> first.fewPrompts().stream())
                    .toList();
            notes.forEach(output::result);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put(
                    "evaluations",
                    evaluations.stream().map(ModelEvaluation::document).toList());
            document.put("notes", notes);
            output.document(document);
        }
        return 0;
    }

    /** A row for each number, a column for each set of prompts. */
    private static List<List<String>> table(ModelEvaluation evaluation) {
        List<String> header = new ArrayList<>(List.of("MEAN OVER PROMPTS"));
        List<Map<String, Estimate>> means = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        evaluation.sets().forEach(set -> {
            header.add(set.name());
            means.add(set.means());
            names.addAll(means.get(means.size() - 1).keySet());
        });
        List<List<String>> rows = new ArrayList<>();
        rows.add(header);
        for (String name : names) {
            List<String> row = new ArrayList<>(List.of(name));
            means.forEach(set -> row.add(
                    Optional.ofNullable(set.get(name)).map(Estimate::toString).orElse("-")));
            rows.add(row);
        }
        return rows;
    }

    private EvaluateOptions options() {
        drawing.ranges("evaluate")
                .atLeast1("--n", count)
                .atLeast1("--batch-size", batchSize)
                .require();
        if (embeddings != null && count < 2) {
            throw new UserException("evaluate: --embeddings compares the pictures of a prompt with each other: expected"
                    + " --n 2 or more, found --n " + count + ".");
        }
        SampleOptions sampling = drawing.given("evaluate")
                .checkpoint(checkpoint)
                .batchSize(batchSize)
                .overrides(overrides)
                .build();
        return new EvaluateOptions(sampling, sets(), rewards, count, seed, Optional.ofNullable(embeddings), !withoutKl);
    }

    private Map<String, List<String>> sets() {
        Map<String, List<String>> sets = new LinkedHashMap<>();
        for (String given : promptFiles) {
            NamedFile named = NamedFile.of(given, Files::exists);
            String name = named.name().orElse(UNNAMED);
            if (sets.putIfAbsent(name, PromptFile.read(named.file())) != null) {
                throw new UserException("evaluate: --prompts " + given + ": there is a set '" + name
                        + "' already. Give each set a name of its own: --prompts NAME=FILE.");
            }
        }
        return sets;
    }
}
