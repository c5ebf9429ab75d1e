package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.tempera.base.json.PlainJson;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.compare.Advice;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CompareCommandTest {
    private static final int SAMPLES = 12;

    private final CommandRunner command = new CommandRunner();
    private Path records = Path.of("");

    @BeforeClass
    public void writeRecords() throws IOException {
        records = Files.createDirectories(command.file("records"));
        for (long seed = 1; seed <= 3; seed++) {
            write("records", record("ddpo", seed, "20", .4));
            write("records", record("tdpo", seed, "20", .8));
        }
        Files.createDirectories(command.file("others"));
        write("others", record("grpo", 1, "50", .7));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    private void write(String folder, RunRecord record) throws IOException {
        Path file = command.file(folder).resolve(record.name() + RunRecordFile.ENDING);
        Files.createDirectories(file.getParent());
        RunRecordFile.write(file, record);
    }

    /** A run whose training reward rises, and whose gold goes from 0.6 over 0.7 to something. */
    private static RunRecord record(String algorithm, long seed, String steps, double last) {
        double[] proxy = {0, 1, 2, 3};
        double[] gold = {.6, .7, (.7 + last) / 2 + .01 * seed, last + .01 * seed};
        List<Sample> evaluated = new ArrayList<>();
        List<RunCost> costs = new ArrayList<>();
        for (int e = 0; e < proxy.length; e++) {
            costs.add(new RunCost(4 * e, 400L * e, 60 * e));
            for (int i = 0; i < SAMPLES; i++) {
                SortedMap<String, Double> scores = new TreeMap<>();
                double picture = .01 * (i - (SAMPLES - 1) / 2.0);
                scores.put("train", proxy[e] + picture);
                scores.put("aesthetic", proxy[e] + picture);
                scores.put("gold", gold[e] + picture);
                evaluated.add(new Sample(4 * e, Sample.Phase.EVALUATION, i, "a cat", i, scores, Optional.of("ruler")));
            }
        }
        return new RunRecord(
                algorithm + "/seed-" + seed,
                Map.of("algorithm", algorithm),
                false,
                new RunFacts(
                        algorithm,
                        "stable-diffusion",
                        seed,
                        List.of(new RunFacts.ScoredBy("aesthetic", RunFacts.TRAIN, "aesthetic")),
                        true,
                        8,
                        "settings of " + algorithm),
                12,
                costs,
                List.of(),
                evaluated,
                Optional.of(new Ruler.Builder()
                        .put(Ruler.DRAWING, "sampling.steps", steps)
                        .build()),
                List.of(),
                Optional.empty(),
                Map.of(),
                List.of());
    }

    @Test
    public void aFolderOfRecordsBecomesAPageAndTables() throws IOException {
        Path page = command.file("page.html");
        Path tables = command.file("tables");
        command.succeed("compare", records.toString(), "--output", page.toString(), "--csv", tables.toString());
        assertThat(command.out())
                .containsPattern("trained on +aesthetic")
                .containsPattern("GROUP +SEEDS +REWARD +GOLD +AT REWARD 3\\.0")
                .contains("ddpo over-optimises. Over 3 seeds the training reward changed by +3.000")
                .contains("tdpo is not shown to over-optimise.")
                .contains("tdpo keeps more gold than ddpo")
                .containsPattern("page +\\S*page\\.html");
        assertThat(Files.readString(page)).contains("ddpo", "tdpo");
        assertThat(tables.resolve("scores.csv")).isNotEmptyFile();
        assertThat(Files.readAllLines(tables.resolve("runs.csv"))).hasSize(1 + 6);
    }

    @Test
    public void whatIsNamedTwiceIsReadOnce() throws PlainJson.MalformedException {
        String page = command.file("twice.html").toString();
        String one = records.resolve("ddpo/seed-1" + RunRecordFile.ENDING).toString();
        command.succeed("compare", one, records.toString(), "--json", "-o", page);
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document.get("runs")).isEqualTo(6L);
        assertThat(document.get("proxies")).asInstanceOf(LIST).hasSize(1);
        assertThat(document).containsKeys("page", "matrix").doesNotContainKey("tables");
    }

    @Test
    public void runsOfOneNameAreCalledByWhereTheyLieAndALinkIsFollowed() throws IOException {
        Path link = Files.createSymbolicLink(command.file("link"), records.toAbsolutePath());
        command.succeed(
                "compare", link.toString(), "-o", command.file("linked.html").toString());
        assertThat(command.out()).contains("tdpo keeps more gold than ddpo");
        Path one = records.resolve("ddpo/seed-1" + RunRecordFile.ENDING);
        assertThat(command.run(
                        "compare",
                        link.toString(),
                        copied(one, "beside/1/2/3/4/5/6/7/8").toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .as("a record eight folders deep, and the link as it was named")
                .contains(
                        "beside/1/2/3/4/5/6/7/8/seed-1: has the settings and the seed, 1, of " + link + "/ddpo/seed-1");
        Path copy = Files.copy(one, command.file("copy" + RunRecordFile.ENDING));
        assertThat(command.run("compare", one.toString(), copy.toString())).isEqualTo(2);
        assertThat(command.err())
                .contains(command.file("copy") + ": has the settings and the seed, 1, of " + records + "/ddpo/seed-1");
    }

    /** Copies a record. @return the first folder of its way */
    private Path copied(Path record, String folders) throws IOException {
        Path folder = Files.createDirectories(command.file(folders));
        Files.copy(record, folder.resolve(record.getFileName()));
        return command.file(folders.substring(0, folders.indexOf('/')));
    }

    @Test
    public void nothingButItsOwnIsReplaced() throws IOException {
        Path one = records.resolve("ddpo/seed-1" + RunRecordFile.ENDING);
        byte[] before = Files.readAllBytes(one);
        assertThat(command.run("compare", "--output", one.toString(), records.toString()))
                .isEqualTo(2);
        assertThat(command.err()).contains("expected a file name that ends with .html");
        assertThat(Files.readAllBytes(one)).isEqualTo(before);
        Path mine = Files.writeString(command.file("mine.html"), "<p>my thesis</p>");
        assertThat(command.run("compare", records.toString(), "-o", mine.toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("mine.html: is there already, and is not a page of compare. Name another file, or move it");
        Path page = command.file("own.html");
        Path tables = command.file("own-tables");
        for (int time = 0; time < 2; time++) {
            command.succeed("compare", records.toString(), "-o", page.toString(), "--csv", tables.toString());
        }
        Files.writeString(tables.resolve("runs.csv"), "name,age\n");
        assertThat(command.run("compare", records.toString(), "-o", page.toString(), "--csv", tables.toString()))
                .isEqualTo(2);
        assertThat(command.err()).contains("runs.csv: is there already, and is not a table of compare.");
        assertThat(tables.resolve("runs.csv")).hasContent("name,age");
    }

    @Test
    public void unlikeFingerprintsAreRefusedAndNothingIsWritten() {
        Path page = command.file("none.html");
        assertThat(command.run(
                        "compare", records.toString(), command.file("others").toString(), "-o", page.toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("grpo/seed-1: cannot be compared with ddpo/seed-1", "sampling.steps: 20 there, 50 here");
        assertThat(page).doesNotExist();
    }

    @Test
    public void aRecordThatCannotBeReadHidesNoOtherRun() throws IOException, PlainJson.MalformedException {
        write("some", record("ddpo", 1, "20", .4));
        write("some", record("tdpo", 1, "20", .8));
        Path cut = command.file("some/tdpo/seed-2" + RunRecordFile.ENDING);
        Files.writeString(cut, "cut");
        Path some = command.file("some");
        String page = command.file("some.html").toString();
        assertThat(command.run("compare", some.toString(), "-o", page)).isEqualTo(2);
        assertThat(command.out())
                .containsPattern("ddpo +1 ")
                .containsPattern("tdpo +1 ")
                .contains("Left out: a run that cannot be read, tdpo/seed-2.");
        assertThat(command.err()).contains("tempera: " + cut + ": cannot be read as the record of a run (");
        assertThat(command.run("compare", some.toString(), "-o", page, "--json"))
                .isEqualTo(2);
        assertThat(PlainJson.readObject(command.out()).get("unread"))
                .asInstanceOf(LIST)
                .hasSize(1);
        assertThat(command.run("compare", some.toString(), cut.toString(), "-o", page))
                .as("that is named itself")
                .isEqualTo(2);
        assertThat(command.out()).doesNotContain("ddpo");
        Files.delete(command.file("some/ddpo/seed-1" + RunRecordFile.ENDING));
        Files.delete(command.file("some/tdpo/seed-1" + RunRecordFile.ENDING));
        assertThat(command.run("compare", some.toString(), "-o", page))
                .as("none can be read")
                .isEqualTo(2);
        assertThat(command.err()).contains(cut + ": cannot be read as the record of a run (");
    }

    @Test
    public void aFolderWithoutRunsIsRefused() throws IOException {
        Path empty = Files.createDirectories(command.file("empty"));
        assertThat(command.run("compare", empty.toString())).isEqualTo(2);
        assertThat(command.err()).contains(empty + ": expected the folder of a run, or a folder with runs");
        assertThat(command.run("compare", command.file("nowhere").toString())).isEqualTo(2);
        assertThat(command.err()).contains("found nothing. Check the path.");
    }

    @Test
    public void aSweepIsComparedByItsFile() throws IOException {
        Path sweep = Files.writeString(
                command.file("sweep.conf"),
                """
                sweep { config = run.conf, output = runs, records = records, seeds = [1, 2, 3], axes { algorithm = [ddpo, tdpo] } }
                """);
        command.succeed(
                "compare", sweep.toString(), "-o", command.file("sweep.html").toString());
        assertThat(command.out()).contains("tdpo keeps more gold than ddpo").doesNotContain("have left a record");
        Path none = Files.writeString(
                command.file("none.conf"),
                "sweep { config = run.conf, output = nowhere, axes { algorithm = [ddpo, tdpo] } }");
        assertThat(command.run("compare", none.toString())).isEqualTo(2);
        assertThat(command.err()).contains("no run of the sweep has left its record yet", "nowhere");
    }

    private Path asking(String name, String seeds, String pair) throws IOException {
        return Files.writeString(
                command.file(name),
                """
                sweep {
                  config = run.conf, output = runs, records = records, seeds = [%s]
                  axes { algorithm = [ddpo, tdpo] }
                  questions { keeps-more { %s } }
                }
                """
                        .formatted(seeds, pair));
    }

    @Test
    public void theQuestionsOfASweepAreAnswered() throws IOException {
        Path asked = asking("asked.conf", "1, 2, 3", "compare { algorithm = tdpo }, with = [{ algorithm = ddpo }]");
        Path page = command.file("asked.html");
        command.succeed("compare", asked.toString(), "-o", page.toString());
        assertThat(command.out()).containsPattern("keeps-more: on aesthetic at .* tdpo keeps more gold than ddpo");
        assertThat(Files.readString(page)).contains("keeps-more, a question of the sweep&#39;s file");
        Path another = asking("another.conf", "1, 2, 3", "compare { algorithm = ddpo }, with = [{ algorithm = tdpo }]");
        command.succeed("compare", asked.toString(), another.toString(), "-o", page.toString());
        assertThat(command.out())
                .as("each by its own")
                .contains("keeps-more (" + asked + "): on", "keeps-more (" + another + "): on");
        Path open = asking("open.conf", "1, 2, 3, 4", "compare { algorithm = tdpo }, with = [{ algorithm = ddpo }]");
        command.succeed("compare", open.toString(), "-o", page.toString());
        assertThat(command.out())
                .contains("keeps-more is open: 6 of the 8 runs that it is about are there")
                .doesNotContain("keeps-more: corrected")
                .doesNotContainPattern("keeps-more: .* keeps more gold");
        Path none = asking("none.conf", "1, 2, 3", "compare { algorithm = ddpo }, with = [{ algorithm = ddpo }]");
        assertThat(command.run("compare", none.toString())).isEqualTo(2);
    }

    @Test
    public void recordsThatASweepsFileDoesNotAskForAreLeftOutWithANote() throws IOException {
        Path sweep = Files.writeString(
                command.file("fewer.conf"),
                """
                sweep { config = run.conf, output = runs, records = records, seeds = [1, 2], axes { algorithm = [ddpo] } }
                """);
        String page = command.file("fewer.html").toString();
        command.succeed("compare", sweep.toString(), "-o", page);
        assertThat(command.out())
                .containsPattern("ddpo +2 ")
                .contains("Left out: 4 records of runs that fewer.conf does not ask for (ddpo/seed-3, tdpo/seed-1,"
                        + " tdpo/seed-2 and 1 more). To compare them, too, name their files, or the folder of the records"
                        + " instead of the sweep's file.")
                .doesNotContain("tdpo keeps");
        assertThat(Files.readString(Path.of(page))).contains("4 records of runs that fewer.conf does not ask for");
        Path third = records.resolve("ddpo/seed-3" + RunRecordFile.ENDING);
        command.succeed("compare", sweep.toString(), third.toString(), "-o", page);
        assertThat(command.out())
                .containsPattern("ddpo +3 ")
                .contains(
                        "3 records of runs that fewer.conf does not ask for (tdpo/seed-1, tdpo/seed-2, tdpo/seed-3).");
        Path renamed = Files.writeString(
                command.file("renamed.conf"),
                "sweep { config = run.conf, output = runs, records = records, axes { rate { low {}, high {} } } }");
        assertThat(command.run("compare", renamed.toString())).isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "renamed.conf: no run of the sweep has left its record yet: the 6 in ",
                        "are of runs that it does not ask for, such as ddpo/seed-1. Run it first, or name that folder");
    }

    /** Seeds that diverge are those of algorithms that over-optimise most: what is left of them flatters these. */
    @Test
    public void runsOfASweepThatAreMissingAreTold() throws IOException, PlainJson.MalformedException {
        Path sweep = Files.writeString(
                command.file("missing.conf"),
                """
                sweep {
                  config = run.conf, output = failing, records = records, seeds = [1, 2, 3, 4]
                  axes { algorithm = [ddpo, tdpo, hot] }
                }
                """);
        Path failed = Files.createDirectories(command.file("failing/ddpo/seed-4"));
        Files.writeString(
                failed.resolve("child.json"),
                """
                {
                  "keys": {}, "stage": "BEGUN", "seconds": 3, "peak_bytes": 0,
                  "failure": "train: the model diverged: weights are no longer finite numbers. Lower the rate."
                }
                """);
        String page = command.file("missing.html").toString();
        command.succeed("compare", sweep.toString(), "-o", page);
        assertThat(command.out())
                .contains(
                        "6 of the 12 runs of missing.conf have left a record; missing: ddpo/seed-4 (failed: train: the"
                                + " model diverged: weights are no longer finite numbers), hot/seed-1 (not begun), hot/seed-2 (not"
                                + " begun), hot/seed-3 (not begun), tdpo/seed-4 (not begun), hot/seed-4 (not begun).")
                .contains("Not all seeds that missing.conf asks for are compared of ddpo (3 of 4 seeds); tdpo (3 of 4"
                        + " seeds): what is said of such a group is of the seeds that are there, and where others failed,"
                        + " of those that survived.");
        assertThat(Files.readString(Path.of(page))).contains("6 of the 12 runs of missing.conf have left a record");
        command.succeed("compare", sweep.toString(), "-o", page, "--json");
        assertThat(PlainJson.readObject(command.out()).get("notes"))
                .asInstanceOf(LIST)
                .hasSize(2);
    }

    /** Of a sweep in the order of its choices, of a folder by name, where a longer one comes after its beginning. */
    @Test
    public void groupsHaveAnOrder() throws IOException {
        for (long seed = 1; seed <= 3; seed++) {
            write("ordered", record("ddpo-kl", seed, "20", .6));
            write("ordered", record("ddpo", seed, "20", .4));
        }
        write("ordered", record("tdpo", 2, "20", .8));
        Path sweep = Files.writeString(
                command.file("ordered.conf"),
                """
                sweep { config = run.conf, output = runs, records = ordered, seeds = [1, 2, 3]
                        axes { algorithm = [tdpo, ddpo-kl, ddpo] } }
                """);
        String page = command.file("ordered.html").toString();
        command.succeed("compare", sweep.toString(), "-o", page);
        assertThat(command.out()).containsPattern("(?s)\ntdpo +1 .*\nddpo-kl +3 .*\nddpo +3 ");
        command.succeed("compare", command.file("ordered").toString(), "-o", page);
        assertThat(command.out()).containsPattern("(?s)\nddpo +3 .*\nddpo-kl +3 .*\ntdpo +1 ");
    }

    @DataProvider
    public Object[][] algorithms() {
        return new Object[][] {
            {"ddpo"}, {"dpok"}, {"grpo"}, {"tdpo"}, {"tdpo-r"}, {"nft"}, {"d3po"}, {"diffusion-dpo"}, {"rwr"}, {"draft"}
        };
    }

    /** The keys of advice are those of a config. */
    @Test(dataProvider = "algorithms")
    public void adviceNamesKeysThatThereAre(String algorithm) {
        Path conf = command.smallRun("rewards { aesthetic { use = jpeg-compressibility } }");
        List<String> overrides = Pattern.compile("((?:algorithm|rewards\\.aesthetic|combination|evaluation)"
                        + "\\.[a-z3.-]*[a-z])(?: = ([a-z0-9.-]*[a-z0-9]))?")
                .matcher(String.join("\n", Advice.againstOverOptimisation(algorithm, List.of("aesthetic"))))
                .results()
                .map(CompareCommandTest::override)
                .toList();
        assertThat(overrides).hasSizeGreaterThan(2);
        List<String> arguments = new ArrayList<>(List.of("config", conf.toString(), "algorithm.use=" + algorithm));
        arguments.addAll(overrides);
        command.succeed(arguments.toArray(String[]::new));
    }

    @Test
    public void whatIsWrappedIsAdvisedByItsOwnKeys() {
        assertThat(Advice.againstOverOptimisation("constrained ddpo", List.of("aesthetic")))
                .anyMatch(line -> line.contains("algorithm.ddpo.kl-loss = 0.01"))
                .noneMatch(line -> line.contains("algorithm.use = constrained"));
    }

    private static String override(MatchResult found) {
        return found.group(1) + "=" + (found.group(2) == null ? "1" : found.group(2));
    }
}
