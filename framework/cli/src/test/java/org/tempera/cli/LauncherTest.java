package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The script {@code tempera}, around a Java that only says how it was called and a Maven that builds nothing. */
public class LauncherTest {
    private static final String JAVA =
            """
            #!/bin/sh
            echo "LC_ALL=${LC_ALL:-}"
            echo "log $TF_CPP_MIN_LOG_LEVEL"
            for argument; do echo "$argument"; done
            """;

    /** A system where C.UTF-8 is installed and nothing else, on whatever machine the test runs. */
    private static final String LOCALE =
            """
            #!/bin/sh
            case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
                C.UTF-8) echo UTF-8 ;;
                C | POSIX) echo ANSI_X3.4-1968 ;;
                *)
                    echo "locale: Cannot set LC_CTYPE to default locale: No such file or directory" >&2
                    echo ANSI_X3.4-1968
                    ;;
            esac
            """;

    private static final String UNAME = """
            #!/bin/sh
            echo Linux
            """;

    private static final String LOCK = "framework/distribution/.building";

    private final CommandRunner command = new CommandRunner();
    private Path distribution = Path.of("");

    @BeforeClass
    public void makeDistribution() throws IOException {
        if (File.separatorChar == '\\') {
            throw new SkipException("a script of sh");
        }
        distribution = Files.createDirectories(command.file("distribution"));
        script(distribution.resolve("bin/tempera"), Files.readString(Path.of("../../tempera")));
        Files.createDirectories(distribution.resolve("lib"));
        script(distribution.resolve("bin/bin/locale"), LOCALE);
        script(distribution.resolve("bin/bin/uname"), UNAME);
        script(command.file("jdk/bin/java"), JAVA);
        Files.writeString(command.file("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] localesWithoutLetters() {
        return new Object[][] {
            {Map.of("LC_ALL", "C")},
            {Map.of("LC_ALL", "POSIX")},
            {Map.of("LANG", "xx_XX.UTF-8")},
            {Map.of("LC_ALL", "xx_XX.ISO-8859-1")},
            {Map.of("LC_ALL", "C.UTF-8", "LC_CTYPE", "xx_XX")},
            {Map.of()},
        };
    }

    @Test(dataProvider = "localesWithoutLetters")
    public void lettersAreUtf8WhereTheLocaleHasNone(Map<String, String> locale) throws Exception {
        Ended run = run(distribution.resolve("bin/tempera"), locale, "--prompt", "a caf\u00e9");
        assertThat(run.code()).as(run.output()).isEqualTo(0);
        assertThat(run.output())
                .containsPattern("(?m)^LC_ALL=\\S+[uU][tT][fF]-?8$")
                .contains("a caf\u00e9");
    }

    @Test
    public void aLocaleThatHasLettersStays() throws Exception {
        assertThat(run(distribution.resolve("bin/tempera"), Map.of("LANG", "C.UTF-8"), "x")
                        .output())
                .contains("LC_ALL=\n");
    }

    @Test
    public void whatTakesLongIsCompiledWell() throws Exception {
        for (String command : List.of("sample", "evaluate", "score", "convert", "fit-preference")) {
            assertThat(run(distribution.resolve("bin/tempera"), Map.of(), command)
                            .output())
                    .as(command)
                    .contains("-XX:TieredStopAtLevel=4\n");
        }
        assertThat(run(distribution.resolve("bin/tempera"), Map.of(), "init").output())
                .contains("-XX:TieredStopAtLevel=1\n");
    }

    @Test
    public void tensorFlowIsSilentWhereWorkersNameTheOneThatIsLost() throws Exception {
        Path tempera = distribution.resolve("bin/tempera");
        Map<String, String> cluster = Map.of("TF_CONFIG", "{}");
        assertThat(run(tempera, Map.of(), "train", "run.conf", "--local-workers", "2")
                        .output())
                .contains("log 3\n");
        assertThat(run(tempera, Map.of(), "train", "run.conf", "run.cluster.index=1")
                        .output())
                .contains("log 3\n");
        assertThat(run(tempera, cluster, "train", "run.conf").output()).contains("log 3\n");
        assertThat(run(tempera, cluster, "sample", "run.conf").output()).contains("log 2\n");
        assertThat(run(tempera, Map.of("TF_CONFIG", ""), "train", "run.conf").output())
                .contains("log 2\n");
        assertThat(run(tempera, Map.of("TF_CPP_MIN_LOG_LEVEL", "0"), "train", "--local-workers=2")
                        .output())
                .contains("log 0\n");
    }

    @DataProvider
    public Object[][] heaps() {
        return new Object[][] {
            {"", true},
            {"-Dx=-Xmx8g", true},
            {"-Xmx8g -Dx=k", false},
            {"-Dx=y -Xmx480m", false},
            {"-Dx=y\n-Xmx47m", false},
            {"-Xmx9000k", false},
            {"-Xmx25000000", false},
            {"-XX:MaxHeapSize=24m", false},
        };
    }

    @Test(dataProvider = "heaps")
    public void aHeapBeginsAsItLikesWhereItsMostIsGiven(String options, boolean begins) throws Exception {
        String arguments = run(distribution.resolve("bin/tempera"), Map.of("TEMPERA_JAVA_OPTS", options), "x")
                .output();
        assertThat(arguments.contains("\n-Xms48m\n")).as(arguments).isEqualTo(begins);
        assertThat(arguments).doesNotContain("-Xms2m");
    }

    @DataProvider
    public Object[][] optionsThatJavaDoesNotTake() {
        return new Object[][] {
            {"-Xmx10q", "Invalid maximum heap size: -Xmx10q. "},
            {"-Dx=y --bogus", "Unrecognized option: --bogus. "},
            {"-Xmx 8g", "Invalid maximum heap size: -Xmx. "},
            {"8g", "Could not find or load main class 8g. "},
        };
    }

    @Test(dataProvider = "optionsThatJavaDoesNotTake")
    public void optionsThatJavaDoesNotTakeAreAMistakeOfTheirVariable(String options, String why) throws Exception {
        Ended run = run(
                distribution.resolve("bin/tempera"),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "TEMPERA_JAVA_OPTS", options),
                "help");
        assertThat(run.code()).as(run.output()).isEqualTo(2);
        assertThat(run.output())
                .isEqualTo("tempera: Java does not take the options in TEMPERA_JAVA_OPTS: " + why
                        + "Mend them, or unset TEMPERA_JAVA_OPTS.\n");
    }

    @DataProvider
    public Object[][] whatJavaIsAsked() {
        return new Object[][] {
            {"", ""},
            {" ", ""},
            {"-Xmx8g", "-Xmx8g"},
            {
                "-XX:MaxRAMPercentage=50 -XX:-UseSerialGC -XX:+UseG1GC",
                "-XX:MaxRAMPercentage=50 -XX:-UseSerialGC -XX:+UseG1GC"
            },
            {"-XX:+UnlockExperimentalVMOptions --bogus 8g", "-XX:+UnlockExperimentalVMOptions --bogus 8g"},
            {"-agentlib:jdwp=suspend=y", ""},
            {"-javaagent:profiler.jar -Xrunhprof", ""},
            {"-Dcom.sun.management.jmxremote.port=7091 -Xss2m", "-Xss2m"},
            {"-Xlog:gc:gc.log -Xloggc:gc.log -Xlog:gc:file=gc.log", ""},
            {"-XX:ArchiveClassesAtExit=MaxSize -XX:+AutoCreateSharedArchive -Xshare:dump", ""},
            {"-XX:StartFlightRecording=filename=a.jfr -XX:+FlightRecorder @options", ""},
            {"-Xmx8g @options", ""},
            {"-XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30", ""},
        };
    }

    /** The question would open a port, wait for a debugger or write a file; and who gives no options pays nothing. */
    @Test(dataProvider = "whatJavaIsAsked")
    public void javaIsAskedOnlyAboutWhatDoesNothing(String options, String about) throws Exception {
        Path asked = command.file("questions");
        Files.deleteIfExists(asked);
        Path jdk = command.file("questioned");
        script(
                jdk.resolve("bin/java"),
                """
                #!/bin/sh
                for last; do :; done
                if [ "$last" = --version ]; then
                    echo "${JAVA_TOOL_OPTIONS:-}$*" >> '%s'
                else
                    echo "called with $*"
                fi
                """
                        .formatted(asked));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                jdk.toString(),
                "TEMPERA_JAVA_OPTS",
                options,
                "JAVA_TOOL_OPTIONS",
                "-agentlib:jdwp=suspend=y");
        Ended run = run(distribution.resolve("bin/tempera"), environment, "help");
        assertThat(run.output()).startsWith("called with").contains(options.strip());
        if (about.isEmpty()) {
            assertThat(asked).doesNotExist();
        } else {
            assertThat(Files.readAllLines(asked))
                    .singleElement()
                    .asString()
                    .startsWith("-XX:-UsePerfData -XX:TieredStopAtLevel=1 ")
                    .endsWith(" -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 " + about + " --dry-run --version");
        }
    }

    /** Of options that are not asked about some decide whether others are taken; Java knows all of them. */
    @Test
    public void whatJavaTakesByOptionsOfItsOwnVariablesIsNotRefused() throws Exception {
        String experimental = "-XX:-UseSerialGC -XX:+UseEpsilonGC";
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "TEMPERA_JAVA_OPTS", experimental);
        Map<String, String> unlocked = new HashMap<>(environment);
        unlocked.put("JDK_JAVA_OPTIONS", "-XX:+UnlockExperimentalVMOptions");
        assertThat(run(distribution.resolve("bin/tempera"), unlocked, "help").output())
                .contains("Could not find or load main class org.tempera.cli.Main") // there is no jar
                .doesNotContain("tempera: ");
        assertThat(run(distribution.resolve("bin/tempera"), environment, "help").output())
                .startsWith("tempera: Java does not take the options in TEMPERA_JAVA_OPTS: ")
                .as("it ends its own sentence with a full stop")
                .doesNotContain("..");
    }

    /** Nothing here runs the one for Windows: what both say and set is compared as text. */
    @Test
    public void theLauncherForWindowsSaysAndSetsTheSame() throws IOException {
        String unix = Files.readString(Path.of("../../tempera"));
        String windows = Files.readString(Path.of("../../tempera.cmd"));
        assertThat(windows.replace("\r\n", ""))
                .as("cmd misses labels otherwise")
                .doesNotContain("\n");
        List<String> both = List.of(
                "Set it to a JDK 17 or newer, or unset it.",
                "tempera: no Java found. Install a JDK 17 or newer, and put it on the PATH or set JAVA_HOME.",
                "does not say its version; is it a JDK?",
                "tempera: Java 17 or newer is needed, but ",
                "Set JAVA_HOME to a newer JDK.",
                "tempera: Java cannot load from a folder with a ",
                "has one. Move this folder, or call it by another path.",
                "tempera: this checkout is not built yet, and there is no mvn on the PATH. Install Maven 3.8.6 or newer.",
                "building Tempera (first use): some minutes, and more where Maven has yet to load 350 MB of libraries ...",
                "tempera: the build failed; ",
                "By hand: mvn -DskipTests package, in ",
                "tempera: no lib folder in or beside ",
                ": this distribution is not complete.",
                "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
        assertThat(unix.replace("fail \"", "tempera: ")).contains(both);
        assertThat(windows).contains(both);
        assertThat(all(unix, "flags=\"(.*)\"").flatMap(all -> Stream.of(all.split(" "))))
                .filteredOn(flag -> !flag.contains("$"))
                .hasSizeGreaterThan(3)
                .allMatch(windows::contains);
        assertThat(all(unix, "export (\\w+=\"\\$\\{\\w+:-\\d\\}\")"))
                .hasSize(2)
                .map(set -> set.replaceAll("=.*:-(\\d).*", "=$1"))
                .allMatch(set -> windows.contains("set \"" + set + "\""));
        assertThat(all(unix, "(.*)\\) level=4")
                        .flatMap(all -> Stream.of(all.strip().split(" \\| "))))
                .hasSizeGreaterThan(3)
                .allMatch(name -> windows.contains("if \"%~1\"==\"" + name + "\" set \"LEVEL=4\""));
        assertThat(all(windows, "exit /b (.*)\r")).containsOnly("2", "%ERRORLEVEL%");
    }

    private static Stream<String> all(String text, String expression) {
        return Pattern.compile(expression).matcher(text).results().map(found -> found.group(1));
    }

    @Test
    public void aFolderThatIsGoneIsAMessage() throws Exception {
        Path wrapper = command.file("gone.sh");
        script(
                wrapper,
                """
                mkdir "$0.gone" && cd "$0.gone" && rmdir "$0.gone" && exec sh '%s' x
                """
                        .formatted(distribution.resolve("bin/tempera").toAbsolutePath()));
        Ended run = run(wrapper.toAbsolutePath(), Map.of());
        assertThat(run.code()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("tempera: the folder that this was called in is gone.");
    }

    @Test
    public void aLockThatABuildLeftBehindIsRemoved() throws Exception {
        Path checkout = checkout("left");
        Path lock = Files.createDirectories(checkout.resolve(LOCK));
        Files.writeString(lock.resolve("pid"), "2000000000@" + hostName() + " 1\n");
        Ended run = run(checkout.resolve("tempera"), Map.of(), "x");
        assertThat(run.code()).as(run.output()).isEqualTo(0);
        assertThat(lock).doesNotExist();
    }

    /** Whose lock it is by then, only one that looks again while no other removes it can know. */
    @Test
    public void aLockThatAnotherIsRemovingIsLeftToIt() throws Exception {
        Path checkout = checkout("removing");
        Path lock = Files.createDirectories(checkout.resolve(LOCK));
        Files.writeString(lock.resolve("pid"), "2000000000@" + hostName() + " 1\n");
        Path removing = Files.createDirectories(checkout.resolve(LOCK + ".left"));
        Process process = start(checkout.resolve("tempera"), Map.of(), "x");
        try {
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();
            assertThat(lock.resolve("pid")).exists();
            Files.delete(removing);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(0);
            assertThat(lock).doesNotExist();
            assertThat(removing).doesNotExist();
        } finally {
            process.destroy();
        }
    }

    @Test
    public void theNumberOfAnotherProgramHoldsNoLock() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Path checkout = checkout("reused");
            Path lock = Files.createDirectories(checkout.resolve(LOCK));
            Files.writeString(lock.resolve("pid"), other.pid() + "@" + hostName() + " 1\n");
            Ended run = run(checkout.resolve("tempera"), Map.of(), "x");
            assertThat(run.code()).as(run.output()).isEqualTo(0);
        } finally {
            other.destroy();
        }
    }

    @Test
    public void saysForWhomItWaits() throws Exception {
        Path checkout = checkout("waiting");
        Path lock = Files.createDirectories(checkout.resolve(LOCK));
        Files.writeString(lock.resolve("pid"), "17@another-host 1\n");
        Process process = start(checkout.resolve("tempera"), Map.of(), "x");
        try {
            byte[] said = new byte[200];
            int length = process.getInputStream().read(said);
            assertThat(new String(said, 0, length, StandardCharsets.UTF_8))
                    .contains("waiting for the build by 17@another-host", ".building");
            Files.delete(lock.resolve("pid"));
            Files.delete(lock);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(0);
        } finally {
            process.destroy();
        }
    }

    @Test
    public void aCheckoutThatCannotBeWrittenIsAMessage() throws Exception {
        Path checkout = checkout("read-only");
        // A file in the way of the lock: root may write to every folder.
        Files.writeString(checkout.resolve(LOCK), "");
        Ended run = run(checkout.resolve("tempera"), Map.of(), "x");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.output()).contains("tempera: this checkout is not built").contains("framework/distribution");
    }

    @Test
    public void saysWhatAFirstBuildTakes() throws Exception {
        Path checkout = checkout("first");
        script(checkout.resolve("bin/mvn"), "#!/bin/sh\necho '[INFO] Building Tempera Base 0.1 [2/9]'\n");
        Ended run = run(checkout.resolve("tempera"), Map.of(), "x");
        assertThat(run.code()).as(run.output()).isEqualTo(0);
        assertThat(run.output())
                .startsWith("building Tempera (first use): some minutes, and more where Maven has yet to load 350 MB")
                .as("nobody watches")
                .doesNotContain("\r", "Base");
        assertThat(checkout.resolve("framework/distribution/target/build.log"))
                .hasContent("[INFO] Building Tempera Base 0.1 [2/9]");
    }

    @Test
    public void aBuildThatFailsSaysWhereItsLogIs() throws Exception {
        Path checkout = checkout("failing");
        script(checkout.resolve("bin/mvn"), "#!/bin/sh\necho '[INFO] much'\necho '[ERROR] no such host'\nexit 1\n");
        Ended run = run(checkout.resolve("tempera"), Map.of(), "x");
        assertThat(run.code()).as(run.output()).isEqualTo(2);
        assertThat(run.output())
                .contains(
                        "[ERROR] no such host\n",
                        "the build failed; its log is ",
                        "distribution/target/build.log. By hand:")
                .doesNotContain("much");
        assertThat(checkout.resolve(LOCK)).doesNotExist();
    }

    @Test
    public void aFolderWhoseJarsJavaCannotLoadIsAMessage() throws Exception {
        Path colon = Files.createDirectories(command.file("2026-11-29T10:30"));
        script(colon.resolve("bin/tempera"), Files.readString(Path.of("../../tempera")));
        Files.createDirectories(colon.resolve("lib"));
        Ended run = run(colon.resolve("bin/tempera"), Map.of(), "x");
        assertThat(run.code()).isEqualTo(2);
        String why = "tempera: Java cannot load from a folder with a colon in its path, and ";
        assertThat(run.output()).startsWith(why);
        Path checkout = checkout("first:use");
        assertThat(run(checkout.resolve("tempera"), Map.of(), "x").output())
                .as("before it is built")
                .startsWith(why);
        assertThat(checkout.resolve("framework/distribution/target/build.log")).doesNotExist();
    }

    @Test
    public void aLauncherThatIsAskedToEndTakesMavenAlong() throws Exception {
        Path checkout = slowCheckout("asked");
        Process process = start(checkout.resolve("tempera"), Map.of(), "x");
        ProcessHandle maven = maven(checkout);
        process.destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(maven.isAlive()).isFalse();
        assertThat(checkout.resolve(LOCK)).doesNotExist();
    }

    @Test
    public void aBuildWhoseLauncherWasKilledIsWaitedFor() throws Exception {
        Path checkout = slowCheckout("killed");
        Process killed = start(checkout.resolve("tempera"), Map.of(), "x");
        ProcessHandle maven = maven(checkout);
        killed.destroyForcibly().waitFor();
        Process waiting = start(checkout.resolve("tempera"), Map.of(), "x");
        try {
            byte[] said = new byte[200];
            int length = waiting.getInputStream().read(said);
            assertThat(new String(said, 0, length, StandardCharsets.UTF_8))
                    .startsWith("waiting for the build by " + maven.pid() + "@" + hostName());
        } finally {
            maven.destroy();
            waiting.destroy();
        }
    }

    /** One whose Maven takes a minute, and says its number. */
    private Path slowCheckout(String name) throws IOException {
        Path checkout = checkout(name);
        script(
                checkout.resolve("bin/mvn"),
                "#!/bin/sh\necho $$ > '" + checkout.resolve("maven").toAbsolutePath() + "'\nexec sleep 60\n");
        return checkout;
    }

    /** The Maven of a launcher, once it is at work and the lock is its own. */
    private static ProcessHandle maven(Path checkout) throws Exception {
        Path number = checkout.resolve("maven");
        for (int tries = 0; tries < 600; tries++) {
            if (Files.exists(number) && Files.readString(number).endsWith("\n")) {
                String pid = Files.readString(number).strip();
                if (Files.readString(checkout.resolve(LOCK).resolve("pid")).startsWith(pid + "@")) {
                    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("Maven was not started within a minute");
    }

    private Path checkout(String name) throws IOException {
        Path checkout = command.file(name);
        script(checkout.resolve("tempera"), Files.readString(Path.of("../../tempera")));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectories(checkout.resolve("framework/distribution/target/tempera/lib"));
        Files.writeString(checkout.resolve("framework/distribution/pom.xml"), "");
        script(checkout.resolve("bin/mvn"), "#!/bin/sh\nexit 0\n");
        return checkout;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Ended(int code, String output) {}

    private Ended run(Path script, Map<String, String> locale, String... arguments) throws Exception {
        Process process = start(script, locale, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    private Process start(Path script, Map<String, String> locale, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("sh", script.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        Map<String, String> environment = new HashMap<>(builder.environment());
        environment
                .keySet()
                .removeIf(name -> name.startsWith("LC_")
                        || name.startsWith("LANG")
                        || name.startsWith("TEMPERA")
                        || name.startsWith("TF_")
                        || name.matches("JAVA_TOOL_OPTIONS|_?(JDK_)?JAVA_OPTIONS"));
        environment.put("JAVA_HOME", command.file("jdk").toString());
        // Commands in a folder bin beside the script stand in for the system's.
        environment.put("PATH", script.getParent().resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        environment.putAll(locale);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String hostName() throws Exception {
        Process process = new ProcessBuilder("uname", "-n").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
