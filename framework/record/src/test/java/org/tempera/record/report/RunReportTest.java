package org.tempera.record.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.tempera.record.html.Html;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.ScoreSeries;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;
import org.xml.sax.InputSource;

public class RunReportTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    /** Writes a made-up run with its report into a folder, to be looked at: {@code main FOLDER}. */
    public static void main(String[] args) {
        try (RunFolder folder = RunFolder.create(Path.of(args[0]))) {
            writeRun(folder);
        }
    }

    private static void writeRun(RunFolder folder) {
        RunFolder.writeText(
                folder.config(), "run { seed = 42 }\nsampling { negative-prompt = \"<script>alert(1)</script>\" }\n");
        Provenance.collect(Instant.EPOCH, "x", 42, "2", Map.of()).write(folder);
        Random random = new Random(5);
        try (JsonlMetrics metrics = new JsonlMetrics(folder.metrics())) {
            for (int epoch = 1; epoch <= 40; epoch++) {
                TreeMap<String, Double> m = new TreeMap<>();
                m.put(
                        MetricNames.TRAIN_REWARD,
                        0.2 + 0.4 * (1 - Math.exp(-epoch / 15.0)) + 0.02 * random.nextGaussian());
                m.put(MetricNames.EXPLAINED_VARIANCE, epoch < 3 ? Double.NaN : 0.4 - 0.5 * Math.exp(-epoch / 8.0));
                m.put(MetricNames.APPROX_KL, 2e-5 * (1 + random.nextDouble()));
                m.put(MetricNames.CLIP_FRACTION, 0.05 + 0.05 * random.nextDouble());
                m.put(MetricNames.DORMANT_FRACTION, 0.125);
                metrics.epoch(epoch, m);
            }
        }
        List<Integer> epochs = List.of(0, 10, 20, 30, 40);
        for (int epoch : epochs) {
            PngFiles.write(
                    folder.evaluationGrid(epoch),
                    grid(epoch),
                    ImageGrid.Layout.note(prompts().size()));
        }
        Evaluations evaluations = new Evaluations(
                epochs,
                series("aesthetic", 0.2, 0.35, 0.45, 0.5, 0.54),
                List.of(
                        series("preference", 0.1, 0.3, 0.35, 0.4, 0.38),
                        series("clip <score>", 25, 25.4, 25.3, 24.9, 24.6)),
                List.of(series("jpeg size", 3, 3.1, 3.2, 3.4, 3.9)),
                Optional.of(series("gold", 0.42, 0.47, 0.45, 0.4, 0.33)),
                Optional.empty());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Algorithm", "tdpo-r");
        facts.put("Policy", "stable-diffusion, simple-animals");
        facts.put("Epochs", "40");
        facts.put("Samples", "1,280");
        facts.put("Seed", "42");
        facts.put("Time", "4 min 12 s");
        new RunReport(
                        "simple-animals %s {{body}}",
                        facts,
                        Optional.of(RunVerdict.of(evaluations)),
                        epochs,
                        Optional.empty(),
                        prompts(),
                        Optional.empty(),
                        samples(evaluations))
                .write(folder);
        Timeline.write(folder, prompts());
    }

    /** Of the 16 pictures of a grid. */
    private static List<String> prompts() {
        List<String> three =
                List.of("a cat", "a \"dog\" & <img src=x onerror=alert(1)>", "a fox in the snow \ud83e\udd8a");
        return IntStream.range(0, 16).mapToObj(i -> three.get(i % 3)).toList();
    }

    private static List<Sample> samples(Evaluations evaluations) {
        List<ScoreSeries> all = new ArrayList<>(evaluations.heldOut());
        all.add(evaluations.proxy().orElseThrow());
        all.addAll(evaluations.logged());
        evaluations.gold().ifPresent(all::add);
        List<Sample> samples = new ArrayList<>();
        for (int e = 0; e < evaluations.epochs().size(); e++) {
            for (int i = 0; i < 16; i++) {
                TreeMap<String, Double> scores = new TreeMap<>();
                for (ScoreSeries s : all) {
                    scores.put(s.name(), s.scores().get(e)[i]);
                }
                samples.add(new Sample(
                        evaluations.epochs().get(e),
                        Sample.Phase.EVALUATION,
                        i,
                        prompts().get(i),
                        7,
                        scores));
            }
        }
        return samples;
    }

    private static ScoreSeries series(String name, double... means) {
        Random random = new Random(3);
        List<double[]> scores = new ArrayList<>();
        for (double mean : means) {
            scores.add(random.doubles(64, mean * 0.8, mean * 1.2).toArray());
        }
        return new ScoreSeries(name, scores);
    }

    private static RgbImage grid(int epoch) {
        List<RgbImage> pictures = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] rgb = new byte[32 * 32 * 3];
            for (int p = 0; p < 32 * 32; p++) {
                boolean inside = Math.hypot(p % 32 - 16, p / 32 - 18) < 6 + i % 5 + epoch / 20.0;
                int c = Color.HSBtoRGB(i / 16f + (inside ? 0.5f : 0), 0.3f + epoch / 80f, inside ? 0.6f : 0.9f);
                rgb[3 * p] = (byte) (c >> 16);
                rgb[3 * p + 1] = (byte) (c >> 8);
                rgb[3 * p + 2] = (byte) c;
            }
            pictures.add(RgbImage.of(32, 32, rgb));
        }
        return ImageGrid.forPictures(8, 32).render(pictures, prompts(), "after epoch " + epoch);
    }

    @Test
    public void onePageHasItAll() throws Exception {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            writeRun(folder);
            String page = Files.readString(folder.report());
            assertThat(page)
                    .contains(
                            "Over-optimised since epoch 20",
                            "<th>gold</th>",
                            "<th>held-out score</th><td>chooses the best</td>",
                            "Held-out score, which chooses",
                            "clip &lt;score&gt;")
                    .contains("Training reward, mean of each epoch", "Variance explained by the critic")
                    .contains("Epoch 0 <span>before training</span>", "Epoch 40 <span>last</span>")
                    .contains("<title>simple-animals %s {{body}} - Tempera</title>")
                    .contains("default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-")
                    // Offline and without scripts, whatever prompts and configuration hold.
                    .doesNotContainIgnoringCase("<script")
                    .doesNotContain("<img src=x", "http://", "https://", "<link", "@import", "url(");
            assertThat(page).contains("&lt;img src=x onerror=alert(1)&gt;", "&lt;script&gt;");
            assertThat(page)
                    .contains("<h2>By prompt</h2>", "<h2>Where held-out rewards disagree</h2>", "alt=\"best by gold\"")
                    .contains("alt=\"worst by clip &lt;score&gt;\"", "<td>6</td>");
            assertEveryPlotIsSoundXml(page);
            assertFitsAPhone(page);
            Matcher picture = Pattern.compile("data:image/png;base64,([^\"]+)").matcher(page);
            assertThat(picture.find()).isTrue();
            byte[] png = java.util.Base64.getDecoder().decode(picture.group(1));
            assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isGreaterThan(1000);
        }
    }

    private static void assertFitsAPhone(String page) {
        assertThat(page.split("<svg class=\"broad\"", -1)).hasSameSizeAs(page.split("<svg class=\"slim\"", -1));
        assertThat(page).contains("<svg class=\"slim\" viewBox=\"0 0 460 250\"", "svg.broad { display: none; }");
        assertThat(page).doesNotContain("width: 780px");
    }

    private static void assertEveryPlotIsSoundXml(String page) throws Exception {
        Matcher svg = Pattern.compile("(?s)<svg.*?</svg>").matcher(page);
        int plots = 0;
        while (svg.find()) {
            assertThat(svg.group()).doesNotContain("NaN", "Infinity");
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg.group())));
            plots++;
        }
        assertThat(plots).isEqualTo(13);
    }

    @Test
    public void aRunWithoutEvaluationsHasAPageToo() throws Exception {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            new RunReport("bare", Map.of(), Optional.empty(), List.of(), Optional.empty(), List.of()).write(folder);
            assertThat(Files.readString(folder.report(), StandardCharsets.UTF_8))
                    .contains("<h1>bare</h1>")
                    .endsWith("</html>\n");
        }
    }

    @Test
    public void ofALongFileTheBeginningIsShownAndOfAHugeOneNothingRead() throws Exception {
        RunReport report = new RunReport("bare", Map.of(), Optional.empty(), List.of(), Optional.empty(), List.of());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            Files.writeString(folder.provenance(), "\"".repeat(4 << 20));
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(report.render(folder))
                    .contains("&quot;</pre><p>and 3932160 more characters in provenance.json</p>")
                    .hasSizeLessThan(2 << 20);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
            Files.writeString(folder.provenance(), "\"".repeat((4 << 20) + 1));
            assertThatThrownBy(() -> report.render(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("provenance.json: expected a file of at most 4 MiB");
        }
    }

    @Test
    public void constraintsHaveATableOfBoundSlackAndMultiplier() {
        List<MetricRow> rows = List.of(
                new MetricRow(0, new TreeMap<>(Map.of("gold/mean", 1.0))),
                new MetricRow(1, new TreeMap<>(Map.of("constraint/a<b/slack", 0.5, "constraint/a<b/multiplier", 0.0))),
                new MetricRow(2, new TreeMap<>(Map.of("constraint/a<b/slack", -2.0, "constraint/a<b/multiplier", 3.0))),
                new MetricRow(
                        3,
                        new TreeMap<>(Map.of(
                                "constraint/a<b/bound",
                                7.5,
                                "constraint/a<b/slack",
                                0.25,
                                "constraint/a<b/multiplier",
                                1.5))));
        assertThat(ConstraintTable.html(rows))
                .contains(
                        "<th>a&lt;b</th><td>7.500</td><td>0.500</td><td>0.250</td><td>-2.000</td><td>1.500</td><td>3.000</td>")
                .contains("Slack of a&lt;b", "Multiplier of a&lt;b")
                .doesNotContain("a<b");
        assertThat(ConstraintTable.html(rows.subList(0, 1))).isEmpty();
    }

    @Test
    public void plotsOfOddDataAreSound() throws Exception {
        double nan = Double.NaN;
        assertThat(new SvgPlot("t")
                        .line("a", 1, new double[] {1, 2}, new double[] {nan, nan})
                        .render())
                .isEmpty();
        assertThat(new SvgPlot("t").line("a", 1, new double[0], new double[0]).render())
                .isEmpty();
        List<SvgPlot> odd = List.of(
                new SvgPlot("<t>").line("a&b", 1, new double[] {3}, new double[] {0}),
                new SvgPlot("t").line("a", 1, new double[] {1, 2, 3}, new double[] {1, nan, 1}),
                new SvgPlot("t").line("a", 1, new double[] {1, 2}, new double[] {-1e-9, 2e-9}),
                new SvgPlot("t").line("a", 1, new double[] {1, 2}, new double[] {1e9, 1e9}),
                new SvgPlot("t").line("a", 1, new double[] {1}, List.of(Estimate.ofMean(new double[] {5}, 0.95))),
                new SvgPlot("t")
                        .line("a", 1, new double[] {1, 1000}, new double[] {1, 2})
                        .line("b", 2, new double[] {1, 1000}, new double[] {Double.POSITIVE_INFINITY, 2}));
        for (SvgPlot plot : odd) {
            String html = plot.render();
            assertThat(html).doesNotContain("NaN", "Infinity");
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
        }
    }

    @Test
    public void escapesEverything() {
        assertThat(Html.escape("<a href=\"x\">&'\u0000\u009f\n\ud83d\udc08\ud83d"))
                .isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;&#39;\\u0000\\u009f\n\ud83d\udc08\\ud83d");
    }

    /** A band is drawn there and back; text that is put before what is there is moved each time. */
    @Test(timeOut = 20_000)
    public void aLongBandTakesNoLongTime() {
        int many = 60_000;
        double[] x = new double[many];
        List<Estimate> y = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            x[i] = i;
            y.add(new Estimate(i, i - 1, i + 1, 2));
        }
        assertThat(new SvgPlot("t").line("a", 1, x, y).render()).contains("class=\"band");
    }

    /** They are sent with the page and are no part of it in memory. */
    @Test
    public void picturesAreInThePageToTheByteAndArePictures() throws Exception {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            writeRun(folder);
            for (int epoch : new int[] {0, 40}) {
                assertThat(Files.readString(folder.report()))
                        .contains("data:image/png;base64,"
                                + java.util.Base64.getEncoder()
                                        .encodeToString(Files.readAllBytes(folder.evaluationGrid(epoch)))
                                + "\"></figure>");
            }
            Files.writeString(folder.evaluationGrid(0), "no picture");
            RunReport report = new RunReport("a", Map.of(), Optional.empty(), List.of(), Optional.empty(), List.of());
            assertThatThrownBy(() -> report.write(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(folder.evaluationGrid(0) + ": not a picture");
        }
    }
}
