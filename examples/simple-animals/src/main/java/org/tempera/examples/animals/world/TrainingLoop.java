package org.tempera.examples.animals.world;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tensorflow.ndarray.Shape;

/**
 * Steps of one stage, with batches made ahead, a cosine schedule after a warm-up, restarted where a stage has several
 * cycles (SGDR, Loshchilov and Hutter, 2017, eq. 5), and a checkpoint now and then. Batches follow from their step's
 * number, so a stage that was stopped goes on as if it had not been.
 */
public final class TrainingLoop {
    private static final int AHEAD = 4;
    private static final int CHECKPOINT_EVERY = 100;
    private static final String STEP = "step";

    /**
     * One fall of the learning rate along a cosine.
     *
     * @param steps its length
     * @param rate where it begins, as a share of the optimiser's rate
     */
    public record Cycle(int steps, double rate) {}

    private final String stage;
    private final Path checkpoint;
    private final SupervisedTrainer trainer;
    private final TrainingSession session;
    private final List<Cycle> cycles;
    private final int total;
    private final int warmup;
    private final double averageKeep;

    /**
     * A loop.
     *
     * @param work folder of checkpoints
     * @param cycles of the learning rate, one after the other
     * @param warmup steps over which the rate rises at the beginning of each
     * @param averageKeep share that the average of parameters keeps at a step, 0 for no average
     */
    public TrainingLoop(
            String stage,
            Path work,
            SupervisedTrainer trainer,
            TrainingSession session,
            List<Cycle> cycles,
            int warmup,
            double averageKeep) {
        this.stage = stage;
        this.checkpoint = work.resolve(stage + ".checkpoint.safetensors");
        this.trainer = trainer;
        this.session = session;
        this.cycles = List.copyOf(cycles);
        this.total = cycles.stream().mapToInt(Cycle::steps).sum();
        this.warmup = warmup;
        this.averageKeep = averageKeep;
    }

    /** Runs the steps that are left; {@code batch} is called by another thread. */
    public void run(LongFunction<Map<String, Object>> batch) {
        restore();
        ExecutorService maker = Executors.newSingleThreadExecutor(r -> {
            Thread t = new Thread(r, stage + "-batches");
            t.setDaemon(true);
            return t;
        });
        try (Progress progress = new Progress(stage, total)) {
            Deque<Future<Map<String, Object>>> ready = new ArrayDeque<>();
            long asked = trainer.steps();
            double mean = Double.NaN;
            while (trainer.steps() < total) {
                while (ready.size() < AHEAD && asked < total) {
                    long number = asked++;
                    ready.add(maker.submit(() -> batch.apply(number)));
                }
                long step = trainer.steps();
                Map<String, Double> report = trainer.step(session, get(ready.remove()), rate(cycles, warmup, step));
                if (averageKeep > 0) {
                    trainer.average(session, Math.min(averageKeep, (step + 1.0) / (step + 10.0)));
                }
                double loss = report.getOrDefault("loss", Double.NaN);
                if (!Double.isFinite(loss)) {
                    throw new IllegalStateException(stage + ": the loss is " + loss + " at step " + step);
                }
                mean = Double.isNaN(mean) ? loss : mean + .02 * (loss - mean);
                StringBuilder note = new StringBuilder(String.format(Locale.ROOT, "loss %.4f", mean));
                report.forEach((name, value) -> {
                    if (!name.equals("loss")) {
                        note.append(String.format(Locale.ROOT, " %s %.3f", name, value));
                    }
                });
                progress.at(step + 1, note.toString());
                if ((step + 1) % CHECKPOINT_EVERY == 0 || step + 1 == total) {
                    save();
                }
            }
        } finally {
            maker.shutdownNow();
        }
    }

    /** Puts the averages in the parameters' place. */
    public void takeAverages() {
        Map<Parameter, Parameter> averages = trainer.averages();
        List<HostTensor> values = session.readAll(new ArrayList<>(averages.values()));
        Map<Parameter, HostTensor> taken = new LinkedHashMap<>();
        int i = 0;
        for (Parameter p : averages.keySet()) {
            taken.put(p, values.get(i++));
        }
        session.writeAll(taken);
    }

    /** The present values of parameters, read at once. */
    public ParameterValues values(List<Parameter> wanted) {
        List<HostTensor> read = session.readAll(wanted);
        Map<Parameter, HostTensor> values = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            values.put(wanted.get(i), read.get(i));
        }
        return p -> Objects.requireNonNull(values.get(p), p.name());
    }

    /** The learning rate of a step, as a share of the optimiser's. */
    static double rate(List<Cycle> cycles, int warmup, long step) {
        long begun = 0;
        int i = 0;
        while (i < cycles.size() - 1 && step >= begun + cycles.get(i).steps()) {
            begun += cycles.get(i++).steps();
        }
        double warm = Math.min(1, (step - begun + 1.0) / warmup);
        double done = Math.min(1, (step - begun) / (double) cycles.get(i).steps());
        return cycles.get(i).rate() * warm * (.02 + .98 * .5 * (1 + Math.cos(Math.PI * done)));
    }

    private void save() {
        SafetensorsWriter writer = new SafetensorsWriter();
        List<Parameter> state = trainer.state();
        List<HostTensor> values = session.readAll(state);
        for (int i = 0; i < state.size(); i++) {
            writer.addFloats(
                    state.get(i).name(), state.get(i).shape(), values.get(i).data());
        }
        writer.addFloats(STEP, Shape.of(1), new float[] {trainer.steps()});
        writer.write(checkpoint);
    }

    private void restore() {
        if (!Files.exists(checkpoint)) {
            return;
        }
        try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
            List<Parameter> state = trainer.state();
            Map<Parameter, HostTensor> values = new LinkedHashMap<>();
            for (Parameter p : state) {
                long[] s = p.shape().asArray();
                int[] shape = new int[s.length];
                for (int i = 0; i < s.length; i++) {
                    shape[i] = Math.toIntExact(s[i]);
                }
                values.put(p, HostTensor.of(file.readFloats(p.name()), shape));
            }
            session.writeAll(values);
            trainer.restoreSteps((long) file.readFloats(STEP)[0]);
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UserException mistake) {
                throw mistake;
            }
            throw new IllegalStateException("a batch could not be made", e.getCause());
        }
    }
}
