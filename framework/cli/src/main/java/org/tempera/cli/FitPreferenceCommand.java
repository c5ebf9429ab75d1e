package org.tempera.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.preference.PreferenceFit;
import org.tempera.core.preference.PreferenceFitter;
import org.tempera.core.preference.Reliability;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
    private Path output;

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

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireOptions();
        PrintWriter out = spec.commandLine().getOut();
        PreferenceFit.Options options = new PreferenceFit.Options(heldOut, ridge, seed);
        PreferenceFitter fitter = new PreferenceFitter(PretrainedClip.open(clip), ThreadSettings.forThisMachine());
        Console console = new Console(out, Console.isTerminal());
        int[] shown = {0};
        PreferenceFit fit = fitter.fit(choices, options, (done, all) -> {
            if (done == all || done >= shown[0] + 200) {
                shown[0] = done;
                console.status("embedded " + done + " of " + all + " pictures");
            }
        });
        console.endStatus();
        fitter.write(fit, choices, options, output);
        print(fit, out);
        out.println("wrote " + output);
        out.flush();
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
        if (Files.isDirectory(output)) {
            throw new UserException(output + ": expected the name of a file to write, found a folder.");
        }
    }

    private static void print(PreferenceFit fit, PrintWriter out) {
        Reliability r = fit.heldOut();
        out.println("fitted to " + fit.fitted() + " choices, ridge " + fit.ridge());
        if (r.choices() == 0) {
            out.println("no choices were kept back to measure on");
            return;
        }
        out.println(r.summary());
        if (!fit.apart()) {
            out.println("the choices share pictures so widely that held-out ones show pictures that the head was fitted"
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
        TextTable.print(rows, out);
    }
}
