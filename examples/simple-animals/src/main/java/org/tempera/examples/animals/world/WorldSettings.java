package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.graph.ThreadSettings;

/**
 * What a world is made from.
 *
 * @param output folder of the models; unfinished work lies in its folder {@code work}
 * @param seed decides every picture, first weight and batch
 * @param animals those that the world knows
 * @param pictures pictures to train on
 * @param heldOut pictures never trained on
 * @param threads TensorFlow's
 * @param steps optimiser steps by stage, for stages that do not take the usual number
 */
public record WorldSettings(
        Path output,
        long seed,
        List<Animal> animals,
        int pictures,
        int heldOut,
        ThreadSettings threads,
        Map<String, Integer> steps) {
    /** Rows and columns of a picture. */
    static final int PIXELS = 32;

    /** Numbers of a picture. */
    static final int VALUES = PIXELS * PIXELS * 3;

    /** Tokens of a text. */
    static final int TEXT_LENGTH = 16;

    /** Animals that differ in outline and colour: a small denoiser needs several thousand views of each. */
    public static final List<Animal> TWELVE = List.of(
            Animal.ZEBRA,
            Animal.SHEEP,
            Animal.LION,
            Animal.FOX,
            Animal.BUTTERFLY,
            Animal.FISH,
            Animal.WHALE,
            Animal.FROG,
            Animal.BEE,
            Animal.PIG,
            Animal.SQUIRREL,
            Animal.DUCK);

    public WorldSettings {
        animals = List.copyOf(animals);
        steps = Map.copyOf(steps);
        if (pictures < 1 || heldOut < 1) {
            throw new IllegalArgumentException(
                    "pictures and held-out pictures must be at least 1, were " + pictures + " and " + heldOut);
        }
    }

    /** The world that is shipped. */
    public static WorldSettings shipped(Path output) {
        return new WorldSettings(output, 20, TWELVE, 48_000, 1_000, new ThreadSettings(2, 2), Map.of());
    }

    WorldSettings withSeed(long other) {
        return new WorldSettings(output, other, animals, pictures, heldOut, threads, steps);
    }

    WorldSettings withPictures(int count) {
        return new WorldSettings(output, seed, animals, count, heldOut, threads, steps);
    }

    WorldSettings withSteps(String stage, int count) {
        Map<String, Integer> all = new LinkedHashMap<>(steps);
        all.put(stage, count);
        return new WorldSettings(output, seed, animals, pictures, heldOut, threads, all);
    }

    /** The cycles of a stage; where another number of steps is wanted, one of that many. */
    public List<TrainingLoop.Cycle> cycles(String stage, TrainingLoop.Cycle... usual) {
        Integer other = steps.get(stage);
        return other == null ? List.of(usual) : List.of(new TrainingLoop.Cycle(other, 1));
    }

    /** Folder of unfinished work. */
    public Path work() {
        return output.resolve("work");
    }
}
