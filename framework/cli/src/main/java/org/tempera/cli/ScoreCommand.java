package org.tempera.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Printable;
import org.tempera.core.reward.PictureScorer;
import org.tempera.core.reward.PictureScores;
import org.tempera.core.reward.PictureSource;
import org.tempera.core.train.PromptFile;
import org.tempera.runtime.Tempera;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores pictures. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Scores pictures under a reward, with the code that training runs; higher is better.")
final class ScoreCommand implements Callable<Integer> {
    private static final int LONGEST_PROMPT = 80;

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Picture files, and overrides such as rewards.NAME.clip=DIR.")
    private List<String> arguments = List.of();

    @Option(
            names = "--reward",
            required = true,
            paramLabel = "NAME",
            completionCandidates = PluginNames.Rewards.class,
            description = "The reward; see tempera plugins.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String reward;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What was asked for: one for all pictures, or one for each in their order."
                    + " Default: the prompt in a picture's metadata.")
    private List<String> prompts = List.of();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "The same from a file, one for each picture; see tempera sample --help.")
    private @Nullable Path promptFile;

    @Option(
            names = "--config",
            paramLabel = "RUN.conf",
            description = "Take the reward as this config file, or the run in this folder, has it.")
    private @Nullable Path config;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        List<String> overrides =
                arguments.stream().filter(ScoreCommand::isOverride).toList();
        List<String> files = arguments.stream().filter(a -> !isOverride(a)).toList();
        List<PictureSource> pictures = pictures(files, prompts());
        Tempera tempera = output.tempera();
        PictureScorer scorer = config == null
                ? tempera.scorer(reward, overrides)
                : tempera.scorer(reward, tempera.config(configFile(config), overrides));
        PictureScores scores = scorer.scoreEach(pictures, new ScoreProgress(output, pictures.size())::scored);
        scorer.cutPrompts().warnings().forEach(output::warning);
        output.table(table(pictures, scores));
        output.document(document(pictures, scores));
        Optional<String> problem = scores.problem(
                reward, pictures.stream().map(PictureSource::label).toList());
        problem.ifPresent(output::error);
        return problem.isPresent() ? 2 : 0;
    }

    private static boolean isOverride(String argument) {
        return argument.matches("[a-z]+\\.[^=]+=.*") && !Files.exists(Path.of(argument));
    }

    private static Path configFile(Path config) {
        return Files.isRegularFile(config.resolve("config.conf")) ? config.resolve("config.conf") : config;
    }

    private List<String> prompts() {
        List<String> all = new ArrayList<>(prompts);
        if (promptFile != null) {
            all.addAll(PromptFile.read(promptFile));
        }
        return all;
    }

    /** Reads every picture's header, so that all that cannot be read are named at once. */
    private static List<PictureSource> pictures(List<String> files, List<String> prompts) {
        if (files.isEmpty()) {
            throw new UserException("score: expected pictures, found overrides only.");
        }
        if (prompts.size() > 1 && prompts.size() != files.size()) {
            throw new UserException("score: expected one prompt, or one for each of the " + files.size()
                    + " pictures, found " + prompts.size() + ".");
        }
        List<PictureSource> pictures = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<Remedy> remedies = new LinkedHashSet<>();
        for (int i = 0; i < files.size(); i++) {
            Path file = Path.of(files.get(i));
            try {
                pictures.add(
                        prompts.isEmpty()
                                ? PictureSource.OnDisk.of(file)
                                : PictureSource.OnDisk.of(file, prompts.get(prompts.size() == 1 ? 0 : i)));
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
                remedies.addAll(e.remedies());
            }
        }
        if (!problems.isEmpty()) {
            throw new UserException(String.join("\n", problems), List.copyOf(remedies));
        }
        return pictures;
    }

    private List<List<String>> table(List<PictureSource> pictures, PictureScores scores) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(reward.toUpperCase(Locale.ROOT), "IMAGE", "PROMPT"));
        for (int i = 0; i < pictures.size(); i++) {
            PictureSource p = pictures.get(i);
            rows.add(List.of(
                    scores.failures().containsKey(i) ? "-" : number(scores.values()[i]),
                    p.label(),
                    p.prompt().map(ScoreCommand::cut).orElse("-")));
        }
        if (pictures.size() > 1 && scores.count() > 0) {
            int left = scores.failures().size();
            rows.add(List.of(
                    number(scores.mean()),
                    "mean of " + scores.count() + (left == 0 ? "" : ", " + left + " left out"),
                    ""));
        }
        return rows;
    }

    /** Text of others has any length; the JSON has it whole. */
    private static String cut(String prompt) {
        String line = Printable.line(prompt);
        return line.codePointCount(0, line.length()) <= LONGEST_PROMPT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_PROMPT - 3)) + "...";
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.4f", score);
    }

    private Map<String, Object> document(List<PictureSource> pictures, PictureScores scores) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("image", pictures.get(i).label());
            pictures.get(i).prompt().ifPresent(p -> one.put("prompt", p));
            PictureScores.Failure failure = scores.failures().get(i);
            if (failure == null) {
                one.put("score", scores.values()[i]);
            } else {
                one.put("failure", failure.reason());
            }
            all.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("reward", reward);
        if (scores.count() > 0) {
            document.put("mean", scores.mean());
        }
        if (!scores.failures().isEmpty()) {
            document.put("failures", scores.failures().size());
        }
        document.put("scores", all);
        return document;
    }
}
