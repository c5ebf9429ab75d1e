package org.tempera.policies.stablediffusion.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.tempera.graph.ThreadSettings;
import org.tempera.policies.stablediffusion.StableDiffusionProvider;
import org.tempera.spi.HostTensor;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleValue;
import org.tempera.verify.GraphOracleRunner;

/** Compares what the kinds of this module compute with reference numbers. */
final class Parity {
    private Parity() {}

    /** The error of a case: the largest of its outputs, relative to the largest expected number. */
    static double error(FolderCase c) {
        Map<String, OracleKind> kinds = new HashMap<>();
        ServiceLoader.load(OracleKind.class).forEach(k -> kinds.put(k.kind(), k));
        try (GraphOracleRunner runner =
                new GraphOracleRunner(List.of(new StableDiffusionProvider()), new ThreadSettings(1, 1))) {
            Map<String, OracleValue> outputs = kinds.get(c.kind()).compute(c, runner);
            double worst = 0;
            for (String name : c.outputs()) {
                worst = Math.max(worst, error(c, name, outputs.get(name)));
            }
            return worst;
        }
    }

    private static double error(FolderCase c, String name, OracleValue value) {
        if (value instanceof OracleValue.Integers i) {
            return Arrays.equals(i.data(), c.expectedLongs(name)) ? 0 : Double.POSITIVE_INFINITY;
        }
        HostTensor got = ((OracleValue.Floats) value).tensor();
        HostTensor want = c.expected(name);
        if (!Arrays.equals(got.shape(), want.shape())) {
            throw new AssertionError(
                    name + ": shape " + Arrays.toString(got.shape()) + ", expected " + Arrays.toString(want.shape()));
        }
        double scale = 1e-6;
        double worst = 0;
        for (int i = 0; i < got.size(); i++) {
            scale = Math.max(scale, Math.abs(want.get(i)));
            double d = Math.abs(got.get(i) - want.get(i));
            worst = d <= worst ? worst : Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
        }
        return worst / scale;
    }

    /** Runs folders by hand. */
    public static void main(String[] folders) throws IOException {
        for (String folder : folders) {
            Map<String, Integer> seen = new HashMap<>();
            for (FolderCase c : FolderCase.read(Path.of(folder))) {
                if (seen.merge(c.kind() + c.adapter().map(Object::toString).orElse(""), 1, Integer::sum)
                        > Integer.getInteger("perKind", 1000)) {
                    continue;
                }
                String result;
                try {
                    double e = error(c);
                    result = String.format(
                            "%s error %.1e (tolerance %.0e)", e <= c.tolerance() ? "ok  " : "FAIL", e, c.tolerance());
                } catch (RuntimeException | AssertionError e) {
                    result = "FAIL " + e;
                    if (!(e instanceof org.tempera.spi.UserException)) {
                        e.printStackTrace(System.out);
                    }
                }
                System.out.println(
                        Path.of(folder).getFileName() + " | " + c.kind() + " | " + c.name() + " | " + result);
            }
        }
    }
}
