package org.tempera.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.tempera.core.plugin.ModelReaders;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Whose mistake it is what comes out of work that calls plugins, by a plugin in a jar that does as it is told. */
public class PluginGuardTest {
    private static final String TOLD =
            """
            package org.example;
            import java.util.function.Supplier;
            public class Told implements Supplier<Object> {
                public static RuntimeException thrown;
                public static Supplier<Object> called;
                public Object get() {
                    if (thrown != null) { throw new IllegalStateException("told", thrown); }
                    if (called != null) { return called.get(); }
                    return Integer.parseInt("seven");
                }
            }
            """;

    private static final String POLICY =
            """
            package org.example;
            import java.nio.file.Path;
            import java.util.Optional;
            import org.tempera.spi.policy.*;
            public class Unread implements PolicyProvider<Unread.Config> {
                public record Config() {}
                public String name() { return "unread"; }
                public String description() { return "Cannot look at a folder"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return new Config(); }
                public DiffusionPolicy open(Config config) { return null; }
                public boolean reads(Path folder) { throw new UnsupportedOperationException("later"); }
                public DiffusionPolicy openFolder(Path folder, Optional<PolicyProvider.AdapterFile> adapter) { return null; }
            }
            """;

    private Path folder;
    private Path jar;
    private URLClassLoader loader;
    private Class<?> type;

    @BeforeClass
    public void makeJar() throws Exception {
        folder = Files.createTempDirectory("guard");
        jar = PluginJars.tiny(folder, "")
                .source("org.example.Told", TOLD)
                .source("org.example.Unread", POLICY)
                .source(
                        "org.example.Read",
                        "package org.example; public class Read extends Unread { public String name() { return \"read\"; }"
                                + " public boolean reads(java.nio.file.Path folder) { return true; } }")
                .service("org.tempera.spi.policy.PolicyProvider", "org.example.Unread\norg.example.Read")
                .write("told.jar");
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginGuardTest.class.getClassLoader());
        type = loader.loadClass("org.example.Told");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        loader.close();
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @SuppressWarnings("unchecked") // the compiled source says so
    private Supplier<Object> told(RuntimeException thrown, Supplier<Object> called)
            throws ReflectiveOperationException {
        type.getField("thrown").set(null, thrown);
        type.getField("called").set(null, called);
        return (Supplier<Object>) type.getConstructor().newInstance();
    }

    private PluginGuard guard() {
        return new PluginGuard(List.of(
                new PluginGuard.Called("the critic plugin 'own'", PluginGuardTest.class),
                new PluginGuard.Called("the critic plugin 'told'", type)));
    }

    @Test
    public void whatItsOwnCodeThrowsIsItsMistake() throws Exception {
        Supplier<Object> plugin = told(null, null);
        assertThatThrownBy(() -> guard().call(plugin))
                .isInstanceOf(PluginFault.class)
                .hasMessage("the critic plugin 'told' failed: java.lang.NumberFormatException: For input string:"
                        + " \"seven\". It is the plugin's mistake (org.example.Told in " + jar
                        + "): mend it, take another version, or leave it out.");
    }

    @Test
    public void whatFailsBelowItIsNobodysInParticular() throws Exception {
        Supplier<Object> plugin = told(null, () -> HostTensor.of(new float[1], 2));
        assertThatThrownBy(() -> guard().call(plugin))
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the critic plugin 'told' failed: java.lang.IllegalArgumentException: ")
                .hasMessageEndingWith(". This came up while calling the plugin (org.example.Told in " + jar
                        + "), not in its own code: take another version of it, or leave it out.");
    }

    @Test
    public void aMethodThatSomeClassLacksMayBeAnyPlugins() {
        assertThatThrownBy(() -> guard().call(() -> {
                    throw new AbstractMethodError("Receiver class org.example.Old lacks it");
                }))
                .isInstanceOf(PluginFault.class)
                .hasMessageContaining("it was built against another version")
                .hasMessageContaining("while calling the plugin (org.example.Told in " + jar + ")");
    }

    @Test
    public void whatIsThrownWhileNoneIsCalledIsTemperas() {
        IllegalStateException own = new IllegalStateException("own");
        assertThatThrownBy(() -> guard().call(() -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    public void whatAUserCanMendIsThrownOn() throws Exception {
        UserException mend = new UserException("mend it");
        Supplier<Object> plugin = told(null, () -> {
            throw mend;
        });
        assertThatThrownBy(() -> guard().call(plugin)).isSameAs(mend);
        assertThatThrownBy(() -> PluginGuard.call("it fails", type, plugin)).isSameAs(mend);
    }

    @Test
    public void whatWasThrownFirstDecides() throws Exception {
        Supplier<Object> plugin = told(new IllegalStateException("below"), null);
        assertThatThrownBy(() -> PluginGuard.call("it fails", type, plugin))
                .hasMessageStartingWith("it fails: java.lang.IllegalStateException: told (java.lang.IllegalState")
                .hasMessageContaining("while calling the plugin");
    }

    @Test
    public void aPolicyThatCannotLookAtAFolderLeavesItToTheOthers() {
        PluginCatalog catalog = PluginCatalog.load(loader);
        PolicyProvider<?> unread = catalog.policy("unread").orElseThrow();
        PolicyProvider<?> read = catalog.policy("read").orElseThrow();
        assertThatThrownBy(() -> new ModelReaders(List.of(unread)).of(folder))
                .isInstanceOf(PluginFault.class)
                .hasMessageContaining("a policy plugin cannot say whether it reads " + folder)
                .hasMessageContaining("java.lang.UnsupportedOperationException: later. It is the plugin's mistake")
                .hasMessageContaining(jar.toString());
        assertThat(new ModelReaders(List.of(unread, read)).of(folder)).hasValue(read);
    }
}
