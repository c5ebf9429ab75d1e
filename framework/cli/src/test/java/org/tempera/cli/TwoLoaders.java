package org.tempera.cli;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;

/**
 * A program that loads Tempera twice, as a server does with two web applications or after a redeployment, and trains
 * with both. Its first argument says whether TensorFlow is {@code shared} by a parent loader or loaded by {@code each}.
 */
public final class TwoLoaders {
    private TwoLoaders() {}

    /** Arguments: {@code shared} or {@code each}, the config, a folder for the runs. Prints each training's reward. */
    public static void main(String[] arguments) throws Exception {
        List<URL> all = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            all.add(Path.of(entry).toUri().toURL());
        }
        Predicate<URL> common = arguments[0].equals("shared") ? TwoLoaders::isTensorFlow : url -> false;
        URL[] parents = all.stream().filter(common).toArray(URL[]::new);
        URL[] own = all.stream().filter(common.negate()).toArray(URL[]::new);
        try (URLClassLoader parent = new URLClassLoader(parents, ClassLoader.getPlatformClassLoader())) {
            for (int i = 1; i <= 2; i++) {
                URLClassLoader loader = new URLClassLoader(own, parent);
                Object reward = loader.loadClass(TwoLoaders.class.getName())
                        .getMethod("train", String.class, String.class)
                        .invoke(null, arguments[1], arguments[2] + "/run-" + arguments[0] + i);
                System.out.println("loader " + i + ": reward " + reward);
            }
        }
    }

    private static boolean isTensorFlow(URL jar) {
        return jar.getPath().matches(".*/(tensorflow|ndarray|javacpp|protobuf)[^/]*\\.jar");
    }

    /** Trains as a config says with the class loader that this class is of; gives the last epoch's reward. */
    public static double train(String config, String output) {
        Tempera tempera = Tempera.load(TwoLoaders.class.getClassLoader());
        double[] last = new double[1];
        try (OpenRun run = tempera.start(tempera.config(Path.of(config), List.of("run.output=\"" + output + "\"")))) {
            run.run(progress -> last[0] = progress.reward().orElse(Double.NaN));
        }
        return last[0];
    }
}
