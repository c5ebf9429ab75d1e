package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Each field of what TDPO-R keeps in a checkpoint is edited: it is taken back, or a message names the checkpoint's
 * file.
 */
public class DamagedStateTest {
    /** Stands for a field that is left out. */
    private static final Object NOTHING = new Object();

    private static final List<Object> REPLACEMENTS =
            Arrays.asList("text", -1L, 99999999999L, Double.NaN, List.of(), List.of("01"), Map.of(), NOTHING);

    /** Of a list, the items that are edited: one is like the other. */
    private static final int ITEMS = 1;

    private final CommandRunner command = new CommandRunner();
    private final Path run = command.file("run");
    private final Path checkpoint = run.resolve("checkpoints/epoch-0001");

    @BeforeClass
    public void train() throws IOException {
        Path prompts = Files.writeString(command.file("prompts.txt"), "a cat\na dog\n");
        Path config = Files.writeString(
                command.file("run.conf"),
                """
                run { epochs = 1, output = "RUN" }
                policy { use = stable-diffusion, stable-diffusion { weights = "MODELS/mini-sd" } }
                algorithm { use = tdpo-r, tdpo-r {
                  batch-size = 2, accumulation = 1, kl { coefficient = 0.1, target = 1 }, critic-replay { samples = 4 }
                } }
                critic { use = temporal-mlp, temporal-mlp { encoder = "MODELS/mini-clip" } }
                rewards { jpeg-compressibility {} }
                combination { rule = min }
                sampling { prompts = "PROMPTS", batch-size = 2, batches-per-epoch = 1, steps = 1, guidance-scale = 1 }
                evaluation { every = 0 }
                """
                        .replace("RUN", run.toString())
                        .replace("MODELS", CommandRunner.MODELS.toString())
                        .replace("PROMPTS", prompts.toString()));
        command.succeed("train", config.toString());
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void eachEditIsTakenBackOrToldByItsFile() throws Exception {
        Path state = checkpoint.resolve("state.json");
        Map<String, Object> sound = PlainJson.readObject(Files.readString(state));
        List<List<Object>> places = new ArrayList<>();
        places(sound, List.of(), places);
        assertThat(places).contains(List.of("state", "algorithm", "neurons", "dormant", 0));
        List<String> wrong = new ArrayList<>();
        int told = 0;
        Tempera tempera = Tempera.load(DamagedStateTest.class.getClassLoader());
        try (OpenRun open = tempera.resume(run, List.of("run.epochs=3"))) {
            for (List<Object> place : places) {
                for (Object replacement : REPLACEMENTS) {
                    Files.writeString(state, PlainJson.pretty(edited(sound, place, replacement)));
                    try (SavedCheckpoint saved = SavedCheckpoint.open(checkpoint)) {
                        open.trainer().restore(saved);
                        open.trainer().trainEpoch();
                    } catch (UserException e) {
                        told++;
                        String message = String.valueOf(e.getMessage());
                        if (!message.startsWith(checkpoint.toString()) || !message.contains("state.json")) {
                            wrong.add(place + " = " + replacement + ": " + e.getMessage());
                        }
                    } catch (RuntimeException e) {
                        wrong.add(place + " = " + replacement + ": " + e);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(told).isGreaterThan(places.size());
    }

    private static void places(Object plain, List<Object> at, List<List<Object>> into) {
        if (!at.isEmpty()) {
            into.add(at);
        }
        if (plain instanceof Map<?, ?> map) {
            map.forEach((key, value) -> places(value, longer(at, key), into));
        } else if (plain instanceof List<?> list) {
            for (int i = 0; i < Math.min(ITEMS, list.size()); i++) {
                places(list.get(i), longer(at, i), into);
            }
        }
    }

    private static List<Object> longer(List<Object> at, Object next) {
        List<Object> longer = new ArrayList<>(at);
        longer.add(next);
        return longer;
    }

    /** A copy with another value at a place. */
    private static Object edited(Object plain, List<Object> place, Object replacement) {
        if (place.isEmpty()) {
            return replacement;
        }
        Object first = place.get(0);
        List<Object> rest = place.subList(1, place.size());
        if (plain instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                Object now = key.equals(first) ? edited(value, rest, replacement) : value;
                if (now != NOTHING) {
                    copy.put((String) key, now);
                }
            });
            return copy;
        }
        List<Object> copy = new ArrayList<>((List<?>) plain);
        int index = (Integer) first;
        Object now = edited(copy.get(index), rest, replacement);
        if (now == NOTHING) {
            copy.remove(index);
        } else {
            copy.set(index, now);
        }
        return copy;
    }
}
