package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tempera.graph.FreeMemory;
import org.tempera.record.run.FolderLock;
import org.tempera.runtime.sweep.ChildStatus.State;
import org.tempera.runtime.sweep.FakeProcesses.Way;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SweepTest {
    private static final String TWO = "axes { algorithm = [ddpo, tdpo-r] }\n";

    private SweepFiles files;
    private final List<String> told = new ArrayList<>();

    @BeforeClass
    public void makeFiles() throws IOException {
        files = new SweepFiles();
    }

    @BeforeMethod
    public void begin() throws IOException {
        files.begin();
        told.clear();
    }

    @AfterClass
    public void removeFiles() {
        files.close();
    }

    private FakeProcesses processes(Function<String, Way> ways) {
        return new FakeProcesses(files.file("runs"), ways);
    }

    private Sweep sweep(SweepPlan plan, FakeProcesses processes) {
        // No memory is told of, so that the number alone decides.
        return new Sweep(
                plan,
                files.catalog(),
                processes,
                processes,
                new FreeMemory(files.file("no-system")),
                Duration.ofMillis(2));
    }

    private SweepOutcome run(SweepPlan plan, FakeProcesses processes) {
        Sweep sweep = sweep(plan, processes);
        return sweep.run(new SweepListener() {
            @Override
            public void started(SweepChild child, String what) {
                told.add(child.name() + " " + what);
                if (processes.started.size() == 2 && plan.config().settings().parallel() == 2) {
                    sweep.requestStop();
                }
            }

            @Override
            public void waiting(String why) {
                told.add(why);
                sweep.requestStop();
            }

            @Override
            public void warned(String message) {
                told.add(message);
            }
        });
    }

    private static List<State> states(SweepOutcome outcome) {
        return outcome.runs().stream().map(ChildStatus::state).toList();
    }

    @Test
    public void aFinishedRunLeavesItsRecordAndNoFolder() {
        SweepPlan plan = files.plan(TWO + "evaluate { prompts { seen = prompts.txt }, kl = false, every = 2 }");
        FakeProcesses processes = processes(what -> Way.ENDS);
        SweepOutcome outcome = run(plan, processes);
        assertThat(states(outcome)).containsExactly(State.DONE, State.DONE);
        assertThat(processes.started)
                .containsExactly(
                        "train ddpo/seed-1", "evaluate ddpo/seed-1", "train tdpo-r/seed-1", "evaluate tdpo-r/seed-1");
        assertThat(processes.jobs.get(0).arguments())
                .startsWith(
                        "train",
                        "--json",
                        "--stop-at-eof",
                        files.file("run.conf").toString())
                .contains("algorithm.use=ddpo", "run.seed=1", "checkpoint.keep-last=4");
        assertThat(processes.jobs.get(1).arguments())
                .containsExactly(
                        "evaluate",
                        "--json",
                        "--stop-at-eof",
                        "--n",
                        "4",
                        "--seed",
                        "0",
                        "--batch-size",
                        "8",
                        "--prompts",
                        "seen=" + files.file("prompts.txt"),
                        "--no-kl",
                        "--checkpoint",
                        "every-2",
                        files.file("runs/ddpo/seed-1/run").toString());
        assertThat(processes.mostAtOnce).isEqualTo(1);
        assertThat(files.file("runs")).doesNotExist();
        assertThat(run(plan, processes).count(State.DONE))
                .as("from the records alone")
                .isEqualTo(2);
        assertThat(processes.started).hasSize(4);
    }

    @Test
    public void aFailedRunEndsNothingAndIsTriedAgain() {
        SweepPlan plan = files.plan(TWO);
        FakeProcesses failing = processes(what -> what.equals("train ddpo/seed-1") ? Way.FAILS : Way.ENDS);
        SweepOutcome outcome = run(plan, failing);
        assertThat(states(outcome)).containsExactly(State.FAILED, State.DONE);
        assertThat(outcome.runs().get(0).message()).contains("train: no more room");
        assertThat(outcome.stopped()).isFalse();
        FakeProcesses now = processes(what -> Way.ENDS);
        now.records.putAll(failing.records);
        ChildStatus failed = sweep(plan, now).statuses().get(0);
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.message()).contains("train: no more room");
        assertThat(states(run(plan, now))).containsExactly(State.DONE, State.DONE);
        assertThat(now.started).containsExactly("train ddpo/seed-1");
        assertThat(now.jobs.get(0).arguments())
                .as("what it left has no checkpoint to go on from")
                .contains("--overwrite");
    }

    @Test
    public void aCrashIsToldByTheLastWords() {
        SweepOutcome outcome = run(files.plan(""), processes(what -> Way.CRASHES));
        assertThat(outcome.runs().get(0).message().orElseThrow())
                .startsWith("train: its process has crashed (signal 6). Its last words, in ")
                .endsWith("train.log:\nb\nc\nd\ne\nthe last words");
    }

    @Test
    public void whatWasStoppedGoesOnWhereItWas() {
        SweepPlan plan = files.plan(TWO + "parallel = 2");
        FakeProcesses processes = processes(what -> Way.GOES_ON);
        SweepOutcome stopped = run(plan, processes);
        assertThat(stopped.stopped()).isTrue();
        assertThat(processes.mostAtOnce).isEqualTo(2);
        assertThat(states(stopped)).containsExactly(State.STOPPED, State.STOPPED);
        assertThat(stopped.runs()).extracting(ChildStatus::epochs).containsExactly(2, 2);
        FakeProcesses now = processes(what -> Way.ENDS);
        assertThat(sweep(plan, now).statuses())
                .allMatch(s -> s.state() == State.STOPPED
                        && s.epochs() == 2
                        && s.message().isEmpty());
        SweepPlan oneByOne = files.plan(TWO);
        assertThat(states(run(oneByOne, now))).containsExactly(State.DONE, State.DONE);
        assertThat(now.started).containsExactly("resume ddpo/seed-1", "resume tdpo-r/seed-1");
        assertThat(told).endsWith("tdpo-r/seed-1 goes on after epoch 2");
        assertThat(now.jobs.get(0).arguments())
                .endsWith("--resume", files.file("runs/ddpo/seed-1/run").toString());
    }

    @Test
    public void whatHasTrainedIsNotTrainedAgain() {
        String keys = "evaluate { kl = false }";
        FakeProcesses failing = processes(what -> what.startsWith("evaluate") ? Way.FAILS : Way.ENDS);
        assertThat(run(files.plan(keys), failing).runs().get(0).message()).contains("evaluate: no more room");
        FakeProcesses now = processes(what -> Way.ENDS);
        run(files.plan(keys), now);
        assertThat(now.started).containsExactly("evaluate seed-1");
    }

    /** As on a full disk: of the run whose file it is nothing is left to wait for, and the other one saves. */
    @Test(timeOut = 30_000)
    public void aFileOfTheSweepsOwnThatCannotBeWrittenEndsItAtOnce() {
        SweepPlan plan = files.plan(TWO + "parallel = 2");
        FakeProcesses processes = processes(what -> what.equals("train ddpo/seed-1") ? Way.ENDS : Way.GOES_ON);
        Sweep sweep = sweep(plan, processes);
        assertThatThrownBy(() -> sweep.run(new SweepListener() {
                    @Override
                    public void started(SweepChild child, String what) {
                        if (processes.started.size() == 2) {
                            Path file = files.file("runs/ddpo/seed-1/child.json");
                            try {
                                Files.delete(file);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                            files.write("runs/ddpo/seed-1/child.json/in-the-way", "");
                        }
                    }
                }))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("runs/ddpo/seed-1/child.json");
        assertThat(files.file("runs/tdpo-r/seed-1/run/checkpoints/epoch-0002"))
                .as("it was asked to stop")
                .exists();
    }

    @Test
    public void whatDoesNotStopIsEnded() {
        SweepPlan plan = files.plan("");
        FakeProcesses processes = processes(what -> Way.HANGS);
        Sweep sweep = sweep(plan, processes);
        SweepOutcome outcome = sweep.run(new SweepListener() {
            @Override
            public void started(SweepChild child, String what) {
                sweep.stopAtOnce();
            }
        });
        assertThat(states(outcome)).containsExactly(State.STOPPED);
        assertThat(files.file("runs/seed-1/child.json")).exists();
    }

    @Test
    public void aFileThatCannotBeReadHidesNoOtherRun() {
        SweepPlan plan = files.plan(TWO);
        files.write("runs/ddpo/seed-1/child.json", "{\"keys\": {}, \"stage\": ");
        FakeProcesses processes = processes(what -> Way.ENDS);
        assertThat(sweep(plan, processes).statuses())
                .extracting(ChildStatus::state)
                .containsExactly(State.DAMAGED, State.TO_DO);
        files.write(
                "runs/ddpo/seed-1/child.json",
                "{\"keys\": {}, \"stage\": \"BEGUN\", \"seconds\": 1, \"peak_bytes\": -1}");
        assertThat(sweep(plan, processes).statuses().get(0).message().orElse(""))
                .contains("child.json: cannot be read (expected 0 or more at 'peak_bytes', found -1)");
        SweepOutcome outcome = run(plan, processes);
        assertThat(states(outcome)).containsExactly(State.DAMAGED, State.DONE);
        assertThat(outcome.runs().get(0).message().orElse(""))
                .contains("runs/ddpo/seed-1/child.json: cannot be read", "remove it with its folder");
        assertThat(told.get(0)).startsWith("ddpo/seed-1 is passed over: ");
        assertThat(processes.started).containsExactly("train tdpo-r/seed-1");
    }

    @Test
    public void recordsOfOtherSettingsAreNamedAndStay() {
        FakeProcesses processes = processes(what -> Way.ENDS);
        run(files.plan("", "sweep.keep=run"), processes);
        SweepPlan other = files.plan("settings { run.epochs = 5, algorithm.ddpo.clip-range = 0.5 }");
        assertThatThrownBy(() -> run(other, processes))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the sweep asks for other settings than were run:")
                .hasMessageContaining(
                        "records/seed-1: is of other settings: algorithm.ddpo.clip-range was 1.0E-4 and is"
                                + " 0.5, run.epochs was 4 and is 5")
                .hasMessageEndingWith("sweep.output=FOLDER and sweep.records=FOLDER.");
        assertThat(sweep(other, processes).statuses())
                .extracting(ChildStatus::state)
                .containsExactly(State.OTHER);
        processes.records.clear();
        assertThatThrownBy(() -> run(other, processes))
                .as("its folder")
                .hasMessageContaining("runs/seed-1: is of other settings:");
        assertThat(processes.started).hasSize(1);
    }

    /** Two files of sweeps may share a folder: a record of the one does not say that the other is done. */
    @Test
    public void aFolderOfOtherSettingsStaysThoughTheRunHasItsRecord() {
        SweepPlan plan = files.plan("");
        FakeProcesses done = processes(what -> Way.ENDS);
        run(plan, done);
        FakeProcesses others = processes(what -> Way.ENDS);
        run(files.plan("settings { run.epochs = 5 }", "sweep.keep=run"), others);
        Path run = files.file("runs/seed-1/run/config.conf");
        for (String keep : List.of("nothing", "best")) {
            told.clear();
            assertThat(states(run(files.plan("", "sweep.keep=" + keep), done))).containsExactly(State.DONE);
            assertThat(told)
                    .containsExactly(files.file("runs/seed-1") + ": is of other settings: run.epochs was 5 and is 4."
                            + " It stays, though seed-1 has its record.");
            assertThat(run).exists();
        }
        files.write("runs/seed-1/child.json", "");
        assertThat(states(run(plan, done))).containsExactly(State.DONE);
        assertThat(told.get(1)).startsWith(files.file("runs/seed-1/child.json") + ": cannot be read");
        assertThat(run).exists();
        files.remove("runs/seed-1/child.json");
        assertThat(states(run(plan, done))).containsExactly(State.DONE);
        assertThat(told.get(2)).startsWith(files.file("runs/seed-1/run") + ": is not of this sweep");
        assertThat(run).exists();
    }

    /** Else what has trained could never be measured. */
    @Test
    public void howItIsMeasuredMayChangeUntilItIs() {
        FakeProcesses failing = processes(what -> what.startsWith("evaluate") ? Way.FAILS : Way.ENDS);
        run(files.plan("evaluate { kl = false, rewards = [sharpness] }"), failing);
        String mended = "evaluate { kl = true, pictures = 2 }";
        FakeProcesses now = processes(what -> Way.ENDS);
        files.write("runs/seed-1/run/evaluations/epoch-0004-0123456789abcdef.json", "{}");
        assertThatThrownBy(() -> run(files.plan(mended), now))
                .as("what is there was measured otherwise")
                .hasMessageContaining("runs/seed-1: is of other settings: evaluate.kl was false and is true");
        files.remove("runs/seed-1/run/evaluations/epoch-0004-0123456789abcdef.json");
        assertThatThrownBy(() -> run(files.plan(mended, "sweep.evaluate.checkpoints=last"), now))
                .as("other checkpoints may be kept for it")
                .hasMessageContaining("evaluate.checkpoints was ALL and is LAST");
        assertThat(states(run(files.plan(mended), now))).containsExactly(State.DONE);
        assertThat(now.started).containsExactly("evaluate seed-1");
        assertThat(now.records.get("seed-1").keys()).containsEntry("evaluate.kl", "true");
    }

    /** As one whose config was mended. */
    @Test
    public void aRunThatLeftNothingBeginsAnewWithOtherSettings() throws IOException {
        FakeProcesses failing = processes(what -> Way.FAILS);
        run(files.plan(""), failing);
        files.remove("runs/seed-1/run/config.conf");
        files.remove("runs/seed-1/run/checkpoints");
        files.remove("runs/seed-1/run");
        SweepPlan mended = files.plan("settings { run.epochs = 5 }");
        FakeProcesses now = processes(what -> Way.ENDS);
        assertThat(sweep(mended, now).statuses()).extracting(ChildStatus::state).containsExactly(State.TO_DO);
        assertThat(states(run(mended, now))).containsExactly(State.DONE);
        assertThat(now.records.get("seed-1").keys()).containsEntry("run.epochs", "5");
    }

    @Test
    public void whatChangesNoNumberAndWhereFilesLieIsNoOtherSetting() throws IOException {
        FakeProcesses processes = processes(what -> Way.ENDS);
        run(files.plan(""), processes);
        files.write("elsewhere/prompts.txt", Files.readString(files.file("prompts.txt")));
        SweepPlan moved = files.plan("settings { run.threads = 1, checkpoint.keep-last = 9, sampling.prompts ="
                + " elsewhere/prompts.txt, algorithm.tdpo-r.clip-range = 0.5 }");
        assertThat(states(run(moved, processes))).containsExactly(State.DONE);
        files.write("prompts.txt", "a horse\n");
        assertThatThrownBy(() -> run(files.plan(""), processes)).hasMessageContaining("sampling.prompts was");
    }

    @DataProvider
    public Object[][] keys() {
        return new Object[][] {
            {"evaluation.on-fall = roll-back"},
            {"evaluation.on-drift = stop"},
            {"evaluation.on-steepening = nothing"},
            {"evaluation.most-roll-backs = 7"},
            {"evaluation.held-out-weights = independence"},
            {"evaluation.image-statistics = false"},
            {"evaluation.steepness.radius = 0.02"},
            {"evaluation.every = 3"},
            {"run.epochs = 9"},
        };
    }

    @Test(dataProvider = "keys")
    public void whatARunMeasuresAndDoesThenIsPartOfItsRecord(String setting) {
        Map<String, String> before = files.plan("").children().get(0).keys().values();
        ChildKeys now =
                files.plan("settings { " + setting + " }").children().get(0).keys();
        assertThat(now.differences(before)).singleElement().asString().startsWith(setting.split(" ")[0] + " was ");
    }

    /** A new version may have keys that an earlier one had not. */
    @Test
    public void aNewKeyWithItsDefaultIsNoOtherSetting() {
        ChildKeys now =
                files.plan("settings { run.epochs = 7 }").children().get(0).keys();
        Map<String, String> earlier = new java.util.HashMap<>(now.values());
        earlier.remove("algorithm.ddpo.clip-range");
        assertThat(now.differences(earlier)).isEmpty();
        earlier.remove("run.epochs");
        earlier.put("gone", "1");
        assertThat(now.differences(earlier))
                .containsExactly("gone was 1 and is not there", "run.epochs was not there and is 7");
    }

    /** As the page of sweeps shows one, begun when fewer keys were counted. */
    @Test
    public void aKeyThatWasNotCountedBeforeIsNoOtherSetting() {
        ChildKeys now = files.plan("settings { evaluation.on-fall = warn, checkpoint.every = 10 }\nevaluate {}")
                .children()
                .get(0)
                .keys();
        Map<String, String> earlier = new java.util.HashMap<>(now.values());
        earlier.keySet()
                .removeIf(key -> key.equals("checkpoint.every")
                        || (key.startsWith("evaluation.")
                                && !List.of("evaluation.every", "evaluation.samples", "evaluation.seed")
                                        .contains(key)));
        assertThat(earlier.size()).isEqualTo(now.values().size() - 9);
        assertThat(now.differences(earlier)).isEmpty();
    }

    @Test
    public void aFolderThatNoSweepBeganIsLeftAlone() {
        files.write("runs/seed-1/run/config.conf", "");
        assertThatThrownBy(() -> run(files.plan(""), processes(what -> Way.ENDS)))
                .hasMessageContaining("run: is not of this sweep");
    }

    /** The lock goes with the process that holds it. */
    @Test
    public void whatAnotherSweepIsAtIsPassedOver() throws IOException, FolderLock.TakenException {
        Files.createDirectories(files.file("runs/ddpo/seed-1"));
        FakeProcesses processes = processes(what -> Way.ENDS);
        try (FolderLock lock = FolderLock.take(files.file("runs/ddpo/seed-1/child.lock"))) {
            SweepOutcome outcome = run(files.plan(TWO), processes);
            assertThat(outcome.stopped()).isTrue();
        }
        assertThat(processes.started).containsExactly("train tdpo-r/seed-1");
        assertThat(told).last().asString().startsWith("ddpo/seed-1 waits, for it is in use by ");
    }

    @Test
    public void aConfigThatIsEditedOnTheWayMakesNoOtherRun() {
        SweepPlan plan = files.plan(TWO);
        FakeProcesses processes = processes(what -> {
            files.write("run.conf", read("run.conf").replace("epochs = 4", "epochs = 9"));
            return Way.ENDS;
        });
        SweepOutcome outcome = run(plan, processes);
        assertThat(states(outcome)).containsExactly(State.DONE, State.FAILED);
        assertThat(outcome.runs().get(1).message().orElseThrow())
                .contains("has changed since the sweep began: run.epochs was 4 and is 9");
    }

    /** The record says by which prompts its pictures were drawn: what was edited meanwhile draws none. */
    @Test(timeOut = 30_000)
    public void promptsThatAreEditedOnTheWayMeasureNothing() {
        files.write("seen.txt", "a cat\n");
        SweepPlan plan = files.plan("evaluate { prompts { seen = seen.txt } }");
        FakeProcesses edited = processes(what -> {
            files.write("seen.txt", "a horse\n");
            return Way.ENDS;
        });
        SweepOutcome outcome = run(plan, edited);
        assertThat(states(outcome)).containsExactly(State.FAILED);
        assertThat(outcome.runs().get(0).message().orElseThrow())
                .startsWith("a file that the run is measured by has changed since the sweep began:"
                        + " evaluate.prompts.seen was seen.txt ")
                .endsWith(". Put it back, or begin another sweep.");
        assertThat(edited.started).containsExactly("train seed-1");
        files.write("seen.txt", "a cat\n");
        FakeProcesses afterwards = processes(what -> {
            files.write("seen.txt", "a horse\n");
            return Way.ENDS;
        });
        assertThat(states(run(plan, afterwards))).as("before its record").containsExactly(State.FAILED);
        assertThat(afterwards.started).containsExactly("evaluate seed-1");
        assertThat(afterwards.records).isEmpty();
        files.write("seen.txt", "a cat\n");
        FakeProcesses now = processes(what -> Way.ENDS);
        assertThat(states(run(plan, now))).containsExactly(State.DONE);
        assertThat(now.started).as("all but the record was done").isEmpty();
    }

    @Test
    public void aFolderThatIsRemovedMeanwhileIsMadeAgain() throws IOException {
        List<String> made = new ArrayList<>();
        ChildFolder.twice(() -> {
            made.add("");
            if (made.size() == 1) {
                throw new NoSuchFileException("runs/ddpo");
            }
        });
        assertThat(made).hasSize(2);
        assertThatThrownBy(() -> ChildFolder.twice(() -> {
                    throw new NoSuchFileException("runs/ddpo");
                }))
                .isInstanceOf(NoSuchFileException.class);
    }

    private String read(String name) {
        try {
            return Files.readString(files.file(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    public void theBestCheckpointIsAllThatStaysOfThem() throws IOException {
        SweepPlan plan = files.plan("keep = best");
        FakeProcesses processes = processes(what -> {
            checkpoint(1, 0.3);
            checkpoint(2, 0.7);
            checkpoint(3, 0.5);
            return Way.ENDS;
        });
        assertThat(states(run(plan, processes))).containsExactly(State.DONE);
        try (var left = Files.list(files.file("runs/seed-1/run/checkpoints"))) {
            assertThat(left).extracting(p -> p.getFileName().toString()).containsExactly("epoch-0002");
        }
    }

    private void checkpoint(int epoch, double heldOut) {
        files.write(
                "runs/seed-1/run/checkpoints/epoch-000" + epoch + "/state.json",
                "{\"format\":\"tempera-checkpoint/1\",\"epoch\":" + epoch + ",\"held_out\":" + heldOut
                        + ",\"tensors\":0,\"counters\":{},\"state\":{},\"tensors_crc32\":\"0\"}");
    }

    @Test
    public void processesHaveOurOptionsButForWhatIsOurOwn() {
        List<String> ours = List.of(
                "-XX:TieredStopAtLevel=1", "-Xms48m", "-javaagent:/jacoco.jar", "-XX:ArchiveClassesAtExit=x", "-Xmx2g");
        assertThat(JavaProcesses.options(ours, "train"))
                .containsExactly("-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx2g");
        assertThat(JavaProcesses.options(ours, "evaluate"))
                .containsExactly("-XX:TieredStopAtLevel=4", "-Xms48m", "-Xmx2g");
    }
}
