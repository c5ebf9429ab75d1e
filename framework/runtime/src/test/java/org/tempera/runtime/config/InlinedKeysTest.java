package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.FormerKey;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;
import org.tempera.spi.Required;
import org.tempera.spi.Secret;
import org.testng.annotations.Test;

/** Records whose keys stand among those of another, keys that must be given, and keys that had other names. */
public class InlinedKeysTest {
    record Plan(@Doc("Rows.") int rows, @Doc(value = "Rounds.", measures = false) int rounds) {
        Plan {
            Require.that(rows >= 1, "rows", "at least 1", rows);
            Require.that(rounds >= 1, "rounds", "at least 1", rounds);
        }
    }

    record Steps(@Inline Plan plan, @Doc("Share.") double share) {}

    record Access(@Doc("Token.") @Secret String token, @Doc("File.") Optional<Path> file) {}

    record Penalty(@Doc("Horizon.") int horizon) {}

    record Whole(
            @Doc("First.") int first,
            @Inline Steps steps,
            @Inline Access access,
            @Doc("Penalty.") Penalty penalty,
            @Doc("Loss.") @FormerKey({"penalty.loss", "old-loss"}) double loss) {
        Whole {
            if (steps.plan().rows() > first) {
                throw new ConfigException("rows", "must be at most first, which is " + first);
            }
        }
    }

    private static final Whole DEFAULTS =
            new Whole(8, new Steps(new Plan(2, 3), 0.5), new Access("none", Optional.empty()), new Penalty(7), 0.25);

    private static Whole bound(Map<String, Object> data) {
        return RecordBinder.bind(data, "data", Path.of("base"), Whole.class, DEFAULTS, "block");
    }

    @Test
    public void standAmongTheOthers() {
        assertThat(ConfigKey.of(Whole.class, DEFAULTS))
                .extracting(ConfigKey::name)
                .containsExactly("first", "rows", "rounds", "share", "token", "file", "penalty.horizon", "loss");
        assertThat(ConfigKey.of(Whole.class, DEFAULTS).get(2).anyValue()).isEqualTo("3");
        assertThat(ConfigKey.of(Whole.class, DEFAULTS).get(1).text()).isEqualTo("Rows.");
        Whole whole = bound(Map.of("rows", 5, "share", 1, "file", "a"));
        assertThat(whole.steps()).isEqualTo(new Steps(new Plan(5, 3), 1));
        assertThat(whole.access().file())
                .contains(Path.of("base").toAbsolutePath().resolve("a"));
        assertThat(bound(Map.of())).isEqualTo(DEFAULTS);
    }

    @Test
    public void areCheckedLikeTheOthers() {
        assertThatThrownBy(() -> bound(Map.of("rows", 0, "rounds", -1, "sharre", 1, "first", 1.5)))
                .isInstanceOfSatisfying(ConfigProblems.class, e -> assertThat(e.problems())
                        .containsExactly(
                                "data: block.sharre: unknown key. Did you mean 'share'? Known: [file, first,"
                                        + " loss, penalty, rounds, rows, share, token].",
                                "data: block.first: expected a whole number, found 1.5",
                                "data: block.rows: must be at least 1, was 0",
                                "data: block.rounds: must be at least 1, was -1"));
        assertThatThrownBy(() -> bound(Map.of("plan", Map.of("rows", 3)))).hasMessageContaining("unknown key");
    }

    @Test
    public void areNamedByTheRecordThatTheyStandIn() {
        assertThatThrownBy(() -> bound(Map.of("rows", 9)))
                .isInstanceOfSatisfying(ConfigProblems.class, e -> assertThat(e.problems())
                        .containsExactly("data: block.rows: must be at most first, which is 8"));
    }

    @Test
    public void areWrittenReadMeasuredAndHiddenLikeTheOthers() {
        Whole whole = bound(Map.of("rows", 5, "token", "geheim", "file", "a"));
        Path file = Path.of("base").toAbsolutePath().resolve("a");
        Secrets secrets = new Secrets();
        EffectiveConfig written = new EffectiveConfig.Builder(Map.of("block.token", "data"), secrets)
                .add(whole, "block")
                .build();
        assertThat(written.values())
                .containsEntry("block.rows", "5")
                .containsEntry("block.share", "0.5")
                .containsEntry("block.penalty.horizon", "7")
                .doesNotContainKey("block.steps");
        assertThat(written.render()).doesNotContain("geheim");
        assertThat(EffectiveConfig.hocon(whole)).startsWith("{first = 8, rows = 5, rounds = 3, share = 0.5, token");
        assertThat(ReadPaths.of("block", whole)).containsOnlyKeys("block.file").containsValue(file);
        MeasuringKeys measuring = MeasuringKeys.of("block", whole);
        assertThat(measuring.values())
                .containsOnlyKeys("block.first", "block.rows", "block.share", "block.penalty.horizon", "block.loss");
        assertThat(measuring.paths()).containsOnlyKeys("block.file");
        assertThat(ShownValue.of(whole, false, new Secrets()).value().toString())
                .doesNotContain("geheim");
    }

    record Twice(@Inline Plan plan, @Doc("Rows.") int rows) {}

    record NoRecord(@Inline int rows) {}

    record Text(@Doc("Text.") String text) {}

    @Test
    @SuppressWarnings("NullAway") // that is what is refused
    public void nullIsNoDefault() {
        assertThat(ConfigRecords.fault(Text.class, new Text(null), false)).hasValueSatisfying(fault -> assertThat(fault)
                .contains("the default of text is null", "annotate", "@Required"));
    }

    @Test
    public void areRefusedWhereTheyCannotStand() {
        assertThat(ConfigRecords.fault(Twice.class, new Twice(new Plan(1, 1), 1), false))
                .hasValueSatisfying(fault -> assertThat(fault).contains("the key 'rows'", "is there twice"));
        assertThat(ConfigRecords.fault(NoRecord.class, new NoRecord(1), false))
                .hasValueSatisfying(fault -> assertThat(fault).contains("only a record can be inlined"));
        assertThat(ConfigRecords.fault(Steps.class, new Steps(new Plan(1, 1), Double.NaN), false))
                .hasValueSatisfying(fault -> assertThat(fault).contains("the default of share must be finite"));
    }

    @Test
    public void formerNamesAreRead() {
        assertThat(bound(Map.of("penalty", Map.of("loss", 2, "horizon", 3))))
                .returns(2.0, Whole::loss)
                .returns(new Penalty(3), Whole::penalty);
        assertThat(bound(Map.of("penalty", Map.of("loss", 2)))).returns(DEFAULTS.penalty(), Whole::penalty);
        assertThat(bound(Map.of("old-loss", 2)).loss()).isEqualTo(2);
        assertThatThrownBy(() -> bound(Map.of("old-loss", 2, "loss", 3)))
                .hasMessageContaining(
                        "data: block.old-loss: is called 'block.loss' now, which is given as well. Leave this one out.");
        assertThatThrownBy(() -> bound(Map.of("old-loss", "much")))
                .hasMessageContaining("block.loss: expected a number");
    }

    record Moved(@Doc("Loss.") @FormerKey("terms.kl.loss") double loss) {}

    @Test
    public void formerBlocksGoWithTheirLastKey() {
        Moved now = RecordBinder.bind(
                Map.of("terms", Map.of("kl", Map.of("loss", 2))),
                "data",
                Path.of("base"),
                Moved.class,
                new Moved(1),
                "block");
        assertThat(now.loss()).isEqualTo(2);
        assertThatThrownBy(() -> RecordBinder.bind(
                        Map.of("terms", Map.of("kl", Map.of("loss", 2, "scale", 3))),
                        "data",
                        Path.of("base"),
                        Moved.class,
                        new Moved(1),
                        "block"))
                .hasMessageContaining("block.terms: unknown key");
    }

    record Model(
            @Required @Doc("Folder.") Path folder, @Required @Doc("Size.") int size, @Doc("Scale.") double scale) {}

    @Test
    public void requiredKeysHaveNoDefault() {
        Model standIn = new Model(Path.of(""), 0, 1);
        assertThatThrownBy(() ->
                        RecordBinder.bind(Map.of("scale", 2), "data", Path.of("base"), Model.class, standIn, "block"))
                .isInstanceOfSatisfying(ConfigProblems.class, e -> assertThat(e.problems())
                        .containsExactly(
                                "data: block.folder: missing; it has no default. Set it.",
                                "data: block.size: missing; it has no default. Set it."));
        assertThat(ConfigKey.of(Model.class, standIn))
                .extracting(ConfigKey::isRequired)
                .containsExactly(true, true, false);
    }
}
