package org.tempera.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** That the fuzzer finds what it is made to find, and finds it again. */
public class FuzzerTest {
    private static Fuzzer.Result run(Target.Reader reader, Duration limit) throws IOException, InterruptedException {
        return fuzzer(reader, limit).run(0, 2000, Duration.ofSeconds(60));
    }

    private static Fuzzer fuzzer(Target.Reader reader, Duration limit) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "fuzz")), "planted");
        byte[] sample = "{\"width\": 8, \"names\": [\"a\", \"b\"]}".getBytes(StandardCharsets.UTF_8);
        return new Fuzzer(Target.of("planted", List.of(Map.of("c.json", sample)), reader), 7, folder, limit);
    }

    private static String text(Path folder) throws IOException {
        Path file = folder.resolve("c.json");
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    }

    @Test
    public void findsAFaultAndMakesItAgain() throws IOException, InterruptedException {
        Target.Reader reader = folder -> {
            if (text(folder).contains("\"width\":0")) {
                throw new ArithmeticException("/ by zero");
            }
            throw new UserException("c.json: no good.");
        };
        Fuzzer.Result result = run(reader, Duration.ofSeconds(10));
        assertThat(result.findings()).hasSize(1);
        Finding finding = result.findings().get(0);
        assertThat(finding.what()).isEqualTo("ArithmeticException: / by zero");
        assertThat(finding.command()).contains("-Dfuzz.target=planted -Dfuzz.seed=7 -Dfuzz.first=" + finding.number());
        Fuzzer.Result again = fuzzer(reader, Duration.ofSeconds(10)).run(finding.number(), 1, Duration.ofSeconds(60));
        assertThat(again.findings()).singleElement().satisfies(f -> assertThat(
                        f.files().get("c.json"))
                .isEqualTo(finding.files().get("c.json")));
    }

    @Test
    public void findsWhatNeverEndsAndWhatTakesTooMuch() throws IOException, InterruptedException {
        Fuzzer.Result slow = run(
                folder -> {
                    if (text(folder).contains("-1")) {
                        Thread.sleep(60_000);
                    }
                },
                Duration.ofMillis(700));
        assertThat(slow.findings()).isNotEmpty().allMatch(f -> f.what().startsWith("no answer within"));
        Fuzzer.Result large = run(
                folder -> {
                    if (text(folder).contains("2147483647")) {
                        assertThat(new byte[80 << 20]).isNotNull();
                    }
                },
                Duration.ofSeconds(10));
        assertThat(large.findings()).isNotEmpty().allMatch(f -> f.what().startsWith("allocates too much"));
        Fuzzer.Result outside = run(
                folder -> {
                    if (text(folder).contains("2147483647")) {
                        assertThat(ByteBuffer.allocateDirect(80 << 20).capacity())
                                .isPositive();
                    }
                },
                Duration.ofSeconds(10));
        assertThat(outside.findings()).isNotEmpty().allMatch(f -> f.what().startsWith("allocates too much"));
    }

    @Test
    public void aResultOrAMessageIsNoFinding() throws IOException, InterruptedException {
        Fuzzer.Result result = run(
                folder -> {
                    if (text(folder).length() % 2 == 0) {
                        throw new UserException("c.json: no good.");
                    }
                },
                Duration.ofSeconds(10));
        assertThat(result.findings()).isEmpty();
        assertThat(result.cases()).isEqualTo(2000);
    }

    /** These seeds repeat the text 186, 2058 and 514 times; copies of copies would be more than any memory holds. */
    @Test
    public void whatAMutatorMakesIsBounded() {
        byte[] text = ("[\"" + "a".repeat(1 << 20) + "\"]").getBytes(StandardCharsets.UTF_8);
        Mutator mutator = new JsonMutator();
        for (int seed : new int[] {208, 866, 1004}) {
            byte[] made = mutator.mutate(text, new SplittableRandom(seed));
            assertThat(made.length).isLessThanOrEqualTo((int) JsonMutator.MOST_CHARACTERS);
        }
    }
}
