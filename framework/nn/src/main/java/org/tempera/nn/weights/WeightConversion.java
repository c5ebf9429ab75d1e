package org.tempera.nn.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.ReplacedFile;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * Copies weights of any format that is read into one safetensors file: every tensor under its name, to the bit, in its
 * own dtype. Tensors that share memory in a PyTorch checkpoint are each written whole.
 */
public final class WeightConversion {
    private static final String ENDING = ".safetensors";
    private static final String INDEX = ".*\\.index(\\.\\w+)?\\.json";
    private static final String WEIGHTS = ".*\\.(safetensors|bin|pt|pth|ckpt)";

    private WeightConversion() {}

    /**
     * What was written.
     *
     * @param from the file or index that was read
     * @param tensors how many
     * @param bytes of their contents
     */
    public record Converted(Path from, int tensors, long bytes) {}

    /**
     * Converts a file, the index of a sharded model, or a folder that holds one of them.
     *
     * @param replace whether a file at {@code out} may be replaced
     * @throws UserException if there is nothing to read or it is damaged, or {@code out} cannot be written; then
     *     nothing is
     */
    public static Converted convert(Path in, Path out, boolean replace) {
        requireNew(out, replace);
        try (StoredTensors source = WeightFiles.openFile(file(in))) {
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt"); // transformers asks for it
            source.metadata().forEach(writer::metadata);
            long bytes = 0;
            for (String name : source.names()) {
                writer.addStored(source, name);
                bytes += source.info(name).bytes();
            }
            if (source.names().isEmpty()) {
                throw new UserException(source.path() + ": expected tensors, found none. Is it the right file?");
            }
            writer.write(out);
            return new Converted(source.path(), source.names().size(), bytes);
        }
    }

    /**
     * Fails where a safetensors file cannot be written under a name, before there is anything to write.
     *
     * @param replace whether a file that is there may be replaced
     * @throws UserException if it has another ending, is there already, or is in no folder
     */
    public static void requireNew(Path out, boolean replace) {
        if (Files.isDirectory(out)) {
            throw new UserException(out + ": is a folder. Name the file to write, such as "
                    + out.resolve(WeightFiles.TRANSFORMERS + ENDING) + ".");
        }
        ReplacedFile.requireName(out, ENDING);
        if (Files.exists(out) && !replace) {
            throw new UserException(
                    out + ": is there already. Name another file, or replace it.",
                    List.of(Remedy.of(Remedy.Action.REPLACE_FILE)));
        }
    }

    private static Path file(Path in) {
        if (!Files.isDirectory(in)) {
            if (!ModelFiles.has(in)) {
                throw new UserException(in + ": no such file or folder. Check the path.");
            }
            String name = String.valueOf(in.getFileName());
            if (!name.matches(WEIGHTS) && !name.matches(INDEX)) {
                throw new UserException(
                        in + ": expected weights: a file that ends with .safetensors, .bin, .pt, .pth or"
                                + " .ckpt, or a sharded model's .index.json. Rename it if it is one.");
            }
            return in;
        }
        ModelFiles.requireOpen(in);
        List<Path> indices = matching(in, INDEX);
        List<Path> found = indices.isEmpty() ? matching(in, WEIGHTS) : indices;
        if (found.size() != 1) {
            throw new UserException(in + ": expected one file of weights or one .index.json, found "
                    + (found.isEmpty()
                            ? "none. Check the path; a pipeline's weights are in its folders, such as unet."
                            : String.join(
                                            ", ",
                                            found.stream()
                                                    .map(f -> String.valueOf(f.getFileName()))
                                                    .toList())
                                    + ". Name one of them."));
        }
        return found.get(0);
    }

    private static List<Path> matching(Path folder, String pattern) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> String.valueOf(f.getFileName()).matches(pattern))
                    // Other programs' checkpoints are folders of such names.
                    .filter(f -> !Files.isDirectory(f) && ModelFiles.has(f))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be listed: " + IoReason.of(e) + ". Check its permissions.", e);
        }
    }
}
