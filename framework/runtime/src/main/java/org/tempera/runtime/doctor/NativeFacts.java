package org.tempera.runtime.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * TensorFlow's native library as the class path has it.
 *
 * @param jar its jar
 * @param platform as JavaCPP calls it, such as {@code linux-x86_64-gpu}
 * @param unpacked the folder that it is unpacked into, which may not be there yet
 */
record NativeFacts(String jar, String platform, Path unpacked) {
    /** Whether it can use NVIDIA's GPUs. */
    boolean isForGpus() {
        return platform.endsWith("-gpu");
    }

    /** The library that opens those of CUDA. */
    Path framework() {
        return unpacked.resolve("libtensorflow_framework.so.2");
    }

    boolean isUnpacked() {
        return Files.isDirectory(unpacked);
    }
}
