package org.tempera.base;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The variables of the environment that change TensorFlow's numbers, devices or speed: one list for all who ask. */
public final class NumericEnvironment {
    private static final List<String> NAMES = List.of(
            "CUDA_VISIBLE_DEVICES",
            "DNNL_DEFAULT_FPMATH_MODE",
            "DNNL_MAX_CPU_ISA",
            "KMP_AFFINITY",
            "NVIDIA_TF32_OVERRIDE",
            "OMP_NUM_THREADS",
            "ONEDNN_DEFAULT_FPMATH_MODE",
            "ONEDNN_MAX_CPU_ISA",
            "TF_CPU_DETERMINISTIC",
            "TF_CUDNN_DETERMINISTIC",
            "TF_DETERMINISTIC_OPS",
            "TF_ENABLE_ONEDNN_OPTS",
            "TF_NUM_INTEROP_THREADS",
            "TF_NUM_INTRAOP_THREADS",
            "TF_SET_ONEDNN_FPMATH_MODE",
            "TF_XLA_FLAGS",
            "XLA_FLAGS");

    /** What says where a process computes, and not what. */
    private static final Set<String> PLACES = Set.of("CUDA_VISIBLE_DEVICES", "KMP_AFFINITY");

    private NumericEnvironment() {}

    /** Those that this process was given, with their values. */
    public static SortedMap<String, String> current() {
        return of(System.getenv());
    }

    /** Those that an environment has, with their values. */
    public static SortedMap<String, String> of(Map<String, String> environment) {
        SortedMap<String, String> set = new TreeMap<>(environment);
        set.keySet().retainAll(NAMES);
        return set;
    }

    /** Those that must be alike for processes to compute the same: all but which device or core each takes. */
    public static SortedMap<String, String> alike(Map<String, String> environment) {
        SortedMap<String, String> set = of(environment);
        set.keySet().removeAll(PLACES);
        return set;
    }
}
