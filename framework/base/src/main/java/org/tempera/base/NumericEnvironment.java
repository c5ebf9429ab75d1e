package org.tempera.base;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The variables of the environment that change TensorFlow's numbers, devices or speed: one list for all who ask. */
public final class NumericEnvironment {
    /** What TensorFlow clusters for XLA; what it has XLA do, which may name paths, changes nothing without. */
    private static final String CLUSTERS = "TF_XLA_FLAGS";

    private static final String OF_CLUSTERS = "XLA_FLAGS";

    /** Those that change numbers. */
    private static final Set<String> NUMBERS = Set.of(
            "DNNL_DEFAULT_FPMATH_MODE",
            "DNNL_MAX_CPU_ISA",
            "NVIDIA_TF32_OVERRIDE",
            "ONEDNN_DEFAULT_FPMATH_MODE",
            "ONEDNN_MAX_CPU_ISA",
            "TF_CPU_DETERMINISTIC",
            "TF_CUDNN_DETERMINISTIC",
            "TF_DETERMINISTIC_OPS",
            "TF_ENABLE_ONEDNN_OPTS",
            "TF_SET_ONEDNN_FPMATH_MODE",
            CLUSTERS,
            OF_CLUSTERS);

    /** Those that say where or how fast a process computes. A run's own threads go before those of the environment. */
    private static final Set<String> PLACES_AND_SPEED = Set.of(
            "CUDA_VISIBLE_DEVICES",
            "KMP_AFFINITY",
            "OMP_NUM_THREADS",
            "TF_NUM_INTEROP_THREADS",
            "TF_NUM_INTRAOP_THREADS");

    private NumericEnvironment() {}

    /** Those that this process was given, with their values. */
    public static SortedMap<String, String> current() {
        return of(System.getenv());
    }

    /** Those that an environment has, with their values. */
    public static SortedMap<String, String> of(Map<String, String> environment) {
        SortedMap<String, String> set = new TreeMap<>(environment);
        set.keySet().removeIf(name -> !NUMBERS.contains(name) && !PLACES_AND_SPEED.contains(name));
        return set;
    }

    /** Those that must be alike for processes to compute the same: all that change numbers. */
    public static SortedMap<String, String> alike(Map<String, String> environment) {
        SortedMap<String, String> set = of(environment);
        set.keySet().retainAll(NUMBERS);
        if (!set.containsKey(CLUSTERS)) {
            set.remove(OF_CLUSTERS);
        }
        return set;
    }
}
