package org.tempera.graph;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;

/**
 * Tells builds of TensorFlow's native library apart without loading one: that for GPUs has the version of that for
 * CPUs, but computes with other code.
 */
public final class NativeBuild {
    private static final String FOLDER = "org/tensorflow/internal/c_api/";
    private static final Pattern JAR = Pattern.compile("([^/]+\\.jar)!/");
    private static final List<String> EXTENSIONS = List.of("", "-gpu");
    private static final List<String> LIBRARIES = List.of(
            "libtensorflow_cc.so.2",
            "libtensorflow_framework.so.2",
            "libjnitensorflow.so",
            "libtensorflow_cc.2.dylib",
            "libtensorflow_framework.2.dylib",
            "libjnitensorflow.dylib",
            "tensorflow_cc.dll",
            "jnitensorflow.dll");

    private NativeBuild() {}

    /**
     * A build that the class path has.
     *
     * @param platform as JavaCPP calls it, such as {@code linux-x86_64-gpu}
     * @param jar the file that has it, by its name; empty where it lies in a folder
     * @param folder within the jar
     */
    public record Found(String platform, String jar, String folder) {
        /** Whether it can use NVIDIA's GPUs. */
        public boolean isForGpus() {
            return platform.endsWith("-gpu");
        }
    }

    /** The builds for this system, that first which JavaCPP loads; none where the library is not installed. */
    public static List<Found> all() {
        List<Found> found = new ArrayList<>();
        for (String extension : EXTENSIONS) {
            String platform = Loader.getPlatform() + extension;
            for (String library : LIBRARIES) {
                @Nullable URL url = TensorFlow.class.getClassLoader().getResource(FOLDER + platform + "/" + library);
                if (url != null) {
                    found.add(new Found(platform, jar(url), FOLDER + platform));
                    break;
                }
            }
        }
        Collections.reverse(found);
        return found;
    }

    private static String jar(URL library) {
        Matcher name = JAR.matcher(library.getPath());
        return name.find() ? name.group(1) : "";
    }

    /** Name, size and checksum of each library on the class path; empty where they lie elsewhere. */
    public static String describe() {
        return describe(TensorFlow.class.getClassLoader(), Loader.getPlatform());
    }

    /**
     * The same for one platform.
     *
     * @param classes to look through
     * @param platform as JavaCPP calls it, such as {@code linux-x86_64}
     */
    static String describe(ClassLoader classes, String platform) {
        List<String> found = new ArrayList<>();
        for (String extension : EXTENSIONS) {
            for (String library : LIBRARIES) {
                String name = FOLDER + platform + extension + "/" + library;
                try {
                    for (Enumeration<URL> all = classes.getResources(name); all.hasMoreElements(); ) {
                        found.add(platform + extension + "/" + library + " " + content(all.nextElement()));
                    }
                } catch (IOException e) {
                    found.add(library + " cannot be read");
                }
            }
        }
        return String.join(", ", found);
    }

    /** From the archive's index: the libraries have hundreds of megabytes. */
    private static String content(URL library) throws IOException {
        URLConnection connection = library.openConnection();
        if (connection instanceof JarURLConnection archive) {
            connection.setUseCaches(false);
            try (JarFile file = archive.getJarFile()) {
                JarEntry entry = file.getJarEntry(archive.getEntryName());
                return entry.getSize() + " " + Long.toHexString(entry.getCrc());
            }
        }
        return String.valueOf(connection.getContentLengthLong());
    }
}
