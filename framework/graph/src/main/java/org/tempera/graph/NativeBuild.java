package org.tempera.graph;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;

/**
 * Tells builds of TensorFlow's native library apart without loading one: that for GPUs has the version of that for
 * CPUs, but computes with other code.
 */
public final class NativeBuild {
    private static final String FOLDER = "org/tensorflow/internal/c_api/";
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
