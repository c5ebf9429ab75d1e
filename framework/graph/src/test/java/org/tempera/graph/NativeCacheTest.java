package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NativeCacheTest {
    private static final String OUTER = "no jnitensorflow in java.library.path: /usr/lib";

    /**
     * What was said under a full disk, one mounted noexec, and one without locks; and in a container without a library.
     */
    @DataProvider
    public Object[][] said() {
        return new Object[][] {
            {List.of("java.io.IOException: No space left on device"), "there is no room: "},
            {List.of("java.io.IOException: No locks available", "No locks available"), "has no file locks"},
            {List.of(OUTER, "/c/libjnitensorflow.so: failed to map segment from shared object"), "noexec"},
            {
                List.of(OUTER, "/c/libjnitensorflow.so: libgomp.so.1: cannot open shared object file: No such file"),
                "the system's library libgomp.so.1 is missing"
            },
            {List.of("Could not create the cache: Set the property"), "the folder cannot be written"},
            {List.of(OUTER), "there is none for this system"},
            {List.of(OUTER, "/lib/libm.so.6: version `GLIBC_2.99' not found"), "GLIBC_2.99' not found"},
        };
    }

    @Test
    public void aFolderThatIsPassedOverIsTold() throws IOException {
        Path folder = Files.createTempDirectory("taken");
        File taken = folder.toFile();
        File file = Files.createFile(folder.resolve("file")).toFile();
        try {
            assertThat(passedOver(folder + "/../" + taken.getName(), taken)).isEmpty();
            assertThat(passedOver(file + "/cache", taken))
                    .contains(file + "/cache cannot be made, so that the next folder is taken");
            assertThat(passedOver("", taken))
                    .contains("the system property org.bytedeco.javacpp.cachedir is empty, so that the next folder is"
                            + " taken");
            assertThat(passedOver("no\0path", taken))
                    .contains("no\0path cannot be made, so that the next folder is taken");
            assertThat(passedOver(file.toString(), taken))
                    .as("which root may write, and nobody enter")
                    .contains(file + " cannot be entered, so that the next folder is taken");
            Properties former = new Properties();
            former.setProperty("user.home", file.toString());
            assertThat(NativeCache.passedOver(former, taken))
                    .contains(file + "/.javacpp/cache cannot be made, so that the next folder is taken");
            former.setProperty("org.bytedeco.javacpp.cacheDir", "");
            assertThat(NativeCache.passedOver(former, taken))
                    .as("by its name of before")
                    .contains("the system property org.bytedeco.javacpp.cacheDir is empty, so that the next folder is"
                            + " taken");
        } finally {
            Files.delete(file.toPath());
            Files.delete(folder);
        }
    }

    private static Optional<String> passedOver(String chosen, File taken) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("org.bytedeco.javacpp.cachedir", chosen);
        return NativeCache.passedOver(properties, taken);
    }

    @Test
    public void whatNamesNoFolderIsNone() {
        assertThat(NativeCache.chosen("")).isEmpty();
        assertThat(NativeCache.chosen("no\0path")).isEmpty();
        assertThat(NativeCache.chosen("a")).contains(Path.of("a"));
    }

    @Test(dataProvider = "said")
    public void saysWhatWentWrong(List<String> texts, String expected) {
        assertThat(NativeCache.reason(texts, Optional.of(Path.of("no/such/folder")), Optional.empty()))
                .contains(expected)
                .doesNotContain("ulimit")
                .endsWith(".");
    }

    /** The dynamic loader says the same of both. */
    @Test
    public void namesALimitOfAddressesBesideNoexec() {
        List<String> texts = List.of(OUTER, "/c/libjnitensorflow.so: failed to map segment from shared object");
        assertThat(NativeCache.reason(texts, Optional.empty(), Optional.of(4394L)))
                .startsWith("the process may have 4394 MB of addresses, too few for it; lift the limit (ulimit -v")
                .endsWith(
                        "If that does not help, the file system is mounted so that nothing in it can be executed (noexec).");
    }

    @Test
    public void namesFolderAndOption() {
        assertThat(NativeCache.failure(new UnsatisfiedLinkError(OUTER)))
                .hasMessageContaining("TensorFlow's native library could not be")
                .hasMessageContaining("the system property org.bytedeco.javacpp.cachedir.");
    }

    @Test
    public void aUserWithoutHomeHasOneFolder() throws IOException {
        Path folder = Files.createTempDirectory("native-cache");
        Path file = Files.writeString(folder.resolve("file"), "");
        Path home = Files.createDirectory(folder.resolve("home"));
        try {
            assertThat(NativeCache.ofUserWithoutHome(Map.of("HOME", home.toString()), folder))
                    .isEqualTo(home.resolve(".cache/javacpp"));
            assertThat(NativeCache.ofUserWithoutHome(
                            Map.of(
                                    "HOME",
                                    home.toString(),
                                    "XDG_CACHE_HOME",
                                    home.resolve("c").toString()),
                            folder))
                    .isEqualTo(home.resolve("c/javacpp"));
            Path own = NativeCache.ofUserWithoutHome(Map.of("HOME", file.toString(), "XDG_CACHE_HOME", "?"), folder);
            assertThat(own.getParent()).isEqualTo(folder);
            assertThat(own.getFileName().toString()).startsWith("tempera-javacpp");
            assertThat(NativeCache.ofUserWithoutHome(Map.of(), folder)).isEqualTo(own);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    /** In the process's own zone the time of a file in the jar, and with it what is unpacked, would depend on that. */
    @Test
    public void loadsInOneTimeZoneAndPutsTheProcessesOwnBack() {
        TimeZone before = TimeZone.getDefault();
        TimeZone own = TimeZone.getTimeZone("Asia/Kathmandu");
        TimeZone.setDefault(own);
        try {
            AtomicBoolean loaded = new AtomicBoolean();
            assertThatThrownBy(() -> NativeCache.loading(loaded, () -> {
                        throw new UnsatisfiedLinkError("no library");
                    }))
                    .isInstanceOf(UnsatisfiedLinkError.class);
            assertThat(TimeZone.getDefault()).isEqualTo(own);
            assertThat(NativeCache.loading(loaded, NativeCacheTest::offset)).isZero();
            assertThat(TimeZone.getDefault()).isEqualTo(own);
            assertThat(NativeCache.loading(loaded, NativeCacheTest::offset))
                    .as("once it is loaded the zone is nobody's to change")
                    .isEqualTo(own.getRawOffset());
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static int offset() {
        return TimeZone.getDefault().getRawOffset();
    }
}
