package org.tempera.runtime.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.base.files.SystemFile;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.ThreadSettings;
import org.tempera.runtime.doctor.Check.Area;
import org.tempera.spi.UserException;

/**
 * What the processor can do, and what TensorFlow makes of it.
 *
 * @param root where the system's files are
 * @param environment the variables of the environment
 */
record ProcessorChecks(Path root, Map<String, String> environment) {
    /** What is of use to products and convolutions, on x86 and on ARM, as {@code /proc/cpuinfo} calls it. */
    private static final List<String> OF_USE = List.of(
            "avx",
            "avx2",
            "fma",
            "avx512f",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "amx_tile",
            "amx_bf16",
            "asimd",
            "asimddp",
            "sve",
            "sve2",
            "bf16",
            "i8mm");

    /** With any of them oneDNN multiplies in bfloat16 faster than in float32. */
    private static final Set<String> OF_BFLOAT16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

    /** Looks at all of it. @param instructions that oneDNN computes with, as far as it tells */
    List<Check> checks(Optional<String> instructions) {
        List<Check> checks = new ArrayList<>();
        checks.add(threads());
        String info = SystemFile.text(root.resolve("proc/cpuinfo"));
        Set<String> flags = words(info, "flags", "Features");
        if (flags.isEmpty()) {
            checks.add(Check.ok(Area.PROCESSOR, "instructions", "this system does not tell (" + architecture() + ")"));
        } else {
            checks.add(instructions(info, flags));
            checks.add(bfloat16(flags));
        }
        checks.add(used(instructions));
        return checks;
    }

    private Check threads() {
        int threads = Runtime.getRuntime().availableProcessors();
        String found = threads + " for Java and TensorFlow (run.threads = 0)";
        try {
            ThreadSettings.forThisMachine().requireAllowed();
            return Check.ok(Area.PROCESSOR, "threads", found);
        } catch (UserException e) {
            return Check.missing(Area.PROCESSOR, "threads", String.valueOf(e.getMessage()), "ulimit -u 4096");
        }
    }

    private Check instructions(String info, Set<String> flags) {
        String model = info.lines()
                .filter(l -> l.startsWith("model name"))
                .map(l -> l.substring(l.indexOf(':') + 1).strip() + ": ")
                .findFirst()
                .orElse("");
        String has =
                model + String.join(" ", OF_USE.stream().filter(flags::contains).toList());
        boolean x86 = info.lines().anyMatch(l -> l.startsWith("flags"));
        if (x86 && !flags.contains("avx")) {
            return Check.missing(
                    Area.PROCESSOR,
                    "instructions",
                    model + "no AVX, which TensorFlow is built for",
                    "take another machine, or a virtual machine that passes its host's processor on");
        }
        if (x86 && !flags.containsAll(List.of("avx2", "fma"))) {
            return Check.warning(
                    Area.PROCESSOR,
                    "instructions",
                    has + "; neither AVX2 nor FMA: some times slower",
                    "on a virtual machine, have its host's processor passed on (QEMU: -cpu host)");
        }
        return Check.ok(Area.PROCESSOR, "instructions", has);
    }

    private Check bfloat16(Set<String> flags) {
        Optional<String> kept = ComputeDevice.withoutBfloat16(environment);
        if (kept.isPresent()) {
            return Check.ok(
                    Area.PROCESSOR, "bfloat16", "refused, as " + kept.get() + " keeps oneDNN from its instructions");
        }
        List<String> has = OF_USE.stream()
                .filter(OF_BFLOAT16::contains)
                .filter(flags::contains)
                .toList();
        return Check.ok(
                Area.PROCESSOR,
                "bfloat16",
                has.isEmpty()
                        ? "no instructions of its own: it would save memory and take longer"
                        : "in hardware (" + String.join(", ", has) + ")");
    }

    private Check used(Optional<String> instructions) {
        String name = "oneDNN";
        if ("0".equals(environment.get("TF_ENABLE_ONEDNN_OPTS"))) {
            return Check.warning(
                    Area.PROCESSOR,
                    name,
                    "TF_ENABLE_ONEDNN_OPTS=0 turns it off: training takes a third longer",
                    "unset TF_ENABLE_ONEDNN_OPTS");
        }
        String capped = ComputeDevice.mostInstructions(environment)
                .map(variable -> ", as " + variable + " has it")
                .orElse("");
        return Check.ok(
                Area.PROCESSOR,
                name,
                instructions.map(i -> "computes with " + i + capped).orElse("does not tell what it computes with"));
    }

    private static String architecture() {
        return System.getProperty("os.name") + ", " + System.getProperty("os.arch");
    }

    /** The words of the first line under one of the names. */
    private static Set<String> words(String info, String... names) {
        return info.lines()
                .filter(l -> List.of(names).contains(l.split(":", 2)[0].strip()) && l.contains(":"))
                .findFirst()
                .map(l -> Set.copyOf(
                        Arrays.asList(l.substring(l.indexOf(':') + 1).strip().split("\\s+"))))
                .orElse(Set.of());
    }
}
