package org.tempera.nn.verify;

import java.nio.file.Path;
import java.util.Arrays;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleValue;

/** Checks token ids of oracle cases against the text encoder that is to read them. */
public final class TokenIds {
    private TokenIds() {}

    /**
     * Ids {@code [n, tokens]}, row by row.
     *
     * @param model the folder, for messages
     * @throws UserException if the encoder cannot read them
     */
    public static int[] require(OracleValue.Integers ids, int vocabularySize, int maxPositions, Path model) {
        int[] shape = ids.shape();
        if (shape.length != 2 || ids.data().length == 0) {
            throw new UserException("input 'ids': expected [n, tokens], found shape " + Arrays.toString(shape) + ".");
        }
        if (shape[1] > maxPositions) {
            throw new UserException("input 'ids': expected at most " + maxPositions + " tokens in a row, since the text"
                    + " encoder of " + model + " has no more positions, found " + shape[1] + ".");
        }
        for (int i = 0; i < ids.data().length; i++) {
            long id = ids.data()[i];
            if (id < 0 || id >= vocabularySize) {
                throw new UserException("input 'ids', row " + i / shape[1] + ", token " + i % shape[1]
                        + ": expected 0 to " + (vocabularySize - 1) + ", since the text encoder of " + model + " knows "
                        + vocabularySize + " tokens, found " + id
                        + ". Were the ids made with another model's tokenizer?");
            }
        }
        return Arrays.stream(ids.data()).mapToInt(Math::toIntExact).toArray();
    }
}
