package org.tempera.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.MadeFolder;
import org.tempera.base.files.WritingAdvice;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.train.PromptFile;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.runtime.OpenSampler;
import org.tempera.runtime.SampleOptions;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws pictures. */
@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Draws pictures with a run's checkpoint or with a model, as PNG files that say how they were made.")
final class SampleCommand implements Callable<Integer> {
    private static final String ANOTHER = "choose another folder with --output DIR";
    private static final Pattern NUMBERED = Pattern.compile("(\\d{4,9})-.*\\.png");

    @Parameters(index = "0", paramLabel = "RUN_OR_MODEL", description = "Folder of a run, or of a diffusers model.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path source;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = "Overrides of a run's config, such as policy.stable-diffusion.weights=DIR.")
    private List<String> overrides = List.of();

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What to draw; may be given several times.")
    private List<String> prompts = List.of();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "Text file with one prompt a line, or JSON, JSON Lines, CSV or TSV: their 'prompt'.")
    private @Nullable Path promptFile;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the first picture (default: 0).")
    private long seed;

    @Option(names = "--n", paramLabel = "N", description = "Pictures of each prompt, from seed, seed + 1, ... (1).")
    private int count = 1;

    @Option(
            names = "--checkpoint",
            paramLabel = "WHICH",
            description = "Of a run: best, last or epoch-NNNN, 0000 before training (best if there is one, else last).")
    private @Nullable String checkpoint;

    @Mixin
    private final DrawingOptions drawing = new DrawingOptions();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Pictures at a time (1). More is faster for small models; last bits may then differ.")
    private int batchSize = 1;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the files (samples).")
    private Path folder = Path.of("samples");

    @Option(
            names = "--grid",
            description = "Write one more file with all pictures, a row for each prompt where it has several.")
    private boolean grid;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        drawing.ranges("sample")
                .atLeast1("--n", count)
                .atLeast1("--batch-size", batchSize)
                .require();
        List<ImageSampler.Request> requests = requests();
        MadeFolder made = makeFolder();
        List<Map<String, Object>> files = new ArrayList<>();
        List<Path> drawnFiles = new ArrayList<>();
        output.status("opening " + source + " ...");
        try (output;
                OpenSampler sampler = output.tempera().sampler(source, options(requests))) {
            output.note("drawing from " + sampler.description());
            sampler.sampler().cutPrompts(requests).warnings().forEach(output::warning);
            ImageSize size =
                    new ImageSize(sampler.sampler().width(), sampler.sampler().height());
            if (grid) {
                requireGrid(size, requests.size());
            }
            int[] number = {lastNumber()};
            sampler.draw(requests, drawn -> {
                Path file = folder.resolve(String.format(
                        Locale.ROOT, "%04d-%s-seed-%d.png", ++number[0], PromptSlug.of(drawn.prompt()), drawn.seed()));
                sampler.write(file, drawn);
                output.result(TrainCommand.shown(file));
                files.add(described(file, drawn));
                drawnFiles.add(file);
            });
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("source", sampler.description());
            document.put("pictures", files);
            if (grid) {
                Path file = folder.resolve(String.format(Locale.ROOT, "%04d-grid.png", ++number[0]));
                PngFiles.write(file, grid(size, requests, drawnFiles), Map.of());
                output.result(TrainCommand.shown(file));
                document.put("grid", TrainCommand.shown(file));
            }
            output.document(document);
        } finally {
            made.removeIfEmpty();
        }
        return 0;
    }

    private static Map<String, Object> described(Path file, ImageSampler.Drawn drawn) {
        Map<String, Object> picture = new LinkedHashMap<>();
        picture.put("file", TrainCommand.shown(file));
        picture.put("prompt", drawn.prompt());
        picture.put("seed", drawn.seed());
        return picture;
    }

    /** A row for each prompt, or rows that make about a square of one picture each. */
    private ImageGrid layout(ImageSize size, int pictures) {
        return ImageGrid.forPictures(count > 1 ? count : (int) Math.ceil(Math.sqrt(pictures)), size.width());
    }

    /** Before anything is drawn, which takes long. */
    private void requireGrid(ImageSize size, int pictures) {
        try {
            layout(size, pictures).requireReadable(size, pictures);
        } catch (UserException e) {
            throw new UserException(
                    "sample: --grid: " + e.getMessage() + ". Draw fewer or smaller pictures, or leave out --grid.", e);
        }
    }

    /** The pictures are read from their files again: all of them at a time may be too many for the memory. */
    private RgbImage grid(ImageSize size, List<ImageSampler.Request> requests, List<Path> files) {
        return layout(size, files.size())
                .render(
                        size,
                        i -> ImageFiles.read(files.get(i)),
                        requests.stream().map(r -> r.seed() + "  " + r.prompt()).toList());
    }

    private List<ImageSampler.Request> requests() {
        List<String> all = new ArrayList<>(prompts);
        if (promptFile != null) {
            all.addAll(PromptFile.read(promptFile));
        }
        if (all.isEmpty()) {
            throw new UserException("sample: expected --prompt TEXT or --prompts FILE, found neither.");
        }
        List<ImageSampler.Request> requests = new ArrayList<>();
        for (String prompt : all) {
            for (int i = 0; i < count; i++) {
                requests.add(new ImageSampler.Request(prompt, seed + i));
            }
        }
        return requests;
    }

    private SampleOptions options(List<ImageSampler.Request> requests) {
        return drawing.given("sample")
                .checkpoint(checkpoint)
                .batchSize(batchSize)
                .prompts(requests.stream().map(ImageSampler.Request::prompt).toList())
                .overrides(overrides)
                .build();
    }

    /** Before the model is opened, which takes longer. */
    private MadeFolder makeFolder() {
        MadeFolder made;
        try {
            made = MadeFolder.make(folder);
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be made (" + IoReason.of(e) + "). " + WritingAdvice.of(folder, e, ANOTHER), e);
        }
        if (!Files.isWritable(folder)) {
            throw new UserException(folder + ": cannot be written. " + WritingAdvice.whereNotWritable(folder, ANOTHER));
        }
        return made;
    }

    /** The highest number of a file in the folder: numbering goes on, so that nothing is overwritten. */
    private int lastNumber() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> NUMBERED.matcher(f.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(m -> Integer.parseInt(m.group(1)))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }
}
