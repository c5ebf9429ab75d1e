package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.tempera.graph.NativeCache;
import org.tempera.testing.CommandProcess;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** What `doctor` says of this machine, where a library cannot be loaded, and where there is none. */
public class DoctorCommandTest {
    private static final String SECOND_OF_TWO =
            "{\"cluster\": {\"worker\": [\"a:1\", \"b:1\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}";

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void thisMachineCanTrain() throws PlainJson.MalformedException {
        command.succeed("doctor", "--json");
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document).containsEntry("well", true).containsEntry("missing", 0L);
        assertThat(document.get("checks").toString())
                .contains(
                        "name=loads, state=ok", "area=java", "area=processor", "area=memory", "area=disk", "area=gpu");
    }

    @Test
    public void neitherAHomeNorLettersAreNeeded() throws Exception {
        assertThat(doctor(
                        0,
                        System.getProperty("java.class.path"),
                        "-Dorg.bytedeco.javacpp.cachedir=" + NativeCache.where().orElseThrow(),
                        "-Duser.home=?",
                        "-Duser.language=tr"))
                .containsPattern("(?m)^ok +tensorflow +loads ")
                .containsPattern("(?m)^ok +disk +library cache ");
    }

    /** The former name is that of the next folder that is looked at; the user's own need not hold the library. */
    @Test
    public void aFolderForTheLibraryThatIsPassedOverIsNamed() throws Exception {
        String cache = NativeCache.where().orElseThrow().toString();
        assertThat(doctor(
                        0,
                        System.getProperty("java.class.path"),
                        "-Dorg.bytedeco.javacpp.cachedir=",
                        "-Dorg.bytedeco.javacpp.cacheDir=" + cache))
                .containsPattern("(?m)^warning +disk +library cache +the system property org.bytedeco.javacpp.cachedir"
                        + " is empty, so that the next folder is taken: " + Pattern.quote(cache) + ", ");
    }

    @Test
    public void aLibraryThatCannotBeLoadedIsOneLine() throws Exception {
        Path cache = Files.writeString(command.file("a-file"), "").resolve("cache");
        String output = doctor(
                2,
                System.getProperty("java.class.path"),
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                // Where JavaCPP goes on to.
                "-Duser.home=" + cache,
                "-Djava.io.tmpdir=" + cache);
        assertThat(output)
                .containsPattern("(?m)^missing +tensorflow +loads +TensorFlow's native library could not be .*a-file")
                .containsPattern("(?m)^missing +disk +library cache .* is no folder")
                .containsPattern("(?m)^missing +disk +temporary folder .* is no folder")
                .containsPattern("(?m)^ok +java +version +")
                .contains("Training cannot run here as it is configured, 3 missing.")
                .doesNotContain("\tat ");
    }

    @Test
    public void aSystemWithoutALibraryIsOneLine() throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(p -> !p.matches(".*tensorflow-core-native-[^/\\\\]*-(linux|macosx|windows)-[^/\\\\]*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        if (classPath.equals(System.getProperty("java.class.path"))) {
            throw new SkipException("the class path is in a jar's manifest");
        }
        assertThat(doctor(2, classPath))
                .containsPattern("(?m)^missing +tensorflow +library +none for this system")
                .containsPattern("(?m)^ok +memory ")
                .containsPattern("(?m)^ok +workers +TF_CONFIG +this is worker 1 ");
    }

    private static String doctor(int code, String classPath, String... options)
            throws IOException, InterruptedException {
        CommandProcess.Ended ended = CommandProcess.of("org.tempera.cli.Main", "doctor")
                .withOptions(options)
                .withClassPath(classPath)
                .withoutEnvironment("HOME", "XDG_CACHE_HOME")
                .withEnvironment(Map.of("LC_ALL", "C", "TF_CONFIG", SECOND_OF_TWO))
                .run();
        assertThat(ended.code()).as(ended.output()).isEqualTo(code);
        return ended.output();
    }
}
