package org.tempera.fuzz;

import static org.tempera.fuzz.Samples.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.report.GridReader;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.run.RunReaders;
import org.tempera.record.verdict.Rulers;
import org.tempera.runtime.Tempera;

/** Readers of a run folder, which may be somebody else's. */
final class RunTargets {
    private static final int PICTURES = 3;
    private static final String METRICS =
            "{\"epoch\":0,\"gold/mean\":0.41,\"time/epoch\":\"Infinity\"}\n{\"epoch\":1,\"gold/mean\":1}\n";
    private static final String RULERS =
            "{\"0123456789abcdef\":{\"drawing\":{\"seed\":\"7\",\"prompts\":\"sha256:00ff\"},\"roles\":{\"train\":\"jpeg\"}}}";

    private static final String FACTS =
            "{\"algorithm\":\"ddpo\",\"policy\":\"stable-diffusion\",\"seed\":7,\"rewards\":[{\"name\":\"jpeg\",\"role\":\"train\",\"plugin\":\"jpeg\"}],"
                    + "\"gold\":false,\"pictured\":8,\"settings\":\"00ff\"}";

    /** Of a run with a score that judges. */
    private static final String JUDGED =
            FACTS.replace("}],", "},{\"name\":\"clip-score\",\"role\":\"held-out\",\"plugin\":\"clip-score\"}],");

    private RunTargets() {}

    /** Samples of two evaluations, and of the epoch between them. */
    private static String samples() {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 9; line++) {
            int epoch = line < 3 ? 0 : 1;
            String phase = line >= 3 && line < 6 ? "train" : "evaluation";
            lines.append("{\"epoch\":" + epoch + ",\"phase\":\"" + phase + "\",\"index\":" + line % PICTURES
                    + ",\"prompt\":\"a cat\",\"seed\":" + line + ",\"rewards\":{\"train\":0." + line
                    + ",\"clip-score\":" + (line == 4 ? "\"NaN\"" : "1") + "}"
                    + (phase.equals("train") ? "" : ",\"ruler\":\"0123456789abcdef\"") + "}\n");
        }
        return lines.toString();
    }

    private static byte[] grid() {
        RgbImage picture = RgbImage.of(4, 4, new byte[48]);
        RgbImage grid = new ImageGrid(PICTURES, 1, ImageGrid.Scaling.NEAREST, 2)
                .render(List.of(picture, picture, picture), List.of("a", "b", "c"), "epoch 1");
        return PngFiles.encode(grid, ImageGrid.Layout.note(PICTURES));
    }

    static void add(List<Target> all) {
        // A folder without a configuration holds no run.
        byte[] any = text("run {}\n");
        all.add(new Target(
                "rulers",
                List.of(Map.of("config.conf", any, "rulers.json", text(RULERS))),
                Set.of("rulers.json"),
                folder -> {
                    Rulers rulers = Rulers.read(RunFolder.view(folder));
                    rulers.latest().ifPresent(ruler -> ruler.fingerprint());
                }));
        all.add(new Target(
                "run-facts",
                List.of(Map.of("config.conf", any, "run.json", text(FACTS))),
                Set.of("run.json"),
                folder -> RunFacts.read(RunFolder.view(folder))));
        all.add(Target.of(
                "trained-files",
                List.of(Map.of("trained.json", text("{\"files\":[\"adapter.safetensors\",\"unet/config.json\"]}"))),
                RunReaders::trainedFiles));
        Provenance now = Provenance.collect(Instant.EPOCH, "a", 7, "2", Map.of("intra_op", 2))
                .withHash("policy", "model.safetensors", "00ff");
        String written = "{\"seed\":7,\"files\":{\"policy\":{\"file\":\"model.safetensors\",\"sha256\":\"00fe\"}},"
                + "\"resumed\":[{\"from_epoch\":1,\"files\":{\"policy\":{\"file\":\"model.safetensors\",\"sha256\":\"00fd\"}}}]}";
        all.add(new Target(
                "provenance",
                List.of(Map.of("config.conf", any, "provenance.json", text(written))),
                Set.of("provenance.json"),
                folder -> now.changedSince(RunFolder.view(folder))));
        all.add(Target.of(
                "log-tail",
                List.of(Map.of("log.jsonl", text(samples())), Map.of("log.jsonl", text(METRICS))),
                folder -> {
                    Path file = folder.resolve("log.jsonl");
                    if (Files.exists(file)) {
                        JsonlMetrics.latest(file, "gold/mean");
                        RunReaders.log(file, 0);
                    }
                }));
        all.add(Target.of("grid", List.of(Map.of("grid.png", grid())), folder -> {
                    Path file = folder.resolve("grid.png");
                    GridReader.read(file, PICTURES);
                })
                .allowed(Targets::pixels));
        String config = "run { seed = 7, epochs = 2, output = . }\n"
                + "policy { use = stable-diffusion, stable-diffusion { weights = sd } }\n"
                + "algorithm { use = ddpo }\nrewards { jpeg-compressibility { role = train }, clip-score { role = held-out, clip = clip } }\n"
                + "sampling { prompts = prompts.txt }\nevaluation { every = 1 }\n";
        Tempera tempera = Tempera.load(RunTargets.class.getClassLoader());
        Map<String, byte[]> earlier = Map.of(
                "config.conf",
                text(config),
                "metrics.jsonl",
                text(METRICS),
                "samples.jsonl",
                text(samples()),
                "rulers.json",
                text(RULERS),
                "provenance.json",
                text(written),
                "images/epoch-0001.png",
                grid());
        // Of a folder that says what it is, the configuration is not read, which takes longer than all else.
        Map<String, byte[]> today = Samples.with(earlier, "run.json", text(FACTS));
        all.add(new Target(
                "run-report",
                List.of(earlier, today, today, today, today, today, today, today),
                Set.of(
                        "metrics.jsonl",
                        "samples.jsonl",
                        "rulers.json",
                        "provenance.json",
                        "run.json",
                        "images/epoch-0001.png"),
                folder -> tempera.report(folder, Optional.empty(), List.of())));
        addTwo(all, tempera);
        Map<String, byte[]> pictures = new TreeMap<>(Map.of("config.conf", any));
        for (int epoch = 0; epoch < 6; epoch++) {
            pictures.put("images/epoch-000" + epoch + ".png", grid());
        }
        // Each is decoded, a row of it is cut out, laid on a sheet, and that is encoded.
        Set<String> damaged = new TreeSet<>(pictures.keySet());
        damaged.remove("config.conf");
        all.add(new Target("run-timeline", List.of(pictures), damaged, run -> GridReader.timeline(run, PICTURES))
                .allowed(file -> 3 * Targets.pixels(file)));
        all.add(Target.of(
                "run-lock",
                List.of(Map.of("run.lock", text("process 123456789012 on a-host, since 2026-01-02T03:04:05Z\n"))),
                run -> RunReaders.lock(run.resolve("run.lock"))));
        RecordTargets.add(all, today);
    }

    /** A run that is judged by another's folder, which is the one that is damaged. */
    private static void addTwo(List<Target> all, Tempera tempera) {
        Map<String, byte[]> both = new TreeMap<>();
        for (String name : List.of("own", "other")) {
            both.put(name + "/config.conf", text("run {}\n"));
            both.put(name + "/run.json", text(JUDGED));
            both.put(name + "/rulers.json", text(RULERS));
            both.put(name + "/samples.jsonl", text(evaluations()));
        }
        Set<String> damaged = Set.of("other/run.json", "other/rulers.json", "other/samples.jsonl");
        all.add(new Target("run-control", List.of(both), damaged, folder -> {
            tempera.report(folder.resolve("own"), Optional.of(folder.resolve("other")), List.of());
        }));
        all.add(new Target("run-beside", List.of(both), damaged, folder -> {
            tempera.report(folder.resolve("own"), Optional.empty(), List.of(folder.resolve("other")));
        }));
    }

    /** Three evaluations at the same places, of which the training reward rises. */
    private static String evaluations() {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 9; line++) {
            int epoch = line / PICTURES;
            lines.append("{\"epoch\":" + epoch + ",\"phase\":\"evaluation\",\"index\":" + line % PICTURES
                    + ",\"prompt\":\"a cat\",\"seed\":" + line % PICTURES + ",\"rewards\":{\"train\":" + line
                    + ",\"clip-score\":0." + line % 4 + "},\"ruler\":\"0123456789abcdef\",\"signs\":{\"saturation\":"
                    + line
                    + "}}\n");
        }
        return lines.toString();
    }
}
