package org.tempera.record.archive;

import java.util.Arrays;
import java.util.List;

/**
 * Pictures of the same prompts and noise at some of a run's evaluations, in one image: a row for each prompt, a column
 * for each evaluation, without borders or letters.
 *
 * @param prompts of the rows, from above
 * @param indices of the rows' samples among those of an evaluation, which find their scores
 * @param epochs of the columns, ascending
 * @param width of one picture in pixels
 * @param height of one picture in pixels
 * @param jpeg the image, {@code width * epochs} by {@code height * prompts} pixels, as a JPEG file's bytes
 */
public record ContactSheet(
        List<String> prompts, List<Integer> indices, List<Integer> epochs, int width, int height, byte[] jpeg) {
    /** Rows at most: a table of scores is made of each sheet, which a small file must not make large. */
    private static final int MOST_PROMPTS = 100;

    /** Columns at most. */
    private static final int MOST_EPOCHS = 100;

    public ContactSheet {
        prompts = List.copyOf(prompts);
        indices = List.copyOf(indices);
        epochs = List.copyOf(epochs);
        jpeg = jpeg.clone();
        if (prompts.size() != indices.size()) {
            throw new IllegalArgumentException(
                    "expected an index for each of " + prompts.size() + " prompts, found " + indices.size());
        }
        if (prompts.size() > MOST_PROMPTS || epochs.size() > MOST_EPOCHS) {
            throw new IllegalArgumentException("expected pictures of at most " + MOST_PROMPTS + " prompts at "
                    + MOST_EPOCHS + " evaluations, found " + prompts.size() + " at " + epochs.size());
        }
        if (prompts.isEmpty() || epochs.isEmpty() || width < 1 || height < 1) {
            throw new IllegalArgumentException("expected pictures, found none");
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ContactSheet s
                && prompts.equals(s.prompts)
                && indices.equals(s.indices)
                && epochs.equals(s.epochs)
                && width == s.width
                && height == s.height
                && Arrays.equals(jpeg, s.jpeg);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(jpeg);
    }

    @Override
    public byte[] jpeg() {
        return jpeg.clone();
    }
}
