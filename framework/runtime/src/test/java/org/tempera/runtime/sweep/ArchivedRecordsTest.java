package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class ArchivedRecordsTest {
    @Test
    public void aRecordIsKnownAgainAndItsSeedsBelongTogetherWhereverTheyWereRun() throws IOException {
        try (SweepFiles files = new SweepFiles()) {
            SweepPlan plan = files.plan("seeds = [1, 2]\naxes { algorithm = [ddpo, tdpo-r] }");
            ArchivedRecords records = new ArchivedRecords(files.file("records"));
            for (SweepChild child : plan.children()) {
                assertThat(records.read(child)).isEmpty();
                Path run = files.file("here-" + child.name() + "/run");
                // As run.json has it, which counts where files lie.
                String settings = "a hash of " + run;
                files.write("here-" + child.name() + "/run/config.conf", "");
                new RunFacts("ddpo", "toy", child.seed(), List.of(), false, 4, settings).write(RunFolder.view(run));
                ChildRecords.Kept how = new ChildRecords.Kept(child.keys().values(), 61.4, 1 << 20);
                records.write(child, run, how);
                assertThat(records.read(child)).contains(new ChildRecords.Kept(how.keys(), 61, 1 << 20));
            }
            SweepChild first = plan.children().get(0);
            RunRecord sound = RunRecordFile.read(records.file(first));
            RunRecordFile.write(
                    records.file(first),
                    sound.inSweep(false, sound.facts(), Map.of("keys", Map.of(), "seconds", "long", "peak_bytes", 1)));
            assertThatThrownBy(() -> records.read(first))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("json.gz: cannot be read as the record of a sweep's run (expected a number at"
                            + " 'seconds', found a text in its provenance)");
            RunRecordFile.write(
                    records.file(first),
                    sound.inSweep(false, sound.facts(), Map.of("keys", Map.of(), "seconds", -1, "peak_bytes", 1)));
            assertThatThrownBy(() -> records.read(first)).hasMessageContaining("0 or more at 'seconds', found -1.0");
            RunRecordFile.write(records.file(first), sound);
            List<RunRecord> read = plan.children().stream()
                    .map(child -> RunRecordFile.read(records.file(child)))
                    .toList();
            assertThat(read)
                    .extracting(RunRecord::name)
                    .containsExactly("ddpo/seed-1", "tdpo-r/seed-1", "ddpo/seed-2", "tdpo-r/seed-2");
            List<String> settings = read.stream().map(r -> r.facts().settings()).toList();
            assertThat(settings.get(2)).isEqualTo(settings.get(0)).isNotEqualTo(settings.get(1));
            assertThat(settings.get(3)).isEqualTo(settings.get(1));
        }
    }
}
