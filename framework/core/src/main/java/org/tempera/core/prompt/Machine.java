package org.tempera.core.prompt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells machines apart that round otherwise: a home may be shared by several. */
final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** System, kind of processor, and which devices TensorFlow is allowed, as far as they are told. */
    static String kind() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + " " + processor() + " "
                + Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")).orElse("");
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
