package org.tempera.diffusers.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.tempera.diffusers.lora.LoraPair.Alpha;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** The tensors of an adapter's file by the layers that they adapt, and all that is wrong with them. */
final class LayerTensors {
    private static final int LISTED = 20;

    private final TensorSource source;
    private final Map<Target, Map<LoraKey.Role, String>> found = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** A layer. @param module its name in the model, with dots */
    record Target(Component component, String module) {}

    /** The names in the file of a layer's factors. */
    record Factors(String down, String up) {}

    /**
     * Goes through the names of a file.
     *
     * @param targets finds the layer that a tensor is for
     * @param otherTensor what is said of a name that no adapter has
     * @param otherLayer what is said of a layer that is not found
     */
    LayerTensors(
            TensorSource source, Function<LoraKey, Optional<Target>> targets, String otherTensor, String otherLayer) {
        this.source = source;
        for (String name : source.names()) {
            Optional<LoraKey> key = LoraKey.parse(name);
            Optional<Target> target = key.flatMap(targets);
            if (key.isEmpty() || target.isEmpty()) {
                problem(name + ": " + (key.isEmpty() ? otherTensor : otherLayer));
                continue;
            }
            String twice = found.computeIfAbsent(target.get(), t -> new TreeMap<>())
                    .put(key.get().role(), name);
            if (twice != null) {
                problem(name + ": adapts the same layer as " + twice);
            }
        }
    }

    /** In the order of the file. */
    Set<Target> targets() {
        return found.keySet();
    }

    private Optional<String> name(Target target, LoraKey.Role role) {
        return Optional.ofNullable(found.getOrDefault(target, Map.of()).get(role));
    }

    /** A layer's factors; where one is missing, that is noted. */
    Optional<Factors> factors(Target target) {
        Optional<String> down = name(target, LoraKey.Role.DOWN);
        Optional<String> up = name(target, LoraKey.Role.UP);
        if (down.isEmpty() || up.isEmpty()) {
            String there = Objects.requireNonNull(found.get(target))
                    .values()
                    .iterator()
                    .next();
            problem(there + ": the layer's " + (down.isEmpty() ? "first" : "second") + " factor is missing");
            return Optional.empty();
        }
        return Optional.of(new Factors(down.get(), up.get()));
    }

    Optional<Alpha> alpha(Target target) {
        return name(target, LoraKey.Role.ALPHA).map(name -> Alpha.read(source, name));
    }

    /** What the scale of a layer is computed from; empty where its first factor is missing or of no use. */
    Optional<StoredAlphas.Layer> layer(Target target) {
        return name(target, LoraKey.Role.DOWN)
                .filter(down -> rank(source.info(down).shape()) > 0)
                .map(down -> new StoredAlphas.Layer(
                        target.component(),
                        LoraKey.saysComponent(down),
                        target.module(),
                        rank(source.info(down).shape()),
                        alpha(target).map(Alpha::value)));
    }

    /** The rank that a first factor's shape says; 0 where no layer has such a one. */
    static int rank(Shape down) {
        long rank = down.numDimensions() > 0 ? down.get(0) : 0;
        return rank > 0 && rank <= ModelConfig.MOST_WIDTH ? (int) rank : 0;
    }

    void problem(String problem) {
        problems.add(problem);
    }

    boolean isSound() {
        return problems.isEmpty();
    }

    /**
     * Fails where something is wrong.
     *
     * @param what is said of the file before the number of problems
     * @throws UserException with the first of them, and what the file may be instead
     */
    void requireSound(String what, LoraFamily family) {
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder message =
                new StringBuilder(source.path() + ": " + what + ", " + problems.size() + " problem(s):");
        problems.stream().limit(LISTED).forEach(p -> message.append("\n  ").append(p));
        if (problems.size() > LISTED) {
            message.append("\n  and ").append(problems.size() - LISTED).append(" more");
        }
        OtherAdapters.advice(source.names(), family)
                .ifPresent(advice -> message.append('\n').append(advice));
        throw new UserException(message.toString());
    }
}
