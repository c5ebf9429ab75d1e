package org.tempera.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Option(names = "--layout", required = true, paramLabel = "NAME", description = "diffusers, peft or kohya.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AdapterLayout layout;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (Path file : Main.tempera().exportAdapter(source, folder, layout)) {
            spec.commandLine().getOut().println(TrainCommand.shown(file));
        }
        return 0;
    }
}
