package org.tempera.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.ImageSize;
import org.tempera.core.image.PromptNote;
import org.tempera.core.reward.PictureScorer;
import org.tempera.core.reward.PictureSource;
import org.tempera.core.train.PromptFile;
import org.tempera.runtime.Tempera;
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
    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Picture files, and overrides such as rewards.NAME.clip=DIR.")
    private List<String> arguments = List.of();

    @Option(names = "--reward", required = true, paramLabel = "NAME", description = "The reward; see tempera plugins.")
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
        float[] scores = scorer.score(pictures, new ScoreProgress(output, pictures.size())::scored);
        scorer.cutPrompts().warning().ifPresent(output::warning);
        output.table(table(pictures, scores));
        output.document(document(pictures, scores));
        return 0;
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
        for (int i = 0; i < files.size(); i++) {
            Path file = Path.of(files.get(i));
            try {
                ImageSize size = ImageFiles.size(file);
                PromptNote note = prompts.isEmpty()
                        ? PromptNote.read(file)
                        : PromptNote.given(prompts.get(prompts.size() == 1 ? 0 : i));
                pictures.add(new PictureSource.OnDisk(file, size, note.prompt(), note.otherwise()));
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new UserException(String.join("\n", problems));
        }
        return pictures;
    }

    private List<List<String>> table(List<PictureSource> pictures, float[] scores) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(reward.toUpperCase(Locale.ROOT), "IMAGE", "PROMPT"));
        for (int i = 0; i < scores.length; i++) {
            PictureSource p = pictures.get(i);
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.4f", scores[i]),
                    p.label(),
                    p.prompt().orElse("-")));
        }
        if (scores.length > 1) {
            rows.add(List.of(String.format(Locale.ROOT, "%.4f", mean(scores)), "mean of " + scores.length, ""));
        }
        return rows;
    }

    private Map<String, Object> document(List<PictureSource> pictures, float[] scores) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("image", pictures.get(i).label());
            pictures.get(i).prompt().ifPresent(p -> one.put("prompt", p));
            one.put("score", scores[i]);
            all.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("reward", reward);
        document.put("mean", mean(scores));
        document.put("scores", all);
        return document;
    }

    private static double mean(float[] scores) {
        double sum = 0;
        for (float s : scores) {
            sum += s;
        }
        return sum / scores.length;
    }
}
