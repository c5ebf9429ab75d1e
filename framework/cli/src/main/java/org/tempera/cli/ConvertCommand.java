package org.tempera.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tempera.base.text.ByteSize;
import org.tempera.nn.weights.WeightConversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns weights of other formats into safetensors. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Copies weights into one safetensors file: names, numbers and dtypes stay as they are."
                + " Nothing in a PyTorch file is executed.")
final class ConvertCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A .bin, .pt, .pth, .ckpt or .safetensors file, a sharded model's *.index.json,"
                    + " or a folder that holds one of them.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write; its name ends with .safetensors.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(names = "--force", description = "Replace OUT where it is there already.")
    private boolean force;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        WeightConversion.Converted done = WeightConversion.convert(in, out, force);
        output.result(out + ": " + done.tensors() + " tensors, " + ByteSize.text(done.bytes()));
        output.document(Map.of("file", out.toString(), "tensors", done.tensors(), "bytes", done.bytes()));
        return 0;
    }
}
