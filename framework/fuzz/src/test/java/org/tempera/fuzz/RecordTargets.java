package org.tempera.fuzz;

import static org.tempera.fuzz.Samples.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.archive.ContactSheet;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.archive.RunRecords;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;

/** Readers of what is left of a run, and of what evaluate measured of it. */
final class RecordTargets {
    private RecordTargets() {}

    /** @param run files of a run's folder */
    static void add(List<Target> all, Map<String, byte[]> run) {
        all.add(new Target(
                "record-of-run",
                List.of(run),
                Set.of("metrics.jsonl", "samples.jsonl", "provenance.json", "images/epoch-0001.png"),
                folder -> {
                    try (RunFolder opened = RunFolder.view(folder)) {
                        RunRecords.of(opened);
                    }
                }));
        ModelEvaluation evaluation = evaluation();
        byte[] json = text(PlainJson.line(evaluation.document()));
        all.add(Target.of("evaluation-record", List.of(Map.of("evaluation.json", json)), folder -> ModelEvaluation.read(
                        folder.resolve("evaluation.json"))
                .sets()
                .forEach(MeasuredSet::means)));
        byte[] record = Samples.written("record.json.gz", file -> RunRecordFile.write(file, record(evaluation)));
        // Damage to what is compressed is seldom seen behind a checksum.
        all.add(Target.of(
                "run-record",
                List.of(Map.of("record.json.gz", record), Map.of("record.json", inflated(record))),
                folder -> {
                    Path file = folder.resolve("record.json.gz");
                    Path plain = folder.resolve("record.json");
                    if (Files.exists(plain)) {
                        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                            Files.copy(plain, out);
                        }
                    }
                    try {
                        RunRecord read = RunRecordFile.read(file);
                        RunReview.evaluations(read.evaluated(), new RunReview.Roles(List.of(), List.of(), true));
                        RunRecordFile.write(folder.resolve("again.json.gz"), read);
                    } finally {
                        if (Files.exists(plain)) {
                            Files.deleteIfExists(file);
                        }
                        Files.deleteIfExists(folder.resolve("again.json.gz"));
                    }
                }));
    }

    private static byte[] inflated(byte[] gz) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gz))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelEvaluation evaluation() {
        Ruler ruler = new Ruler.Builder().put(Ruler.DRAWING, "seed", "7").build();
        List<MeasuredPicture> pictures = List.of(
                new MeasuredPicture("a cat", 0, Map.of("clip-score", 0.25, "kl", 1.5)),
                new MeasuredPicture("a cat", 1, Map.of("clip-score", Double.NaN, "kl", 2.0)));
        MeasuredSet set = new MeasuredSet("seen", pictures, Map.of("a cat", new PromptDiversity(0.5, 1.25)));
        return new ModelEvaluation("a run", OptionalInt.of(1), ruler, List.of(set));
    }

    private static RunRecord record(ModelEvaluation evaluation) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            samples.add(new Sample(
                    i / 2,
                    Sample.Phase.EVALUATION,
                    i % 2,
                    "a cat",
                    7,
                    new TreeMap<>(Map.of("train", 0.125 * i, "gold", Double.NaN)),
                    Optional.of("0123456789abcdef")));
        }
        RgbImage image = RgbImage.of(16, 8, new byte[3 * 16 * 8]);
        return new RunRecord(
                "a/run",
                Map.of("algorithm", "ddpo"),
                false,
                new RunFacts(
                        "ddpo",
                        "toy",
                        7,
                        List.of(new RunFacts.ScoredBy("jpeg", RunFacts.TRAIN, "jpeg")),
                        true,
                        8,
                        "00ff",
                        List.of("until epoch 1: rwr, seed 7")),
                1,
                List.of(new RunCost(0, 0, 0), new RunCost(1, 64, 1.5)),
                List.of(
                        new MetricRow(0, new TreeMap<>(Map.of("gold/mean", 0.5))),
                        new MetricRow(1, new TreeMap<>(Map.of("train/policy_loss", 1e-300)))),
                samples,
                Optional.of(evaluation.ruler()),
                List.of(evaluation),
                Optional.of(new ContactSheet(List.of("a cat"), List.of(0), List.of(0, 1), 8, 8, image.toJpeg(70))),
                Map.of("seed", 7L, "files", Map.of("policy", "00ff")),
                List.of("A note."));
    }
}
