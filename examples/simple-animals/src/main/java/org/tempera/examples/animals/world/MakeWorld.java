package org.tempera.examples.animals.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.tempera.spi.UserException;

/**
 * Makes the models of the embedded world anew. Stages that are finished are passed over, so a run that was stopped goes
 * on where it was.
 */
public final class MakeWorld {
    private MakeWorld() {}

    private static final String USAGE = "Usage: make-world FOLDER [seed=N] [pictures=N] [steps.STAGE=N] [only=STAGE]";

    /** Usage: {@code MakeWorld FOLDER [seed=N] [pictures=N] [steps.STAGE=N] [only=STAGE]}. */
    public static void main(String[] arguments) throws IOException {
        try {
            run(List.of(arguments));
        } catch (UserException e) {
            System.err.println("make-world: " + e.getMessage());
            System.exit(2);
        }
    }

    static void run(List<String> arguments) throws IOException {
        if (arguments.isEmpty() || arguments.get(0).contains("=")) {
            throw new UserException("expected the folder to make the world in. " + USAGE);
        }
        WorldSettings settings = WorldSettings.shipped(Path.of(arguments.get(0)));
        String only = "";
        for (String argument : arguments.subList(1, arguments.size())) {
            String[] pair = argument.split("=", 2);
            String key = pair[0];
            String value = pair.length == 2 ? pair[1] : "";
            if (key.startsWith("steps.")) {
                settings = settings.withSteps(
                        stage(argument, key.substring("steps.".length())), positive(argument, value));
            } else if (key.equals("seed")) {
                settings = settings.withSeed(integer(argument, value));
            } else if (key.equals("pictures")) {
                settings = settings.withPictures(positive(argument, value));
            } else if (key.equals("only")) {
                only = stage(argument, value);
            } else {
                throw new UserException(argument + ": expected seed=N, pictures=N, steps.STAGE=N or only=STAGE");
            }
        }
        make(settings, only);
    }

    private static String stage(String argument, String name) {
        if (!stages().containsKey(name)) {
            throw new UserException(argument + ": expected one of the stages " + String.join(", ", stages().keySet())
                    + ", found " + name);
        }
        return name;
    }

    private static int positive(String argument, String value) {
        long number = integer(argument, value);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new UserException(argument + ": expected an integer from 1 on, found " + value);
        }
        return (int) number;
    }

    private static long integer(String argument, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new UserException(argument + ": expected an integer, found \"" + value + "\"", e);
        }
    }

    /**
     * Runs every stage that is not finished, or, if {@code only} is not empty, the one it names whether it is or not.
     */
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
