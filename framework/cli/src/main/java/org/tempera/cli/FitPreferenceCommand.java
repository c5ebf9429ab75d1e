package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.WeightConversion;
import org.tempera.preference.PreferenceFit;
import org.tempera.preference.PreferenceFitter;
import org.tempera.preference.Reliability;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits the head of the reward {@code human-preference}. */
@Command(
        name = "fit-preference",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Fits a Bradley-Terry head to choices between two pictures, for the reward human-preference.")
final class FitPreferenceCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CHOICES.jsonl",
            description =
                    "A choice a line: {\"prompt\": ..., \"a\": FILE, \"b\": FILE, \"choice\": \"a\", \"b\" or \"tie\"}."
                            + " Paths start at the file's folder.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path choices;

    @Option(
            names = "--clip",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the CLIP whose image embeddings it reads, as transformers writes it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path clip;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "HEAD.safetensors",
            description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path head;

    @Option(names = "--force", description = "Replace HEAD.safetensors where it is there already.")
    private boolean force;

    @Option(
            names = "--held-out",
            defaultValue = "0.2",
            paramLabel = "SHARE",
            description = "Share of the choices that is kept back to measure on. Default: ${DEFAULT-VALUE}.")
    private double heldOut;

    @Option(
            names = "--ridge",
            defaultValue = "0",
            paramLabel = "NUMBER",
            description = "Half of it times |w|^2 is added to the loss; 0, the default, chooses by cross-validation.")
    private double ridge;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "Decides which choices are kept back.")
    private long seed;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        requireOptions();
        PreferenceFit.Options options = new PreferenceFit.Options(heldOut, ridge, seed);
        PreferenceFitter fitter = new PreferenceFitter(PretrainedClip.open(clip), ThreadSettings.forThisMachine());
        int[] shown = {0};
        PreferenceFit fit = fitter.fit(choices, options, (done, all) -> {
            if (done == all || done >= shown[0] + 200) {
                shown[0] = done;
                output.status("embedded " + done + " of " + all + " pictures");
            }
        });
        fitter.write(fit, choices, options, head);
        print(fit);
        output.result("wrote " + head);
        output.document(document(fit));
        return 0;
    }

    private void requireOptions() {
        if (!(heldOut >= 0 && heldOut <= 0.9)) {
            throw new UserException(
                    "fit-preference: --held-out: expected a share from 0 to 0.9, found " + heldOut + ".");
        }
        if (!(ridge >= 0) || Double.isInfinite(ridge)) {
            throw new UserException("fit-preference: --ridge: expected 0 or more, found " + ridge + ".");
        }
        WeightConversion.requireNew(head, force);
    }

    private Map<String, Object> document(PreferenceFit fit) {
        Reliability r = fit.heldOut();
        Map<String, Object> heldOut = new LinkedHashMap<>();
        heldOut.put("choices", r.choices());
        heldOut.put("ties", r.ties());
        heldOut.put("accuracy", r.accuracy());
        heldOut.put("accuracy_95", List.of(r.lower(), r.upper()));
        heldOut.put("log_loss", r.logLoss());
        heldOut.put("calibration_error", r.calibrationError());
        heldOut.put("shares_pictures", !fit.apart());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("head", head.toString());
        document.put("fitted", fit.fitted());
        document.put("ridge", fit.ridge());
        document.put("held_out", heldOut);
        return document;
    }

    private void print(PreferenceFit fit) {
        Reliability r = fit.heldOut();
        output.result("fitted to " + fit.fitted() + " choices, ridge " + fit.ridge());
        if (r.choices() == 0) {
            output.result("no choices were kept back to measure on");
            return;
        }
        output.result(r.summary());
        if (!fit.apart()) {
            output.result(
                    "the choices share pictures so widely that held-out ones show pictures that the head was fitted"
                            + " to: this reads high");
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("CONFIDENCE", "CHOICES", "MEAN", "ACCURACY", "95 %"));
        for (Reliability.Bin b : r.bins()) {
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.1f to %.1f", b.from(), b.to()),
                    Integer.toString(b.choices()),
                    String.format(Locale.ROOT, "%.3f", b.confidence()),
                    String.format(Locale.ROOT, "%.3f", b.accuracy()),
                    String.format(Locale.ROOT, "%.3f to %.3f", b.lower(), b.upper())));
        }
        output.table(rows);
    }
}
