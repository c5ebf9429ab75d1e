package org.tempera.cli;

import java.util.concurrent.Callable;
import org.tempera.core.bench.BenchmarkResult;
import org.tempera.runtime.Tempera;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what an epoch of a run costs. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Times epochs of a run, which it does not save: seconds by phase, throughput, memory.")
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private final ConfigArguments run = new ConfigArguments();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs to time, after one that is not counted (default: ${DEFAULT-VALUE}).")
    private int epochs = 5;

    @Option(names = "--cold", description = "Count the first epoch too, with what is done once; for very large models.")
    private boolean cold;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        new OptionRanges("bench").atLeast1("--epochs", epochs).require();
        Tempera tempera = output.tempera();
        BenchmarkResult result = tempera.benchmark(tempera.config(run.file(), run.overrides()), epochs, cold);
        result.lines().forEach(output::result);
        output.document(result.toMap());
        return 0;
    }
}
