package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Csv;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.run.RunFacts;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** A comparison as JSON, as tables, and for people. */
public class ComparisonFilesTest {
    private static Comparison comparison() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed)
                    .settings(Map.of("algorithm", "ddpo, \"plain\""))
                    .measured(0, 4, 8, 12)
                    .make());
            runs.add(MadeRecords.of("tdpo", seed)
                    .curves(new double[] {0, 2, 3, 4}, new double[] {.6, .7, .75, .8})
                    .settings(Map.of("algorithm", "tdpo"))
                    .make());
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, .6, .6})
                    .settings(Map.of("algorithm", "ddpo, \"plain\""))
                    .control()
                    .make());
        }
        return Comparison.of(
                runs,
                List.of(new Question(
                        "keeps-more",
                        List.of(
                                new Question.Pair(
                                        side(runs, "tdpo"), side(runs, "ddpo, \"plain\""), Set.of("algorithm")),
                                new Question.Pair(side(runs, "tdpo"), side(runs, "draft"), Set.of("algorithm"))))));
    }

    private static Question.Side side(List<RunRecord> runs, String algorithm) {
        List<String> names = runs.stream()
                .filter(r -> !r.control() && r.settings().containsValue(algorithm))
                .map(RunRecord::name)
                .toList();
        return new Question.Side(algorithm, names, names.size());
    }

    private static List<Csv.Row> rows(String name) throws Csv.MalformedException {
        String text = ComparisonTables.of(comparison()).getOrDefault(name, "");
        Csv csv = new Csv(text.lines().toList(), ',');
        List<Csv.Row> rows = new ArrayList<>();
        for (Optional<Csv.Row> row = csv.next(); row.isPresent(); row = csv.next()) {
            rows.add(row.get());
        }
        assertThat(rows).allMatch(r -> r.fields().size() == rows.get(0).fields().size());
        return rows;
    }

    /** As from a record of somebody else's. */
    @Test
    public void aNameThatIsAFormulaIsText() {
        String odd = "=1+1\u001b\n";
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).settings(Map.of("algorithm", odd)).make(),
                MadeRecords.of("ddpo", 2).settings(Map.of("algorithm", odd)).make());
        String table = ComparisonTables.of(Comparison.of(runs)).getOrDefault("runs.csv", "");
        assertThat(table).contains("'=1+1\\u001b\\u000a").doesNotContain("\u001b", ",=");
        assertThat(table.lines()).hasSize(3);
    }

    @Test
    public void tablesAreTidy() throws Csv.MalformedException {
        List<Csv.Row> runs = rows("runs.csv");
        assertThat(runs).hasSize(1 + 9);
        assertThat(runs.get(0).fields())
                .startsWith("proxy", "group", "setting_algorithm", "run", "algorithm", "seed", "is_control", "control");
        assertThat(runs.get(1).fields())
                .startsWith("aesthetic", "ddpo, \"plain\"", "ddpo, \"plain\"", "ddpo, \"plain\"/seed-1", "ddpo", "1");
        List<Csv.Row> scores = rows("scores.csv");
        assertThat(scores)
                .extracting(Csv.Row::fields)
                .contains(List.of(
                        "aesthetic",
                        "tdpo",
                        "tdpo",
                        "tdpo/seed-2",
                        "2",
                        "4",
                        "384.0",
                        "48.0",
                        "proxy",
                        "",
                        "train",
                        "2.0"));
        assertThat(rows("matched.csv")).hasSize(1 + 4 * (2 + 6));
        assertThat(rows("pairs.csv")).hasSize(1 + 4 + 1).satisfies(rows -> assertThat(
                        rows.get(1).fields())
                .startsWith("aesthetic", "ddpo, \"plain\"", "tdpo", "training reward", "shared"));
        assertThat(rows("answers.csv")).hasSize(1 + (1 + 4) + 1).satisfies(rows -> {
            assertThat(rows.get(1).fields())
                    .startsWith(
                            "keeps-more", "aesthetic", "tdpo", "ddpo, \"plain\"", "3", "3", "highest", "yes", "3.0");
            assertThat(rows.get(2).fields())
                    .startsWith("keeps-more", "aesthetic", "tdpo", "ddpo, \"plain\"", "3", "3", "shared", "")
                    .endsWith("");
            assertThat(rows.get(6).fields())
                    .startsWith(
                            "keeps-more", "aesthetic", "tdpo", "draft", "3", "0", "highest", "not tested", "", "gold");
        });
        assertThat(rows("matrix.csv")).hasSize(1 + 2 * 3);
    }

    @Test
    public void theDocumentIsPlainData() throws PlainJson.MalformedException {
        Map<String, Object> document = ComparisonDocument.of(comparison());
        assertThat(PlainJson.pretty(ComparisonDocument.of(comparison()))).isEqualTo(PlainJson.pretty(document));
        PlainFields read = PlainFields.of(PlainJson.readObject(PlainJson.line(document)));
        assertThat(read.text("format")).isEqualTo("tempera-comparison/1");
        PlainFields proxy = PlainFields.of(read.list("proxies").get(0));
        assertThat(proxy.list("groups")).hasSize(2);
        assertThat(proxy.list("controls")).hasSize(1);
        assertThat(
                        PlainFields.of(PlainFields.of(proxy.list("groups").get(0))
                                        .list("curves")
                                        .get(0))
                                .list("points")
                                .stream()
                                .flatMap(row -> ((List<?>) row).stream())
                                .map(number -> new BigDecimal(String.valueOf(number)).precision()))
                .as("digits")
                .isNotEmpty()
                .allMatch(digits -> digits <= 6);
        PlainFields group = PlainFields.of(proxy.list("groups").get(0));
        assertThat(group.has("gao")).isTrue();
        assertThat(group.has("verdict")).isTrue();
        assertThat(PlainFields.of(proxy.list("controls").get(0)).has("verdict")).isFalse();
        PlainFields answer = PlainFields.of(read.list("answers").get(0));
        assertThat(answer.text("question")).isEqualTo("keeps-more");
        assertThat(answer.whole("family")).isEqualTo(2);
        PlainFields pair = PlainFields.of(answer.list("pairs").get(0));
        assertThat(pair.text("proxy")).isEqualTo("aesthetic");
        assertThat(pair.fields("at_equal_reward").fields("highest").has("told_apart"))
                .isTrue();
        assertThat(PlainFields.of(pair.fields("at_equal_reward").list("shared").get(0))
                        .has("told_apart"))
                .as("exploration")
                .isFalse();
        assertThat(PlainFields.of(answer.list("pairs").get(1))
                        .fields("at_equal_reward")
                        .text("untested"))
                .isEqualTo("few-seeds");
    }

    @Test
    public void groupsOfOneAlgorithmAreCalledByTheirRuns() {
        List<RunRecord> runs = new ArrayList<>();
        for (String clip : List.of("narrow", "wide")) {
            RunRecord made = MadeRecords.of("ddpo", 1).make();
            RunFacts facts = made.facts();
            RunFacts clipped = new RunFacts(
                    facts.algorithm(), facts.policy(), facts.seed(), facts.rewards(), facts.gold(), 16, clip);
            runs.add(ChangedRecord.of(made).facts(clipped).make().named(clip, made.settings()));
        }
        assertThat(Comparison.of(runs).proxies().get(0).groups())
                .extracting(Group::name)
                .containsExactly("ddpo (narrow)", "ddpo (wide)");
    }

    @Test
    public void tablesAreWrittenIntoAFolderThatIsMade() throws IOException {
        Path folder = Files.createTempDirectory("tables").resolve("a/b");
        assertThat(ComparisonTables.write(comparison(), folder)).hasSize(6).allMatch(Files::isRegularFile);
        Path taken = Files.createFile(folder.resolve("taken"));
        assertThatThrownBy(() -> ComparisonTables.write(comparison(), taken))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(taken + ": cannot be made");
    }

    @Test
    public void peopleReadATableAndSentences() {
        Comparison comparison = comparison();
        List<List<String>> table = comparison.tables().get(0);
        assertThat(table.get(0))
                .containsExactly(
                        "GROUP",
                        "SEEDS",
                        "REWARD",
                        "GOLD",
                        "AT REWARD 3.000",
                        "SEEDS THERE",
                        "QUERIES THERE",
                        "OVER-OPTIMISED",
                        "SEEDS THAT DID",
                        "SINCE EPOCH",
                        "BEST EPOCH");
        assertThat(table).hasSize(4);
        assertThat(table.get(1)).contains("1,152", "yes", "3 of 3");
        assertThat(table.get(1).get(5)).isEqualTo("3 of 3");
        assertThat(table.get(3)).startsWith("control of ddpo, \"plain\"", "3");
        assertThat(comparison.lines().get(0))
                .anyMatch(l -> l.startsWith("ddpo, \"plain\" over-optimises. Over 3 seeds"))
                .anyMatch(l -> l.startsWith("try              (ddpo, \"plain\") Take the checkpoint that each run's"))
                .anyMatch(l -> l.matches("At the training reward 3\\.000 tdpo keeps more gold than ddpo.*"
                        + "\\(difference \\d\\.\\d+ \\[\\d.*")); // of who keeps more, less the other's
    }
}
