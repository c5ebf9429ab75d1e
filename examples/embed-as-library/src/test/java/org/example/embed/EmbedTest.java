package org.example.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

/** The program does what it says, and neither of its two trainers disturbs the other. */
public class EmbedTest {
    private static final Pattern TRAINED = Pattern.compile("epoch 1 of 1: reward (\\S+)");
    private static final Pattern INJECTED = Pattern.compile("injected: reward (\\S+)");
    private static final Pattern SCORE = Pattern.compile("a photo of a fox, \\d+x\\d+: clip-score (\\d+[.]\\d+)");
    private static final Pattern AGAIN = Pattern.compile("stays open: clip-score (\\d+[.]\\d+)");

    @Test
    public void trainsDrawsAndScores() throws Exception {
        Path output = Path.of("target", "run-" + System.nanoTime()).toAbsolutePath();
        PrintStream console = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            Main.main(new String[] {"run.conf", output.toString()});
        } finally {
            System.setOut(console);
        }
        String out = bytes.toString(StandardCharsets.UTF_8);
        console.print(out);
        // One seed, the same samples: through the facade and through the injector.
        assertThat(find(INJECTED, out)).isEqualTo(find(TRAINED, out));
        assertThat(Double.parseDouble(find(SCORE, out))).isBetween(0.0, 2.5);
        assertThat(find(AGAIN, out)).isEqualTo(find(SCORE, out));
        assertThat(output.resolve("metrics.jsonl")).isNotEmptyFile();
        assertThat(Files.exists(output.resolve("report.html"))).isTrue();
    }

    private static String find(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        assertThat(m.find()).as(pattern + " in\n" + text).isTrue();
        return m.group(1);
    }
}
