package org.tempera.core.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingSpec;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.Lanes;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.layers.BatchedProduct;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Times epochs of a run that writes nothing. */
public final class Benchmark {
    private static final int PEAK_SIZE = 1024;
    private static final int PEAK_RUNS = 8;

    private Benchmark() {}

    record Matrix(HostTensor a) {}

    record Norm(HostTensor sum) {}

    /**
     * Runs epochs.
     *
     * @param epochs how many are counted
     * @param cold whether the first is counted too, with what TensorFlow does once; otherwise one more goes before
     * @param spec the run; its evaluation and checkpoint settings are not used
     */
    public static BenchmarkResult run(TrainingSpec spec, int epochs, boolean cold) {
        try (Trainer trainer = new Trainer(spec)) {
            trainer.warmUp();
            double startup = (System.currentTimeMillis()
                            - ManagementFactory.getRuntimeMXBean().getStartTime())
                    / 1e3;
            double startupCpu = cpuSeconds();
            if (!cold) {
                trainer.trainEpoch();
            }
            Map<String, List<Double>> seconds = new LinkedHashMap<>();
            for (int i = 0; i < epochs; i++) {
                trainer.trainEpoch().seconds().forEach((phase, s) -> seconds.computeIfAbsent(
                                phase, k -> new ArrayList<>())
                        .add(s));
            }
            ThreadSettings threads = spec.threads();
            double rss = peakRssMegabytes();
            return new BenchmarkResult(
                    startup,
                    startupCpu,
                    seconds,
                    spec.sampling().samplesPerEpoch(),
                    spec.sampling().steps(),
                    trainer.operationsPerEpoch(),
                    peak(threads, spec.run().precision()),
                    rss,
                    threads.intraOp() * threads.runs());
        }
    }

    /**
     * Operations a second of a network's products of square matrices, as many at a time as the run computes batches:
     * the best of several.
     */
    private static double peak(ThreadSettings threads, Precision precision) {
        try (TrainingGraph graph = new TrainingGraph(0, precision)) {
            Operand<TFloat32> a = graph.floatInput("a", PEAK_SIZE, PEAK_SIZE);
            var tf = graph.scope().tf();
            Operand<TFloat32> product = precision == Precision.BFLOAT16
                    ? BatchedProduct.of(new Forward(graph.scope()), a, a, false)
                    : tf.linalg.matMul(a, a);
            Program<Matrix, Norm> program = Program.define("peak", Matrix.class, Norm.class)
                    .feed("a", a)
                    .fetch("sum", tf.reduceSum(product, tf.constant(new int[] {0, 1})))
                    .build();
            float[] data = new float[PEAK_SIZE * PEAK_SIZE];
            Arrays.fill(data, 1f / PEAK_SIZE);
            Matrix matrix = new Matrix(HostTensor.of(data, PEAK_SIZE, PEAK_SIZE));
            double best = 0;
            try (TrainingSession session = graph.seal(threads);
                    Lanes lanes = new Lanes(threads.runs())) {
                for (int i = 0; i < PEAK_RUNS; i++) {
                    long begin = System.nanoTime();
                    lanes.inOrder(threads.runs(), run -> program.run(session, matrix), (run, sum) -> {});
                    double s = (System.nanoTime() - begin) / 1e9;
                    best = Math.max(best, threads.runs() * program.floatingPointOperations() / s);
                }
            }
            return best;
        }
    }

    /** CPU time of all threads since the process began; NaN where the system does not tell. */
    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                ? os.getProcessCpuTime() / 1e9
                : Double.NaN;
    }

    /** Largest resident memory so far; NaN where the system does not tell. */
    private static double peakRssMegabytes() {
        OptionalLong peak =
                FreeMemory.ofThisMachine().peakOf(ProcessHandle.current().pid());
        return peak.isPresent() ? peak.getAsLong() / (double) (1 << 20) : Double.NaN;
    }
}
