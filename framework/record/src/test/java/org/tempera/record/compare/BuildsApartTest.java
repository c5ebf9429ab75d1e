package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.record.archive.RunRecord;
import org.testng.annotations.Test;

public class BuildsApartTest {
    private static List<String> notes(List<RunRecord> runs) {
        return Comparison.of(runs).proxies().get(0).notes();
    }

    @Test
    public void seedsOfSeveralBuildsAreNamed() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (String algorithm : List.of("ddpo", "grpo", "tdpo")) {
                MadeRecords made = MadeRecords.of(algorithm, seed);
                boolean old = seed == 1 && !algorithm.equals("tdpo");
                runs.add(made.build(old ? "unknown" : "379603b1", old ? "7a96cb409bcc2f25" : "08c1f1957683e986")
                        .make());
            }
        }
        assertThat(notes(runs))
                .containsExactly("Not all seeds of ddpo; grpo were trained by the same build: seed 1 by build unknown"
                        + " (code 7a96cb409bcc); seeds 2, 3 by build 379603b1 (code 08c1f1957683). What is said over"
                        + " seeds holds as far as these builds do the same.");
        RunRecord unsaid = MadeRecords.of("ddpo", 1).make();
        assertThat(notes(List.of(
                        unsaid, MadeRecords.of("ddpo", 2).build("1", "00ff").make())))
                .as("of a record that has no hash")
                .isEmpty();
        assertThat(unsaid.provenance()).containsEntry("tempera", Map.of("version", "0"));
    }

    /** A run that went on under another build is of both. */
    @Test
    public void aRunThatWentOnByAnotherBuildIsOfBoth() {
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).build("a", "00aa").make(),
                MadeRecords.of("ddpo", 2)
                        .build("a", "00aa")
                        .wentOnBy("b", "00bb")
                        .make());
        assertThat(notes(runs))
                .singleElement()
                .asString()
                .contains("seeds 1, 2 by build a (code 00aa); seed 2 by build b (code 00bb)");
    }
}
