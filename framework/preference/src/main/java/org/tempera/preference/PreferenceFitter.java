package org.tempera.preference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tempera.base.BuildInfo;
import org.tempera.base.files.FileHashes;
import org.tempera.core.reward.PictureEmbedder;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.record.choice.Choice;
import org.tempera.record.choice.ChoiceFile;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** From a file of choices and a CLIP to the head that the reward {@code human-preference} reads. */
public final class PreferenceFitter {
    /** Fewer choices say nothing. */
    private static final int FEWEST = 10;

    private final PretrainedClip clip;
    private final ThreadSettings threads;

    /** Is told how it gets on. */
    @FunctionalInterface
    public interface Progress {
        /** So many pictures of so many are embedded. */
        void embedded(int done, int all);
    }

    /** A fitter on this CLIP's embeddings. */
    public PreferenceFitter(PretrainedClip clip, ThreadSettings threads) {
        this.clip = clip;
        this.threads = threads;
    }

    /**
     * Fits a head to a file of choices.
     *
     * @param progress told now and then
     * @throws UserException if the file or a picture cannot be used, or there are too few choices
     */
    public PreferenceFit fit(Path choices, PreferenceFit.Options options, Progress progress) {
        List<Choice> all = ChoiceFile.read(choices);
        if (all.size() < FEWEST) {
            throw new UserException(choices + ": expected at least " + FEWEST + " choices, found " + all.size()
                    + ". A head for pictures of all kinds wants some thousands.");
        }
        Map<Path, Integer> index = new LinkedHashMap<>();
        int[] first = new int[all.size()];
        int[] second = new int[all.size()];
        double[] firstChosen = new double[all.size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = place(index, all.get(i).first());
            second[i] = place(index, all.get(i).second());
            firstChosen[i] = all.get(i).firstChosen();
        }
        List<Path> pictures = new ArrayList<>(index.keySet());
        float[][] rows = new PictureEmbedder(clip, threads)
                .embedFiles(pictures, done -> progress.embedded(done, pictures.size()));
        return PreferenceFit.of(first, second, rows, firstChosen, options);
    }

    private static int place(Map<Path, Integer> index, Path picture) {
        int next = index.size();
        Integer before = index.putIfAbsent(picture, next);
        return before == null ? next : before;
    }

    /** Writes a fit with where it came from, as the reward reads it; equal fits give equal bytes. */
    public void write(PreferenceFit fit, Path choices, PreferenceFit.Options options, Path head) {
        writer(fit)
                .metadata("choices_sha256", FileHashes.sha256(choices))
                .metadata("clip_sha256", String.join(",", clip.provenance().values()))
                .metadata("seed", Long.toString(options.seed()))
                .metadata("tempera", BuildInfo.current().version())
                .write(head);
    }

    /** A file of the head alone, with what is known of its worth. */
    public static SafetensorsWriter writer(PreferenceFit fit) {
        int n = fit.weight().length;
        float[] weight = new float[n];
        for (int k = 0; k < n; k++) {
            weight[k] = (float) fit.weight()[k];
        }
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", "pt")
                .metadata("model", "Bradley-Terry head on unit-norm CLIP image embeddings")
                .metadata("fitted_choices", Integer.toString(fit.fitted()))
                .metadata("ridge", Double.toString(fit.ridge()))
                .addFloats("weight", Shape.of(1, n), weight)
                .addFloats("bias", Shape.of(1), new float[1]);
        Reliability r = fit.heldOut();
        if (r.choices() > 0) {
            writer.metadata("held_out_choices", Integer.toString(r.choices()))
                    .metadata("held_out_accuracy", number(r.accuracy()))
                    .metadata("held_out_accuracy_95", number(r.lower()) + " to " + number(r.upper()))
                    .metadata("held_out_log_loss", number(r.logLoss()))
                    .metadata("held_out_calibration_error", number(r.calibrationError()))
                    .metadata("held_out_pictures_apart", Boolean.toString(fit.apart()));
        }
        return writer;
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.4f", x);
    }
}
