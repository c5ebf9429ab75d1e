package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A configuration may be a run folder's, which is anyone's: it opens no connection, and is read in bounded time. */
public class HostileConfigTest {
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private String address = "";

    @BeforeClass
    public void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] answer = "run.seed=9".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        address = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.conf";
    }

    @AfterClass
    public void stopServer() {
        server.stop(0);
    }

    private static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "config");
    }

    private static Path file(String text) throws IOException {
        return Files.writeString(folder().resolve("run.conf"), text);
    }

    private static ConfigObject read(Path file) {
        return ConfigSource.read(file, List.of());
    }

    @Test
    public void aTextIncludesNothing() {
        assertThatThrownBy(() -> ConfigSource.text("run { seed = 1 }\ninclude \"other.conf\""))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("include 'other.conf': nothing is included here. Put it into a file");
    }

    @Test
    public void opensNoConnection() throws IOException {
        for (String include : List.of(
                "include \"" + address + "\"",
                "include url(\"" + address + "\")",
                "include required(url(\"" + address + "\"))",
                "run { include url(\"" + address + "\") }",
                "include \"jar:" + address + "!/a.conf\"",
                "include classpath(\"reference.conf\")")) {
            assertThatThrownBy(() -> read(file(include)))
                    .as(include)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("expected a file. Nothing is fetched for a configuration");
            Path outer = file("include \"inner.conf\"");
            Files.writeString(outer.resolveSibling("inner.conf"), include);
            assertThatThrownBy(() -> read(outer)).as(include).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> ConfigSource.of(List.of("run={" + include + "}")))
                    .as(include)
                    .isInstanceOf(UserException.class);
        }
        assertThat(ConfigSource.of(List.of("run.seed=1\ninclude url(\"" + address + "\")")))
                .isNotNull();
        assertThat(requests).hasValue(0);
    }

    @Test
    public void includesFiles() throws IOException {
        Path outer = file("include \"inner\"\ninclude file(\"not-there.conf\")\nrun.epochs=2");
        Files.writeString(outer.resolveSibling("inner.conf"), "run { epochs = 1, seed = 7 }");
        assertThat(read(outer).toConfig().getInt("run.seed")).isEqualTo(7);
        assertThat(read(outer).toConfig().getInt("run.epochs")).isEqualTo(2);
    }

    @Test(timeOut = 60_000)
    public void includesNoEndOfThem() throws IOException {
        Path itself = file("include \"run.conf\"\ninclude \"run.conf\"");
        assertThatThrownBy(() -> read(itself))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("you probably have a cycle");
        Path many = file("include \"one.conf\"\n".repeat(200));
        Files.writeString(many.resolveSibling("one.conf"), "run.seed=1");
        assertThatThrownBy(() -> read(many))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("more files are included than 100");
        Path device = file("include file(\"/dev/zero\")");
        if (Files.exists(Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> read(device))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("/dev/zero: expected a config file, found a pipe, a device or the like");
        }
        Path large = file("# " + "x".repeat(2 << 20));
        assertThatThrownBy(() -> read(large))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected a file of at most 262144 bytes, found 2 MiB of configuration");
    }

    private static String lines(int count, String first, String line) {
        StringBuilder text = new StringBuilder("a0=" + first + "\n");
        for (int i = 1; i < count; i++) {
            text.append("a")
                    .append(i)
                    .append('=')
                    .append(line.replace("#", "${a" + (i - 1) + "}"))
                    .append('\n');
        }
        return text.toString();
    }

    @DataProvider
    public Object[][] endless() {
        return new Object[][] {
            {"lists", lines(12, "[1,1,1,1]", "[#,#,#,#,#,#,#,#,#,#]"), "its substitutions"},
            {"texts", lines(12, "xxxxxxxxxx", "##########"), "its substitutions"},
            {"blocks", lines(40, "{x=1}", "{l=#,r=#}"), "its substitutions"},
            {"itself", "a=xx\n" + "a=${a}${a}\n".repeat(60), "its substitutions"},
            {"its blocks", "a={x=1}\n" + "a=${a}{l=${a},r=${a}}\n".repeat(60), "its substitutions"},
            {"a circle", "a=${b}\nb=${a}", "a"},
            {"deep", "run { x = " + "[".repeat(40_000) + "}", "nested too deeply"},
            {"deep blocks", "{a:".repeat(40_000), "nested too deeply"},
            {"a deep key", "a" + ".a".repeat(40_000) + "=1", "nested too deeply"},
            {"a chain", lines(4_000, "1", "#"), "its substitutions"},
            {"a block over itself", "run={seed=1}\n" + "n=${run}${run}\n".repeat(2_000), "its substitutions"},
            {"a block over others", "run={seed=1}\n" + "n=${run}\n".repeat(400), "its substitutions"},
            {"a block's value over others", "x=1\n" + "q { b=${x} }\n".repeat(400), "its substitutions"},
            {"a deep reference", "x=${?a" + ".a".repeat(4_000) + "}", "nested too deeply"},
            {"a deep key in quotes", "\"a\"" + ".\"a\"".repeat(4_000) + "=1", "nested too deeply"},
            {"words", "x=" + "a ".repeat(50_000), "without a comma or quotes"},
            {"lists in a row", "x=" + "[1]".repeat(50_000), "without a comma or quotes"},
        };
    }

    @Test(dataProvider = "endless", timeOut = 60_000)
    public void neitherNestsNorDoublesWithoutEnd(String name, String text, String message) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> read(file))
                .as(name)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    public void longTextsCommentsAndListsAreNotInTheWay() throws IOException {
        String dots = ".".repeat(3000);
        ConfigObject read = read(file("# " + dots + "\n// " + dots + "\nquoted=\"\\\"" + dots + "\"\ntriple=\"\"\"\""
                + dots + "\n" + dots + "\"\"\"\"\nlist=[" + "1.5,".repeat(3000) + "]\n" + "more=[\n"
                + "  2.5\n".repeat(2000) + "]"));
        assertThat(read.toConfig().getString("quoted")).isEqualTo("\"" + dots);
        assertThat(read.toConfig().getString("triple")).isEqualTo("\"" + dots + "\n" + dots + "\"");
        assertThat(read.toConfig().getDoubleList("list")).hasSize(3000);
        assertThat(read.toConfig().getDoubleList("more")).hasSize(2000);
        assertThat(ConfigSource.of(List.of("a=" + dots)).toConfig().getString("a"))
                .isEqualTo(dots);
    }

    @Test
    public void usualSubstitutionsAreNotInTheWay() throws IOException {
        Path file = file("base=\"/models\"\nlist=[1]\n" + "list+=2\n".repeat(15)
                + "run { seed=7, output=${base}\"/out\", output=${run.output}\"/b\" }\nmissing=${?NOT_THERE_AT_ALL}\n"
                + "evaluation=${run}{epochs=3}");
        ConfigObject read = ConfigSource.read(file, List.of("run.epochs=${run.seed}", "other=${base}"));
        assertThat(read.toConfig().getString("run.output")).isEqualTo("/models/out/b");
        assertThat(read.toConfig().getInt("run.epochs")).isEqualTo(7);
        assertThat(read.toConfig().getIntList("list")).hasSize(16);
        assertThat(read.toConfig().getInt("evaluation.epochs")).isEqualTo(3);
    }

    @Test
    public void overridesOverASubstitutionTakeMemoryByTheirNumber() throws IOException {
        Path file = file("base={seed=1}\nrun=${base}");
        List<String> overrides = IntStream.range(0, 500)
                .mapToObj(i -> i % 2 == 0 ? "run.seed=" + i : "run={k" + i + "=" + i + "}")
                .toList();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        ConfigObject read = ConfigSource.read(file, overrides);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(128 << 20);
        assertThat(read.toConfig().getInt("run.seed")).isEqualTo(498);
        assertThat(read.toConfig().getConfig("run").root()).hasSize(251);
    }

    @Test
    public void theLastOverrideIsOnTopHoweverManyThereAre() {
        for (int count = 1; count < 12; count++) {
            List<String> overrides = new ArrayList<>(List.of("block={a=0}"));
            for (int i = 1; i <= count; i++) {
                overrides.add(i % 4 == 0 ? "block=" + i : "block={a=" + i + ",b" + i + "=1}");
                overrides.add("text=${?text}" + i);
            }
            ConfigObject read = ConfigSource.of(overrides);
            StringBuilder text = new StringBuilder();
            IntStream.rangeClosed(1, count).forEach(text::append);
            assertThat(read.toConfig().getString("text")).isEqualTo(text.toString());
            if (count % 4 == 0) {
                assertThat(read.toConfig().getInt("block")).isEqualTo(count);
            } else {
                assertThat(read.toConfig().getInt("block.a")).isEqualTo(count);
                // A number in a block's place forgets what the block held.
                assertThat(read.toConfig().getConfig("block").root()).hasSize(1 + count % 4);
            }
        }
    }

    @Test(timeOut = 60_000)
    public void overridesAreBoundedToo() {
        assertThatThrownBy(() -> ConfigSource.of(Collections.nCopies(5000, "run=${run}${run}")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("at most 500 KEY=VALUE, found 5000");
        for (String override : List.of(
                "run.x=" + "[".repeat(40_000),
                "a" + ".a".repeat(40_000) + "=1",
                "run.seed=${not.there}",
                "x={a:${x}}")) {
            assertThatThrownBy(() -> ConfigSource.of(List.of(override))).isInstanceOf(UserException.class);
        }
    }

    @DataProvider
    public Object[][] numbers() {
        return new Object[][] {
            {"1e400"},
            {"1e999999999"},
            {"1e99999999999"},
            {"-1e99999999999"},
            {"1e-99999999999"},
            {"9".repeat(100_000)},
            {"1" + "0".repeat(5000) + "e-5000"},
            {"0x10"},
            {"NaN"},
        };
    }

    record Numbers(int whole, long large, double real) {
        static Numbers defaults() {
            return new Numbers(1, 1, 1);
        }
    }

    @Test(dataProvider = "numbers", timeOut = 60_000)
    public void anyNumberIsReadOrRefused(String number) {
        for (String key : List.of("whole", "large")) {
            Problems problems = new Problems();
            new RecordBinder(problems, Path.of(""))
                    .bind(Numbers.class, Numbers.defaults(), ConfigSource.of(List.of(key + "=" + number)), "");
            assertThatThrownBy(problems::throwIfAny)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(key + ": expected a whole number");
        }
        Problems problems = new Problems();
        new RecordBinder(problems, Path.of(""))
                .bind(Numbers.class, Numbers.defaults(), ConfigSource.of(List.of("real=" + number)), "");
        assertThat(problems).isNotNull();
    }

    /** Found by the fuzzer: a path was split in a square of its length, and a name checked in a stack of its own. */
    @Test(timeOut = 60_000)
    public void keysAreBounded() {
        for (String key :
                List.of("rewards.a" + "-1".repeat(8_000), "policy" + ".a".repeat(8_000), "a".repeat(100_000))) {
            for (String override : List.of(key, key + "=1")) {
                assertThatThrownBy(() -> ConfigSource.of(List.of(override)))
                        .isInstanceOf(UserException.class)
                        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300))
                        .hasMessageContaining("found " + key.length() + " characters before the '='");
            }
        }
        assertThat(Names.isKebab("a" + "-1".repeat(100_000))).isTrue();
        assertThat(Names.isKebab("a-" + "-1".repeat(100_000))).isFalse();
    }

    @DataProvider
    public Object[][] otherEncodings() {
        return new Object[][] {
            {"x = 1\nname = \"d\u00e9grad\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1), "line 2 is not UTF-8."},
            {"name = \"a\"\n".getBytes(StandardCharsets.UTF_16LE), "line 1 has a zero byte: it is text in UTF-16"},
            {"name = \"a\"\n".getBytes(StandardCharsets.UTF_16), "is UTF-16 big-endian. Save the file as UTF-8."},
        };
    }

    /** Such as a negative prompt would be drawn with other letters than were written. */
    @Test(dataProvider = "otherEncodings")
    public void whatIsNotUtf8IsRefusedAlsoInAnInclude(byte[] text, String told) throws IOException {
        Path in = folder();
        Path file = Files.write(in.resolve("encoded.conf"), text);
        Path including = Files.writeString(in.resolve("including.conf"), "include \"encoded.conf\"\n");
        for (Path read : List.of(file, including)) {
            assertThatThrownBy(() -> ConfigSource.read(read, List.of()))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + ": ")
                    .hasMessageContaining(told);
        }
    }

    @Test
    public void anIncludeThatIsMissingIsToldInOurWords() throws IOException {
        Path file = Files.writeString(folder().resolve("missing.conf"), "include required(\"nope.conf\")\n");
        assertThatThrownBy(() -> ConfigSource.read(file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        file + ": cannot be read: the file that it includes is not there: nope.conf. Its path starts at"
                                + " the folder of the file that includes it.");
    }

    @Test
    public void aWholeNumberBeyond64BitsIsOne() {
        Problems problems = new Problems();
        new RecordBinder(problems, Path.of(""))
                .bind(Numbers.class, Numbers.defaults(), ConfigSource.of(List.of("large=99999999999999999999")), "");
        assertThatThrownBy(problems::throwIfAny)
                .hasMessageContaining("large: expected a whole number of at most " + Long.MAX_VALUE);
    }

    record Reals(double wide, float narrow) {
        static Reals defaults() {
            return new Reals(1, 1);
        }
    }

    private static Optional<Reals> reals(Problems problems, String override) {
        return new RecordBinder(problems, Path.of(""))
                .bind(Reals.class, Reals.defaults(), ConfigSource.of(List.of(override)), "");
    }

    @DataProvider
    public Object[][] lostNumbers() {
        return new Object[][] {
            {"wide=1e400"},
            {"wide=1e-400"},
            {"wide=-1e-400"},
            {"wide=0.0001e-399"},
            {"wide=1e-99999999999"},
            {"narrow=1e39"},
            {"narrow=1e-50"},
            {"narrow=1e-400"},
        };
    }

    /** What is too small would be read as 0, and a run would learn nothing. */
    @Test(dataProvider = "lostNumbers")
    public void aNumberThatAFloatCannotHoldIsRefused(String override) {
        Problems problems = new Problems();
        reals(problems, override);
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        override.replace("=", ": expected a number that a ").substring(0, 20))
                .hasMessageContaining("-bit float can hold, found " + override.substring(override.indexOf('=') + 1));
    }

    @Test
    public void zeroIsReadHoweverItIsWritten() {
        for (String zero : List.of("0", "0.0", "-0.000", "0e400", "0.00e-400")) {
            Problems problems = new Problems();
            assertThat(reals(problems, "wide=" + zero).orElseThrow().wide()).isZero();
            assertThat(reals(problems, "narrow=" + zero).orElseThrow().narrow()).isZero();
            problems.throwIfAny();
        }
        assertThat(reals(new Problems(), "wide=1e-300").orElseThrow().wide()).isEqualTo(1e-300);
    }
}
