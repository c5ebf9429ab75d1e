package org.tempera.cli;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tempera.graph.FirstRunSurroundings;

/**
 * Keeps the lines that TensorFlow logs at its first run, and at the start of a server, out of standard error. They come
 * from a copy of its logging library that reads no setting. Whatever else is written there meanwhile is printed
 * afterwards.
 */
public final class QuietFirstRun implements FirstRunSurroundings {
    private static final Pattern KNOWN = Pattern.compile(
            "^(?:WARNING: All log messages before absl::InitializeLog\\(\\) is called are written to STDERR"
                    + "|I0000 .*\\] MLIR V1 optimization pass is not enabled"
                    + "|I0000 .*\\] Started server with target: .*)\n",
            Pattern.MULTILINE);

    @Override
    public void around(Runnable run) {
        Optional<DivertedError> diverted = DivertedError.begin(QuietFirstRun::unknown);
        try {
            run.run();
        } finally {
            diverted.ifPresent(DivertedError::close);
        }
    }

    /** The same without those lines. In ISO 8859-1, where bytes of any encoding stay what they are. */
    static byte[] unknown(byte[] written) {
        String text = new String(written, StandardCharsets.ISO_8859_1);
        return KNOWN.matcher(text).replaceAll("").getBytes(StandardCharsets.ISO_8859_1);
    }
}
