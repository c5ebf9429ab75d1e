package org.tempera.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tempera.base.text.Words;
import org.tempera.runtime.Tempera;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes adapters for other libraries. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes an adapter (LoRA) as other libraries do.")
final class ExportCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "RUN_OR_LORA",
            description = "Folder of a run (its best checkpoint where it has one, else the last), one of its"
                    + " checkpoints/epoch-NNNN, or an adapter's file or folder in any of the layouts.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path source;

    @Parameters(index = "1", paramLabel = "DIR", description = "The folder to write to, new or empty.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    /** As they are completed; picocli would do so in capitals. */
    static final class Layouts implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(AdapterLayout.values()).map(Words::of).iterator();
        }
    }

    @Option(
            names = "--layout",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Layouts.class,
            description = "diffusers, peft or kohya.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AdapterLayout layout;

    @Mixin
    private final WeightsOption weights = new WeightsOption();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Tempera tempera = output.tempera();
        List<String> files = weights
                .weights()
                .map(chosen -> tempera.exportAdapter(source, folder, layout, chosen))
                .orElseGet(() -> tempera.exportAdapter(source, folder, layout))
                .stream()
                .map(TrainCommand::shown)
                .toList();
        files.forEach(output::result);
        output.document(Map.of("files", files));
        return 0;
    }
}
