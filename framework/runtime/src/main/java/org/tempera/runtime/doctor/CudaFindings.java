package org.tempera.runtime.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tempera.base.text.ShellWord;
import org.tempera.runtime.doctor.Check.Area;
import org.tempera.runtime.doctor.LibrarySearch.Found;

/**
 * Which of CUDA's libraries TensorFlow would find, with those that they need in turn, and the command that brings what
 * is missing: NVIDIA's wheels of PyPI, linked to where the library's own {@code RUNPATH} has them looked for.
 */
final class CudaFindings {
    private static final Pattern VERSION = Pattern.compile("\\.so\\.(\\d+(?:\\.\\d+)+)$");
    private static final Pattern WHEEL = Pattern.compile("(.+)/nvidia/([a-z_]+)/lib/[^/]+");
    private static final String ENVIRONMENT = "cuda-12.5";

    /** Far more than all of CUDA. */
    private static final int MOST = 100;

    private final LibrarySearch search;
    private final ElfFile asking;
    private final Path unpacked;
    private final List<Check> checks = new ArrayList<>();
    private final Map<String, ElfFile> loaded = new LinkedHashMap<>();
    private final Set<String> requirements = new LinkedHashSet<>();

    /**
     * Begins with nothing found.
     *
     * @param asking TensorFlow's library that opens them
     * @param unpacked the folder that it lies in
     */
    CudaFindings(LibrarySearch search, ElfFile asking, Path unpacked) {
        this.search = search;
        this.asking = asking;
        this.unpacked = unpacked;
    }

    /** A check for each library, in the order that TensorFlow opens them. */
    List<Check> checks() {
        for (CudaLibrary library : CudaLibrary.OF_TENSORFLOW_2_18) {
            open(library.soname());
        }
        ElfFile cudnn = loaded.get("libcudnn.so.9");
        if (cudnn != null) {
            CudaLibrary.PARTS_OF_CUDNN.forEach(part -> openQuietly(part, cudnn));
        }
        String command = command();
        return checks.stream()
                .map(c -> c.remedy().filter(String::isEmpty).isPresent()
                        ? Check.missing(c.area(), c.name(), c.found(), command)
                        : c)
                .toList();
    }

    /** What TensorFlow opens itself has a line in any case. */
    private void open(String name) {
        Found found = search.find(name, asking);
        if (found instanceof Found.At at) {
            Optional<String> version = version(at.file());
            if (name.equals("libcudnn.so.9")
                    && version.filter(CudaFindings::isOldCudnn).isPresent()) {
                lacks(
                        name,
                        "version " + version.get() + " (" + at.file() + ", by " + at.how() + "); TensorFlow asks for "
                                + CudaLibrary.LEAST_CUDNN + " or newer of 9",
                        at.how().equals("LD_LIBRARY_PATH")
                                ? Optional.of("take " + at.file().getParent() + " out of LD_LIBRARY_PATH, or put cuDNN "
                                        + CudaLibrary.LEAST_CUDNN + " there")
                                : Optional.empty());
                return;
            }
            checks.add(
                    Check.ok(Area.GPU, name, version.map(v -> v + ", ").orElse("") + at.file() + ", by " + at.how()));
            loadedWith(name, ElfFile.read(at.file()));
        } else {
            lacks(name, found, asking);
        }
    }

    /** The same without a line where all is well. */
    private void openQuietly(String name, ElfFile by) {
        if (loaded.containsKey(name) || checks.size() > MOST) {
            return;
        }
        Found found = search.find(name, by);
        if (found instanceof Found.At at) {
            loadedWith(name, ElfFile.read(at.file()));
        } else {
            lacks(name, found, by);
        }
    }

    /** What a library needs is loaded with it; a name that is loaded already is not looked for again. */
    private void loadedWith(String name, ElfFile library) {
        loaded.put(name, library);
        Deque<ElfFile> open = new ArrayDeque<>(List.of(library));
        while (!open.isEmpty() && loaded.size() < MOST) {
            ElfFile next = open.pop();
            for (String needed : next.needed()) {
                if (loaded.containsKey(needed) || isChecked(needed)) {
                    continue;
                }
                Found found = search.find(needed, next);
                if (found instanceof Found.At at) {
                    ElfFile read = ElfFile.read(at.file());
                    loaded.put(needed, read);
                    open.push(read);
                } else {
                    lacks(needed, found, next);
                }
            }
        }
    }

    private boolean isChecked(String name) {
        return checks.stream().anyMatch(c -> c.name().equals(name));
    }

    private void lacks(String name, Found found, ElfFile by) {
        String asked = by.equals(asking) ? "" : ", which " + by.file().getFileName() + " needs";
        if (found instanceof Found.Unusable bad) {
            lacks(name, bad.why(), Optional.of("install again what " + bad.file() + " belongs to, or take it away"));
        } else if (found instanceof Found.Elsewhere there) {
            lacks(
                    name,
                    "lies in " + there.file().getParent() + ", where the loader does not look" + asked,
                    Optional.of(there.remedy()));
        } else if (found instanceof Found.PassedOver passed) {
            lacks(name, passed.file() + " " + passed.why() + asked, Optional.empty());
        } else if (found instanceof Found.OtherVersion others) {
            lacks(
                    name,
                    "other versions only: "
                            + String.join(
                                    ", ",
                                    others.files().stream().map(Path::toString).toList()) + asked,
                    Optional.empty());
        } else {
            lacks(name, "not found" + asked, Optional.empty());
        }
    }

    private void lacks(String name, String what, Optional<String> remedy) {
        Optional<CudaLibrary> known = known(name);
        String purpose = known.map(k -> " (" + k.purpose() + ")").orElse("");
        if (remedy.isPresent()) {
            checks.add(Check.missing(Area.GPU, name, what + purpose, remedy.get()));
        } else if (known.isPresent()) {
            requirements.add(known.get().requirement());
            checks.add(Check.missing(Area.GPU, name, what + purpose, "")); // the command, once all of it is known
        } else {
            checks.add(Check.missing(Area.GPU, name, what, "install the system's package that has " + name));
        }
    }

    /** The library that a name belongs to, of any version. */
    private static Optional<CudaLibrary> known(String name) {
        String stem = name.replaceAll("\\.so.*", "").replaceAll("^libcudnn_.*", "libcudnn");
        return Stream.concat(CudaLibrary.OF_TENSORFLOW_2_18.stream(), CudaLibrary.BELOW.stream())
                .filter(l -> l.soname().startsWith(stem + ".so"))
                .findFirst();
    }

    /**
     * Brings what is missing into a virtual environment beside the folder of TensorFlow's library, and links it to
     * where that has it looked for. Wheels that are there already stay.
     */
    private String command() {
        if (requirements.stream().anyMatch(r -> r.contains("cusolver") || r.contains("cusparse"))) {
            CudaLibrary.BELOW.forEach(l -> requirements.add(l.requirement()));
        }
        Path folder = unpacked.toAbsolutePath().getParent();
        return "(cd " + ShellWord.of(String.valueOf(folder)) + " && python3 -m venv " + ENVIRONMENT + " && "
                + ENVIRONMENT
                + "/bin/pip install --no-deps " + String.join(" ", requirements) + " && ln -sfn " + ENVIRONMENT
                + "/lib/python3*/site-packages/nvidia nvidia)";
    }

    /** Of the file that a link leads to, or of the wheel that it lies in: {@code SITE/nvidia/PART/lib/FILE}. */
    static Optional<String> version(Path file) {
        try {
            Path real = file.toRealPath();
            Matcher name = VERSION.matcher(real.toString());
            if (name.find()) {
                return Optional.of(name.group(1));
            }
            Matcher wheel = WHEEL.matcher(real.toString().replace('\\', '/'));
            return wheel.matches() ? ofWheel(Path.of(wheel.group(1)), wheel.group(2)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ofWheel(Path site, String part) {
        String begin = "nvidia_" + part + "_cu12-";
        String end = ".dist-info";
        return LibrarySearch.named(site, begin + "*" + end).stream()
                .map(info -> info.getFileName().toString())
                .map(info -> info.substring(begin.length(), info.length() - end.length()))
                .findFirst();
    }

    private static boolean isOldCudnn(String version) {
        String[] numbers = version.split("\\.");
        return numbers.length > 1
                && numbers[0].equals("9")
                && numbers[1].length() < 4
                && Integer.parseInt(numbers[1]) < 3;
    }
}
