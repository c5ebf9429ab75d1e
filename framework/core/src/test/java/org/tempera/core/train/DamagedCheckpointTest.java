package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.tempera.base.json.PlainJson;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Whatever a checkpoint's state.json says: it is taken back, or one message says what to do. */
public class DamagedCheckpointTest {
    private static final int EDITS = 1_000;

    private final List<Object> replacements = List.of(
            "text", "", -1L, 0L, 99999999999L, Long.MIN_VALUE, 0.5, Double.NaN, true, List.of(), Map.of(), List.of(1L));

    private Path folder = Path.of("");
    private Path begun = Path.of("");
    private String sound = "";

    /** A checkpoint from within an epoch, with scores, a failure and a part of the updates. */
    @BeforeClass
    public void stopWithinAnEpoch() throws IOException {
        folder = Messages.temporaryFolder();
        Path run = folder.resolve("run");
        int[] scored = {0};
        List<TrainingRun> running = new ArrayList<>();
        Reward reward = (HostReward) samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = scored[0]++ == 18 ? Float.NaN : samples.get(i).rgb()[0];
            }
            // An evaluation, an epoch and the first batch of the second.
            if (scored[0] == 8 + 8 + 4) {
                running.get(0).requestStop();
            }
            return scores;
        };
        try (var open = org.tempera.record.run.RunFolder.create(run);
                TrainingRun training = TrainingRun.start(spec(reward), open)) {
            running.add(training);
            training.run(Map.of(), p -> {});
        }
        begun = run.resolve("checkpoints/epoch-0002-begun");
        sound = Files.readString(begun.resolve("state.json"));
    }

    @AfterClass
    public void removeFolder() {
        Messages.delete(folder);
    }

    private static TrainingSpec spec(Reward reward) {
        return TinyRuns.spec(4, reward, FailurePolicy.SKIP);
    }

    @Test
    public void aThousandEditsAreTakenBackOrTold() throws Exception {
        Random random = new Random(7);
        int told = 0;
        Reward plain = (HostReward) samples -> new float[samples.size()];
        try (Trainer trainer = new Trainer(spec(plain))) {
            for (int i = 0; i < EDITS; i++) {
                String edited = i % 4 == 3 ? editedText(random) : PlainJson.pretty(edited(random));
                Files.writeString(begun.resolve("state.json"), edited);
                try (SavedCheckpoint saved = SavedCheckpoint.open(begun)) {
                    trainer.restore(saved);
                    trainer.trainEpoch();
                } catch (UserException e) {
                    told++;
                    assertThat(e.getMessage())
                            .as("edit " + i + " of " + edited)
                            .hasSizeLessThan(1_500)
                            .contains(begun.toString());
                } catch (Throwable e) {
                    throw new AssertionError("edit " + i + " of " + edited, e);
                }
            }
        } finally {
            Files.writeString(begun.resolve("state.json"), sound);
        }
        assertThat(told).isBetween(EDITS / 4, EDITS);
    }

    @Test
    public void whatIsSaid() throws Exception {
        Map<String, Object> json = PlainJson.readObject(sound);
        json.put("state", Map.of());
        Files.writeString(begun.resolve("state.json"), PlainJson.pretty(json));
        try (Trainer trainer = new Trainer(spec((HostReward) samples -> new float[samples.size()]));
                SavedCheckpoint saved = SavedCheckpoint.open(begun)) {
            assertThatThrownBy(() -> trainer.restore(saved))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("epoch-0002-begun/state.json: the checkpoint is damaged: it holds no state of"
                            + " 'algorithm'")
                    .hasMessageContaining(
                            "Move the folder epoch-0002-begun away to continue from the checkpoint before it.");
        } finally {
            Files.writeString(begun.resolve("state.json"), sound);
        }
    }

    /** The trainer takes it back, and what watches the held-out score does not: logs and sinks are open by then. */
    @Test
    public void whatFollowsTheRunIsClosedWhereItsWatchIsDamaged() throws Exception {
        Map<String, Object> json = PlainJson.readObject(sound);
        Map<String, Object> parts = new LinkedHashMap<>(PlainFields.of(json).map("state"));
        assertThat(parts).containsKey("held_out");
        parts.put("held_out", Map.of());
        json.put("state", parts);
        Files.writeString(begun.resolve("state.json"), PlainJson.pretty(json));
        List<String> closed = new ArrayList<>();
        MetricSink sink = new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {}

            @Override
            public void close() {
                closed.add("sink");
            }
        };
        TrainingSpec spec = spec((HostReward) samples -> new float[samples.size()]);
        RunFolder.writeText(folder.resolve("run/config.conf"), "# test");
        try (RunFolder run = RunFolder.resume(folder.resolve("run"))) {
            assertThatThrownBy(() -> TrainingRun.resume(spec, run, Optional.empty(), List.of(sink)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("'held_out'");
        } finally {
            Files.writeString(begun.resolve("state.json"), sound);
        }
        assertThat(closed).containsExactly("sink");
    }

    /** The text with a character removed, doubled or replaced. */
    private String editedText(Random random) {
        int at = random.nextInt(sound.length());
        String instead =
                switch (random.nextInt(3)) {
                    case 0 -> "";
                    case 1 -> sound.substring(at, at + 1).repeat(2);
                    default -> String.valueOf("{}[]\",:0-9e.".charAt(random.nextInt(11)));
                };
        return sound.substring(0, at) + instead + sound.substring(at + 1);
    }

    /** The data with one field or item removed, shortened or replaced. */
    private Object edited(Random random) throws PlainJson.MalformedException {
        Map<String, Object> json = PlainJson.readObject(sound);
        int[] left = {random.nextInt(count(json))};
        return edit(json, left, random);
    }

    private static int count(Object plain) {
        int n = 0;
        if (plain instanceof Map<?, ?> map) {
            for (Object value : map.values()) {
                n += 1 + count(value);
            }
        } else if (plain instanceof List<?> list) {
            for (Object item : list) {
                n += 1 + count(item);
            }
        }
        return n;
    }

    private Object edit(Object plain, int[] left, Random random) {
        if (plain instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                Object now = left[0]-- == 0 ? instead(value, random) : edit(value, left, random);
                if (now != this) {
                    result.put((String) key, now);
                }
            });
            return result;
        }
        if (plain instanceof List<?> list) {
            List<Object> result = new ArrayList<>();
            for (Object item : list) {
                Object now = left[0]-- == 0 ? instead(item, random) : edit(item, left, random);
                if (now != this) {
                    result.add(now);
                }
            }
            return result;
        }
        return plain;
    }

    /** What stands in a value's place; the test itself means that nothing does, and the value is left out. */
    private Object instead(Object value, Random random) {
        int choice = random.nextInt(replacements.size() + 3);
        if (choice < replacements.size()) {
            return replacements.get(choice);
        }
        if (choice == replacements.size() || !(value instanceof String text) || text.isEmpty()) {
            return this;
        }
        return text.substring(random.nextInt(text.length()));
    }
}
