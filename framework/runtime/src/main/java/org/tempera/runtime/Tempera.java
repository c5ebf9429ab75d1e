package org.tempera.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.core.run.RunFolder;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.PluginCatalog;

/**
 * Everything that the command line does, for programs.
 *
 * <pre>{@code
 * Tempera tempera = Tempera.load(MyApp.class.getClassLoader());
 * try (OpenRun run = tempera.start(tempera.config(Path.of("run.conf"), List.of("run.seed=7")))) {
 *     RunOutcome outcome = run.run(progress -> System.out.println(progress));
 * }
 * }</pre>
 *
 * <p>Holds no state besides the plugins that were found; several runs may live in one JVM, each in its own folder.
 */
public final class Tempera {
    private final PluginCatalog plugins;

    private Tempera(PluginCatalog plugins) {
        this.plugins = plugins;
    }

    /**
     * Finds the plugins that a class loader sees.
     *
     * @throws org.tempera.spi.UserException with everything that is wrong with them
     */
    public static Tempera load(ClassLoader loader) {
        return new Tempera(PluginCatalog.load(loader));
    }

    /** The plugins that were found. */
    public PluginCatalog plugins() {
        return plugins;
    }

    /**
     * Reads a config file with overrides such as {@code run.seed=7}.
     *
     * @throws org.tempera.runtime.config.ConfigProblems with every problem
     */
    public RunConfig config(Path file, List<String> overrides) {
        return RunConfig.load(file, overrides, plugins);
    }

    /**
     * Builds a new run.
     *
     * @throws org.tempera.spi.UserException if the folder is in use or holds a run, a plugin's files cannot be used, or
     *     the parts do not fit together
     */
    public OpenRun start(RunConfig config) {
        return OpenRun.start(config, plugins);
    }

    /**
     * Builds a run that goes on from the newest checkpoint of its folder, wherever that lies now.
     *
     * @param overrides such as {@code run.epochs=200}; they are kept in the folder's config
     * @throws org.tempera.spi.UserException as {@link #start}, or if the checkpoint cannot be used
     */
    public OpenRun resume(Path runFolder, List<String> overrides) {
        RunFolder.requireRun(runFolder);
        List<String> all = new ArrayList<>(overrides);
        all.add("run.output=\""
                + runFolder.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        RunConfig config = config(runFolder.resolve("config.conf"), all);
        return OpenRun.resume(config, runFolder, !overrides.isEmpty());
    }
}
