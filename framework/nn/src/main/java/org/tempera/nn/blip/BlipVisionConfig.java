package org.tempera.nn.blip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;

/**
 * Sizes of BLIP's image encoder, a plain vision transformer.
 *
 * @param imageSize rows and columns of the pixels
 * @param patchSize rows and columns of a patch
 * @param width numbers of a state; heads are 64 wide
 * @param innerWidth numbers between the two maps of a feed-forward
 * @param layers how many blocks
 */
public record BlipVisionConfig(int imageSize, int patchSize, int width, int innerWidth, int layers) {
    private static final int HEAD_WIDTH = 64;

    /** Attention heads. */
    public int heads() {
        return width / HEAD_WIDTH;
    }

    /** Patches along a side. */
    public int grid() {
        return imageSize / patchSize;
    }

    /**
     * The sizes that follow from a checkpoint's tensors.
     *
     * @param prefix of the encoder's names, dot included
     * @throws UserException if they do not describe such an encoder, with every reason
     */
    public static BlipVisionConfig of(TensorSource source, String prefix) {
        List<String> problems = new ArrayList<>();
        long[] patch = shape(source, prefix + "patch_embed.proj.weight", 4, problems);
        long[] positions = shape(source, prefix + "pos_embed", 3, problems);
        long[] inner = shape(source, prefix + "blocks.0.mlp.fc1.weight", 2, problems);
        Pattern block = Pattern.compile(Pattern.quote(prefix) + "blocks\\.(\\d{1,4})\\..*");
        int layers = source.names().stream()
                .map(block::matcher)
                .filter(m -> m.matches())
                .mapToInt(m -> Integer.parseInt(m.group(1)) + 1)
                .max()
                .orElse(0);
        int width = Math.toIntExact(patch[0]);
        int grid = (int) Math.round(Math.sqrt((double) Math.max(1, positions[1] - 1)));
        if (problems.isEmpty() && width % HEAD_WIDTH != 0) {
            problems.add(prefix + "patch_embed.proj.weight: expected a width that heads of " + HEAD_WIDTH
                    + " divide, found " + width);
        }
        if (problems.isEmpty() && (long) grid * grid != positions[1] - 1) {
            problems.add(
                    prefix + "pos_embed: expected one position and a square number of patches, found " + positions[1]);
        }
        if (!problems.isEmpty()) {
            throw new UserException(source.path() + ": its image encoder is not BLIP's:\n  "
                    + String.join("\n  ", problems) + "\nGive the checkpoint as it was published.");
        }
        int side = Math.toIntExact(patch[2]);
        return new BlipVisionConfig(grid * side, side, width, Math.toIntExact(inner[0]), layers);
    }

    private static long[] shape(TensorSource source, String name, int rank, List<String> problems) {
        if (!source.contains(name)) {
            problems.add(name + ": missing");
            return new long[rank];
        }
        long[] shape = source.info(name).shape().asArray();
        if (shape.length != rank || Arrays.stream(shape).anyMatch(size -> size < 1 || size > ModelConfig.MOST_WIDTH)) {
            problems.add(name + ": expected " + rank + " axes of 1 to " + ModelConfig.MOST_WIDTH + ", found "
                    + source.info(name).shape());
            return new long[rank];
        }
        return shape;
    }
}
