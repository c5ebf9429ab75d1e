package org.tempera.graph;

import java.util.Map;
import java.util.regex.Pattern;

/** Which of NVIDIA's GPUs the environment leaves to this process, by {@code CUDA_VISIBLE_DEVICES}. */
public enum VisibleGpus {
    /** It says nothing: all that are there, which may be none. */
    ANY,
    /** It names some: they are asked for. */
    NAMED,
    /** It names none, by {@code -1}, nothing, or a word such as the {@code NoDevFiles} of a batch system. */
    NONE;

    /** The variable's name. */
    public static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    /** By number, or by the identifier of a GPU or of a part of one. */
    private static final Pattern NAME = Pattern.compile("(\\d|GPU-|MIG-).*");

    /** What an environment says. */
    public static VisibleGpus of(Map<String, String> environment) {
        if (!environment.containsKey(VARIABLE)) {
            return ANY;
        }
        return NAME.matcher(environment.getOrDefault(VARIABLE, "").strip()).matches() ? NAMED : NONE;
    }
}
