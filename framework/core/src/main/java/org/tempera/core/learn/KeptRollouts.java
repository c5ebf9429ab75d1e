package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.Schedule;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * The latest epochs' rollouts with their targets, which an algorithm learns from again ({@code Algorithm.keptSamples}).
 */
public final class KeptRollouts {
    private static final String LATENTS = "latents";
    private static final String FEATURES = "features";
    private static final String COLUMN = "column/";
    private static final String TARGET = "target/";
    private static final String EPOCHS = "epochs";

    private final int most;
    private final List<Part> parts = new ArrayList<>();

    /** @param epoch epochs that were complete before it */
    @SuppressWarnings("ArrayRecordComponent") // the buffer's own, compared with none
    private record Part(int epoch, Rollout rollout, Map<String, HostTensor> targets, boolean[] skipped) {}

    /** @param most samples that are kept at most, in whole epochs */
    public KeptRollouts(int most) {
        this.most = most;
    }

    /** Whether any are kept at any time. */
    public boolean keeps() {
        return most > 0;
    }

    /** Whether there are none yet. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /**
     * The samples that are kept, oldest first, and after them an epoch's own.
     *
     * @param noise by epoch, as {@link EpochData#noise}
     */
    public EpochData before(EpochData own, int epoch, IntFunction<Function<int[], Noise>> noise) {
        if (parts.isEmpty()) {
            return own;
        }
        List<Part> all = new ArrayList<>(parts);
        all.add(part(epoch, own));
        List<int[]> origins = new ArrayList<>();
        List<String> prompts = new ArrayList<>();
        for (Part p : all) {
            for (int i = 0; i < p.rollout().samples(); i++) {
                origins.add(new int[] {p.epoch(), i});
            }
            prompts.addAll(p.rollout().prompts());
        }
        boolean[] skipped = new boolean[prompts.size()];
        int at = 0;
        for (Part p : all) {
            System.arraycopy(p.skipped(), 0, skipped, at, p.skipped().length);
            at += p.skipped().length;
        }
        Map<String, HostTensor> columns = new LinkedHashMap<>();
        own.rollout()
                .columns()
                .keySet()
                .forEach(name -> columns.put(
                        name,
                        joined(
                                all,
                                p -> Objects.requireNonNull(
                                        p.rollout().columns().get(name)))));
        Map<String, float[][]> targets = new LinkedHashMap<>();
        own.targets()
                .columns()
                .keySet()
                .forEach(name -> targets.put(
                        name,
                        rows(joined(all, p -> Objects.requireNonNull(p.targets().get(name))))));
        Rollout joined = new Rollout(
                prompts,
                own.rollout().timesteps(),
                own.rollout().stochasticSteps(),
                joined(all, p -> p.rollout().latents()),
                columns,
                own.rollout()
                        .features()
                        .map(f -> joined(all, p -> p.rollout().features().orElseThrow())));
        return new EpochData(
                joined,
                new Targets(targets, own.targets().metrics()),
                skipped,
                own.schedule(),
                own.text(),
                samples -> new Noise() {
                    @Override
                    public HostTensor initial() {
                        return gathered(Noise::initial);
                    }

                    @Override
                    public HostTensor step(int step) {
                        return gathered(n -> n.step(step));
                    }

                    private HostTensor gathered(Function<Noise, HostTensor> drawn) {
                        List<HostTensor> rows = new ArrayList<>();
                        for (int sample : samples) {
                            int[] origin = origins.get(sample);
                            rows.add(drawn.apply(noise.apply(origin[0]).apply(new int[] {origin[1]})));
                        }
                        return end(rows);
                    }
                },
                own.seed());
    }

    /** Takes in an epoch that was learnt from; what is over the limit then leaves, oldest first. */
    public void add(EpochData own, int epoch) {
        if (!keeps()) {
            return;
        }
        parts.add(part(epoch, own));
        int samples = parts.stream().mapToInt(p -> p.rollout().samples()).sum();
        while (samples > most) {
            samples -= parts.remove(0).rollout().samples();
        }
    }

    private static Part part(int epoch, EpochData own) {
        Map<String, HostTensor> targets = new LinkedHashMap<>();
        own.targets()
                .columns()
                .forEach((name, rows) -> targets.put(name, HostTensor.rows(rows.length, rows[0].length, i -> rows[i])));
        return new Part(epoch, own.rollout(), targets, own.skipped());
    }

    private static HostTensor joined(List<Part> all, Function<Part, HostTensor> of) {
        return end(all.stream().map(of).toList());
    }

    /** Tensors of equal rows one after another. */
    private static HostTensor end(List<HostTensor> parts) {
        int[] shape = parts.get(0).shape();
        float[] data = new float[parts.stream().mapToInt(HostTensor::size).sum()];
        int rows = 0;
        int at = 0;
        for (HostTensor p : parts) {
            System.arraycopy(p.data(), 0, data, at, p.size());
            at += p.size();
            rows += p.size(0);
        }
        shape[0] = rows;
        return HostTensor.of(data, shape);
    }

    private static float[][] rows(HostTensor column) {
        float[][] rows = new float[column.size(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = column.rows(i, i + 1).data();
        }
        return rows;
    }

    /** All that is kept, by name. */
    public Map<String, HostTensor> tensors() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String of = i + "/";
            Rollout r = parts.get(i).rollout();
            tensors.put(of + LATENTS, r.latents());
            r.columns().forEach((name, column) -> tensors.put(of + COLUMN + name, column));
            r.features().ifPresent(f -> tensors.put(of + FEATURES, f));
            parts.get(i).targets().forEach((name, column) -> tensors.put(of + TARGET + name, column));
        }
        return tensors;
    }

    /** What belongs to the tensors, as plain data. */
    public Map<String, Object> state() {
        List<Object> epochs = new ArrayList<>();
        for (Part p : parts) {
            float[] skipped = new float[p.skipped().length];
            for (int i = 0; i < skipped.length; i++) {
                skipped[i] = p.skipped()[i] ? 1 : 0;
            }
            epochs.add(Map.of("epoch", p.epoch(), "prompts", p.rollout().prompts(), "skipped", skipped));
        }
        return Map.of(EPOCHS, epochs);
    }

    /** Takes back what {@link #tensors} and {@link #state} gave. */
    public void restore(Map<String, HostTensor> tensors, PlainFields state, Schedule schedule) {
        parts.clear();
        List<?> epochs = state.list(EPOCHS);
        for (int i = 0; i < epochs.size(); i++) {
            PlainFields epoch = PlainFields.of(epochs.get(i));
            Map<String, HostTensor> columns = new LinkedHashMap<>();
            Map<String, HostTensor> targets = new LinkedHashMap<>();
            String of = i + "/";
            tensors.forEach((name, t) -> {
                if (name.startsWith(of + COLUMN)) {
                    columns.put(name.substring((of + COLUMN).length()), t);
                } else if (name.startsWith(of + TARGET)) {
                    targets.put(name.substring((of + TARGET).length()), t);
                }
            });
            HostTensor latents = tensors.get(of + LATENTS);
            if (latents == null) {
                throw new IllegalArgumentException("the latents of a kept epoch are missing");
            }
            float[] skipped = epoch.floats("skipped");
            boolean[] left = new boolean[skipped.length];
            for (int k = 0; k < left.length; k++) {
                left[k] = skipped[k] != 0;
            }
            Rollout rollout = new Rollout(
                    epoch.texts("prompts"),
                    schedule.trajectory().timesteps(),
                    schedule.trajectory().stochasticSteps(),
                    latents,
                    columns,
                    Optional.ofNullable(tensors.get(of + FEATURES)));
            parts.add(new Part(epoch.integer("epoch"), rollout, targets, left));
        }
    }
}
