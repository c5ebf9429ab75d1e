package org.tempera.examples.animals.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Makes the models of the embedded world anew. Stages that are finished are passed over, so a run that was stopped goes on
 * where it was.
 */
public final class MakeWorld {
    private MakeWorld() {}

    /** Usage: {@code MakeWorld OUTPUT [seed=N] [pictures=N] [steps.STAGE=N] [only=STAGE]}. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            System.err.println("Usage: make-world OUTPUT [seed=N] [pictures=N] [steps.STAGE=N] [only=STAGE]");
            System.exit(2);
        }
        WorldSettings s = WorldSettings.shipped(Path.of(arguments[0]));
        String only = "";
        for (int i = 1; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            if (pair.length != 2) {
                System.err.println("expected name=value, found " + arguments[i]);
                System.exit(2);
            }
            if (pair[0].startsWith("steps.")) {
                s = s.withSteps(pair[0].substring("steps.".length()), Integer.parseInt(pair[1]));
            } else if (pair[0].equals("seed")) {
                s = new WorldSettings(
                        s.output(),
                        Long.parseLong(pair[1]),
                        s.animals(),
                        s.pictures(),
                        s.heldOut(),
                        s.threads(),
                        s.steps());
            } else if (pair[0].equals("pictures")) {
                s = new WorldSettings(
                        s.output(),
                        s.seed(),
                        s.animals(),
                        Integer.parseInt(pair[1]),
                        s.heldOut(),
                        s.threads(),
                        s.steps());
            } else if (pair[0].equals("only")) {
                only = pair[1];
            } else {
                System.err.println("unknown setting " + pair[0] + ": use seed, pictures, steps.STAGE or only");
                System.exit(2);
            }
        }
        make(s, only);
    }

    /** Runs every stage that is not finished, or the one called {@code only} whether it is or not. */
    public static void make(WorldSettings settings, String only) throws IOException {
        World world = new World(settings);
        Files.createDirectories(settings.work());
        for (Map.Entry<String, Consumer<World>> stage : stages().entrySet()) {
            Path done = settings.work().resolve(stage.getKey() + ".done");
            if (only.isEmpty() ? !Files.exists(done) : only.equals(stage.getKey())) {
                stage.getValue().accept(world);
                Files.writeString(done, "");
            }
        }
        Hashes.print(settings.output());
    }

    private static Map<String, Consumer<World>> stages() {
        Map<String, Consumer<World>> all = new LinkedHashMap<>();
        all.put("tokenizer", world -> {
            Texts.write(world.clip());
            Texts.write(world.diffusion().resolve("tokenizer"));
        });
        all.put(ClipStage.NAME, ClipStage::run);
        all.put("linear-code", VaeStage::fit);
        all.put("parts", UNetStage::writeParts);
        all.put(UNetStage.NAME, UNetStage::run);
        all.put(VaeStage.NAME, VaeStage::run);
        all.put(HeadStage.NAME, HeadStage::run);
        ServiceLoader.load(Stage.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Stage::order))
                .forEach(stage -> all.put(stage.name(), stage::run));
        return all;
    }
}
