package org.tempera.core.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a benchmark measured. Seconds are of the wall clock.
 *
 * @param startupSeconds from the start of the process to the end of the first denoising step
 * @param startupCpuSeconds the same in CPU time of all threads, the virtual machine's own among them
 * @param seconds by phase (sampling, reward, training, epoch), each one number an epoch
 * @param samplesPerEpoch images of an epoch
 * @param steps denoising steps of an image
 * @param operationsPerEpoch floating-point operations of an epoch's matrix products and convolutions
 * @param peakOperationsPerSecond of a large matrix product on this machine, with the same threads
 * @param peakRssMegabytes largest resident memory of the process, in units of 2^20 bytes; NaN where it cannot be told
 * @param threads threads within an operation
 */
public record BenchmarkResult(
        double startupSeconds,
        double startupCpuSeconds,
        Map<String, List<Double>> seconds,
        int samplesPerEpoch,
        int steps,
        double operationsPerEpoch,
        double peakOperationsPerSecond,
        double peakRssMegabytes,
        int threads) {
    /** Median of a phase over the epochs. */
    public double median(String phase) {
        List<Double> sorted = new ArrayList<>(of(phase));
        sorted.sort(null);
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }

    /** Images of an epoch over its median time. */
    public double imagesPerSecond() {
        return samplesPerEpoch / median("epoch");
    }

    /** Steps of images sampled a second. */
    public double denoisingStepsPerSecond() {
        return (double) samplesPerEpoch * steps / median("sampling");
    }

    /** Share of the measured peak that an epoch's counted operations reach, in [0,1]. */
    public double shareOfPeak() {
        return operationsPerEpoch / median("epoch") / peakOperationsPerSecond;
    }

    /** The result as plain data, for JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("startup_s", startupSeconds);
        map.put("startup_cpu_s", startupCpuSeconds);
        for (String phase : seconds.keySet()) {
            map.put(phase + "_s", Map.of("median", median(phase), "all", of(phase)));
        }
        map.put("images_per_s", imagesPerSecond());
        map.put("denoising_steps_per_s", denoisingStepsPerSecond());
        map.put("operations_per_epoch", operationsPerEpoch);
        map.put("peak_operations_per_s", peakOperationsPerSecond);
        map.put("share_of_peak", shareOfPeak());
        map.put("peak_rss_mb", peakRssMegabytes);
        map.put("threads", threads);
        return map;
    }

    /** The result for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                line("start to first denoising step", "%.1f s, %.1f s of CPU time", startupSeconds, startupCpuSeconds));
        for (String phase : seconds.keySet()) {
            List<Double> all = of(phase);
            double low = all.stream().mapToDouble(d -> d).min().orElse(Double.NaN);
            double high = all.stream().mapToDouble(d -> d).max().orElse(Double.NaN);
            lines.add(line(phase, "%.2f s an epoch (%.2f to %.2f, %d epochs)", median(phase), low, high, all.size()));
        }
        lines.add(line("images", "%.2f a second", imagesPerSecond()));
        lines.add(line("denoising steps", "%.1f a second", denoisingStepsPerSecond()));
        lines.add(line(
                "arithmetic",
                "%.1f GFLOP/s, %.0f %% of the %.1f of a large matrix product",
                operationsPerEpoch / median("epoch") / 1e9,
                100 * shareOfPeak(),
                peakOperationsPerSecond / 1e9));
        lines.add(line("peak memory", "%.0f MB", peakRssMegabytes));
        return lines;
    }

    private List<Double> of(String phase) {
        List<Double> all = seconds.get(phase);
        if (all == null || all.isEmpty()) {
            throw new IllegalStateException("phase '" + phase + "' was not measured, only " + seconds.keySet());
        }
        return all;
    }

    private static String line(String what, String format, Object... numbers) {
        return String.format(Locale.ROOT, "%-30s ", what) + String.format(Locale.ROOT, format, numbers);
    }
}
