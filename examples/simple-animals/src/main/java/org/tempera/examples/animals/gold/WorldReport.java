package org.tempera.examples.animals.gold;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.tempera.base.random.StatelessRandom;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.examples.animals.world.ClipEmbedder;
import org.tempera.examples.animals.world.LinearCode;
import org.tempera.examples.animals.world.MiniDiffusion;
import org.tempera.examples.animals.world.Stage;
import org.tempera.examples.animals.world.World;
import org.tempera.examples.animals.world.WorldPicture;
import org.tempera.nn.weights.SafetensorsFile;

/** Measures a finished world: what the model card says of it, and a sheet of samples. */
public final class WorldReport implements Stage {
    private static final int SAMPLES_EACH = 20;
    private static final int COLUMNS = 12;
    private static final int CELL = 96;
    private static final int SIZE = 32;
    private static final int VALUES = SIZE * SIZE * 3;
    private static final double ETA = 1;
    private static final double GUIDANCE = 4;

    private final StringBuilder text = new StringBuilder();

    @Override
    public String name() {
        return "report";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public void run(World world) {
        List<Animal> animals = world.settings().animals();
        List<WorldPicture> heldOut = world.heldOut();
        List<float[]> originals = new ArrayList<>();
        List<float[]> latents = new ArrayList<>();
        List<float[]> linear = new ArrayList<>();
        LinearCode code = LinearCode.read(world.linearCode());
        for (WorldPicture p : heldOut) {
            float[] rgb = new float[VALUES];
            p.write(rgb, 0);
            originals.add(rgb);
            float[] z = new float[64 * code.channels()];
            code.encode(rgb, z, 0);
            latents.add(z);
            linear.add(code.decode(z, 0));
        }
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < SAMPLES_EACH * animals.size(); i++) {
            prompts.add(animals.get(i % animals.size()).word());
        }
        List<float[]> decoded;
        List<float[]> ten;
        List<float[]> twenty;
        try (MiniDiffusion diffusion = new MiniDiffusion(world)) {
            decoded = diffusion.decode(latents);
            ten = diffusion.decode(diffusion.sample(prompts, 10, ETA, GUIDANCE, 1));
            twenty = diffusion.decode(diffusion.sample(prompts, 20, ETA, GUIDANCE, 2));
        }
        try (Judge judge = new Judge(
                GoldStage.weights(world), animals.size(), world.settings().threads())) {
            line(
                    "autoencoder, PSNR on held-out pictures: linear %.1f dB, AutoencoderKL %.1f dB",
                    psnr(originals, linear), psnr(originals, decoded));
            List<Judge.Opinion> ofOriginals = judge.of(originals);
            line(
                    "judge's accuracy: originals %.1f %%, linear code %.1f %%, AutoencoderKL %.1f %%",
                    accuracy(ofOriginals, heldOut),
                    accuracy(judge.of(linear), heldOut),
                    accuracy(judge.of(decoded), heldOut));
            String[] factors = {"composition", "harmony", "light", "cleanness"};
            for (int k = 0; k < factors.length; k++) {
                int factor = k;
                line(
                        "gold's %s against the truth: r %.2f",
                        factors[k],
                        correlation(numbers(ofOriginals, o -> o.factors()[factor]), numbers(heldOut, p -> p.quality()
                                .toArray()[factor])));
            }
            line(
                    "gold's quality against the truth: r %.2f",
                    correlation(numbers(ofOriginals, Judge.Opinion::quality), numbers(heldOut, p -> p.quality()
                            .overall())));
            spoilt(judge, originals, heldOut);
            List<Judge.Opinion> ofTen = judge.of(ten);
            line(
                    "samples recognised (eta 1, guidance 4, %d): 10 steps %.1f %%, 20 steps %.1f %%",
                    prompts.size(), recognised(ofTen, animals.size()), recognised(judge.of(twenty), animals.size()));
            perAnimal(ofTen, animals);
            line(
                    "gold on samples: mean %.3f, quality %.3f, painted %.3f",
                    mean(golds(ofTen, animals.size())),
                    mean(numbers(ofTen, Judge.Opinion::quality)),
                    mean(numbers(ofTen, Judge.Opinion::painted)));
            proxies(world, ofTen, ten, originals, heldOut);
        }
        sheet(
                ten.subList(0, Math.min(ten.size(), 8 * COLUMNS)),
                world.settings().output().resolve("samples.png"));
        List<float[]> pairs = new ArrayList<>();
        for (int from = 0; from < 4 * COLUMNS; from += COLUMNS) {
            pairs.addAll(originals.subList(from, from + COLUMNS));
            pairs.addAll(decoded.subList(from, from + COLUMNS));
        }
        sheet(pairs, world.settings().output().resolve("work").resolve("autoencoder.png"));
        try {
            Files.writeString(world.settings().output().resolve("figures.txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String format, Object... values) {
        String one = String.format(Locale.ROOT, format, values);
        System.out.println(one);
        text.append(one).append('\n');
    }

    private void spoilt(Judge judge, List<float[]> originals, List<WorldPicture> heldOut) {
        List<Judge.Opinion> fine = judge.of(originals.subList(0, 200));
        line("gold on originals: mean %.3f", mean(golds(fine, heldOut)));
        for (Spoiler.Kind kind : Spoiler.Kind.values()) {
            StatelessRandom random = StatelessRandom.of(99, kind.ordinal());
            List<float[]> bad = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                bad.add(Spoiler.spoil(originals.get(i), originals.get(i + 200), kind, random));
            }
            line("gold on %s: mean %.3f", kind.name().toLowerCase(Locale.ROOT), mean(golds(judge.of(bad), heldOut)));
        }
    }

    private void perAnimal(List<Judge.Opinion> opinions, List<Animal> animals) {
        StringBuilder all = new StringBuilder("recognised of each, 10 steps:");
        for (int a = 0; a < animals.size(); a++) {
            int right = 0;
            for (int i = a; i < opinions.size(); i += animals.size()) {
                right += opinions.get(i).animal() == a ? 1 : 0;
            }
            all.append(' ').append(animals.get(a).word()).append(' ').append(100 * right / SAMPLES_EACH);
        }
        line("%s", all);
    }

    private void proxies(
            World world,
            List<Judge.Opinion> opinions,
            List<float[]> samples,
            List<float[]> originals,
            List<WorldPicture> heldOut) {
        List<Animal> animals = world.settings().animals();
        List<String> words = new ArrayList<>();
        animals.forEach(a -> words.add(a.word()));
        try (ClipEmbedder embedder = new ClipEmbedder(world)) {
            float[][] texts = embedder.texts(words);
            float[][] ofOriginals = embedder.pictures(originals);
            int right = 0;
            for (int i = 0; i < ofOriginals.length; i++) {
                int best = 0;
                for (int a = 1; a < texts.length; a++) {
                    best = dot(ofOriginals[i], texts[a]) > dot(ofOriginals[i], texts[best]) ? a : best;
                }
                right += best == heldOut.get(i).animal() ? 1 : 0;
            }
            line("mini CLIP zero-shot on held-out pictures: %.1f %%", 100.0 * right / ofOriginals.length);
            float[][] rows = embedder.pictures(samples);
            double[] golds = golds(opinions, animals.size());
            double[] truth = numbers(heldOut, p -> p.quality().overall());
            for (String[] head : new String[][] {
                {"aesthetic", "aesthetic-head", "layers.0.weight"},
                {"aesthetic of few ratings", "few-ratings-head", "layers.0.weight"},
                {"human preference", "preference-head", "weight"}
            }) {
                try (SafetensorsFile file =
                        SafetensorsFile.open(world.settings().output().resolve(head[1] + ".safetensors"))) {
                    float[] w = file.readFloats(head[2]);
                    double[] onSamples = scores(rows, w);
                    line(
                            "%s: r with true quality on held-out pictures %.2f, with gold on samples %.2f; samples mean"
                                    + " %.3f, deviation %.3f",
                            head[0],
                            correlation(scores(ofOriginals, w), truth),
                            correlation(onSamples, golds),
                            mean(onSamples),
                            deviation(onSamples));
                }
            }
            double[] clip = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                clip[i] = dot(rows[i], texts[i % texts.length]);
            }
            line("CLIP score: mean %.3f, r with gold on samples %.2f", mean(clip), correlation(clip, golds));
        }
    }

    private static double[] scores(float[][] rows, float[] w) {
        double[] s = new double[rows.length];
        for (int i = 0; i < s.length; i++) {
            s[i] = dot(rows[i], w);
        }
        return s;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double[] golds(List<Judge.Opinion> opinions, int animals) {
        double[] g = new double[opinions.size()];
        for (int i = 0; i < g.length; i++) {
            g[i] = opinions.get(i).gold(i % animals);
        }
        return g;
    }

    private static double[] golds(List<Judge.Opinion> opinions, List<WorldPicture> pictures) {
        double[] g = new double[opinions.size()];
        for (int i = 0; i < g.length; i++) {
            g[i] = opinions.get(i).gold(pictures.get(i).animal());
        }
        return g;
    }

    private static <T> double[] numbers(List<T> all, ToDoubleFunction<T> number) {
        return all.stream().mapToDouble(number).toArray();
    }

    private static double recognised(List<Judge.Opinion> opinions, int animals) {
        int right = 0;
        for (int i = 0; i < opinions.size(); i++) {
            right += opinions.get(i).animal() == i % animals ? 1 : 0;
        }
        return 100.0 * right / opinions.size();
    }

    private static double accuracy(List<Judge.Opinion> opinions, List<WorldPicture> pictures) {
        int right = 0;
        for (int i = 0; i < opinions.size(); i++) {
            right += opinions.get(i).animal() == pictures.get(i).animal() ? 1 : 0;
        }
        return 100.0 * right / opinions.size();
    }

    /** Of the mean squared error over all pictures. */
    private static double psnr(List<float[]> truth, List<float[]> shown) {
        double sum = 0;
        for (int i = 0; i < truth.size(); i++) {
            for (int k = 0; k < VALUES; k++) {
                double d = truth.get(i)[k] - shown.get(i)[k];
                sum += d * d;
            }
        }
        return -10 * Math.log10(sum / truth.size() / VALUES);
    }

    private static double mean(double[] x) {
        return StatUtils.mean(x);
    }

    private static double deviation(double[] x) {
        return Math.sqrt(StatUtils.populationVariance(x));
    }

    private static double correlation(double[] x, double[] y) {
        return new PearsonsCorrelation().correlation(x, y);
    }

    private static void sheet(List<float[]> pictures, Path file) {
        int rows = (pictures.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage sheet = new BufferedImage(COLUMNS * (CELL + 2), rows * (CELL + 2), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        for (int i = 0; i < pictures.size(); i++) {
            BufferedImage one = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
            float[] rgb = pictures.get(i);
            for (int k = 0; k < SIZE * SIZE; k++) {
                int colour = Math.round(255 * rgb[3 * k]) << 16
                        | Math.round(255 * rgb[3 * k + 1]) << 8
                        | Math.round(255 * rgb[3 * k + 2]);
                one.setRGB(k % SIZE, k / SIZE, colour);
            }
            graphics.drawImage(one, i % COLUMNS * (CELL + 2) + 1, i / COLUMNS * (CELL + 2) + 1, CELL, CELL, null);
        }
        graphics.dispose();
        try {
            ImageIO.write(sheet, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
