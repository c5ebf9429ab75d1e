package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.text.Secrets;
import org.tempera.core.config.RewardSettings;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class UnreadKeysTest {
    private static final String TWO_TRAINED = "rewards.dim.role=train";

    private final TestConfigs configs = new TestConfigs();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    private RunConfig config(String... overrides) {
        return configs.whole(overrides);
    }

    @DataProvider
    public Object[][] given() {
        return new Object[][] {
            {List.of("combination.k=2"), "combination.rule = mean-minus-k-std, found weighted-sum"},
            {List.of("rewards.dim.normalise=true"), "rewards.dim.role = train, found held-out"},
            {
                List.of("rewards.brightness.normalise=true", "combination.rule=mean-minus-k-std", TWO_TRAINED),
                "combination.rule = weighted-sum or normalised-sum, found mean-minus-k-std"
            },
            {List.of("rewards.dim.ball.score=fall"), "rewards.dim.ball.radius is above 0, found 0.0"},
            {List.of("evaluation.most-roll-backs=2"), "evaluation.on-fall = roll-back, found warn"},
            {List.of("evaluation.on-steepening=stop"), "evaluation.steepness.radius is above 0, found 0.0"},
            {
                List.of("evaluation.on-drift=stop", "evaluation.image-statistics=false"),
                "evaluation.image-statistics = true, found false"
            },
            {List.of("reference.follow.every=3"), "reference.moves = true, found false"},
            {List.of("behaviour.follow.flat=3"), "behaviour.follow.decay = piecewise, found linear"},
            {List.of("sampling.initial-noise=shared"), "sampling.samples-per-prompt is above 1, found 1"},
            {List.of("sampling.stochastic-steps.stride=2"), "sampling.stochastic-steps.move = progressive, found fixed"
            },
        };
    }

    @Test(dataProvider = "given")
    public void areToldWithWhereTheyWouldBeRead(List<String> overrides, String where) {
        String first = overrides.get(0);
        String key = first.substring(0, first.indexOf('='));
        assertThat(UnreadKeys.of(config(overrides.toArray(String[]::new))))
                .containsExactly(new UnreadKeys.UnreadKey(
                        key, "override '" + first + "': " + key + ": has no effect: it is read where " + where));
    }

    @DataProvider
    public Object[][] read() {
        return new Object[][] {
            {List.of()},
            {List.of("combination.k=2", "combination.rule=mean-minus-k-std", TWO_TRAINED)},
            {List.of("combination.rule=normalised-sum")},
            {List.of("rewards.brightness.weight=2")},
            {List.of("combination.k=1")},
            {List.of("rewards.dim.normalise=true", "rewards.dim.role=train")},
            // Its sign says which picture of a ball is the worst, in any role and under any rule.
            {List.of("rewards.dim.weight=-1", "rewards.dim.ball.radius=0.02", "rewards.dim.ball.score=fall")},
            {List.of("rewards.brightness.weight=-1", "rewards.brightness.ball.radius=0.1")},
            {
                List.of(
                        "rewards.brightness.weight=-1",
                        "rewards.brightness.ball.radius=0.1",
                        "combination.rule=min",
                        TWO_TRAINED)
            },
            // `sample` may draw with another guidance.
            {List.of("sampling.negative-prompt=grey", "sampling.guidance-scale=1")},
            {List.of("evaluation.on-steepening=stop", "evaluation.steepness.radius=0.02")},
            {List.of("behaviour.follow.slope=0.1")},
            {List.of("sampling.initial-noise=shared", "sampling.samples-per-prompt=2")},
        };
    }

    @Test(dataProvider = "read")
    public void nothingIsSaidOfKeysThatAreReadOrAtTheirDefaults(List<String> overrides) {
        assertThat(UnreadKeys.of(config(overrides.toArray(String[]::new)))).isEmpty();
    }

    /** Overrides of a config with one training reward and two others, and what is said of its combination. */
    @DataProvider
    public Object[][] combinations() {
        String rule = "combination.rule: has no effect but that scores are standardised: ";
        String several = " several rewards with role = train, found one";
        String smallest =
                "rewards.brightness.weight: has no effect: min takes the smallest score whatever its weight, so"
                        + " that brightness counts as each reward with role = train does";
        return new Object[][] {
            {List.of("combination.rule=min"), List.of(rule + "min combines" + several, smallest)},
            {
                List.of("combination.rule=mean-minus-k-std", "combination.k=2"),
                List.of(
                        rule + "mean-minus-k-std combines" + several,
                        "combination.k: has no effect: it is read where there are" + several)
            },
            {List.of("combination.rule=min", "rewards.brightness.weight=0", TWO_TRAINED), List.of(smallest)},
            {
                List.of("rewards.dim.weight=2"),
                List.of("rewards.dim.weight: has no effect: it is read where rewards.dim.role = train, found held-out")
            },
        };
    }

    @Test(dataProvider = "combinations")
    public void whatCombinesNothingIsTold(List<String> overrides, List<String> said) {
        assertThat(UnreadKeys.of(config(overrides.toArray(String[]::new))))
                .extracting(key -> key.message().substring(key.message().lastIndexOf(key.key() + ": ")))
                .containsExactlyElementsOf(said);
    }

    @Test
    public void nothingIsSaidOfAConfigThatARunHasWritten() throws IOException {
        Path written = Files.writeString(
                configs.folder().resolve("config.conf"), config().effective().render());
        assertThat(UnreadKeys.of(configs.read(written))).isEmpty();
    }

    @Test
    public void ofSeveralRunsAKeyIsToldThatNoneOfThemReads() {
        RunConfig unread = config("combination.k=2", "rewards.dim.normalise=true");
        RunConfig reads = config(
                "combination.k=2", "combination.rule=mean-minus-k-std", "rewards.dim.normalise=true", TWO_TRAINED);
        assertThat(UnreadKeys.ofEach(List.of(unread, config(), reads)))
                .extracting(UnreadKeys.UnreadKey::key)
                .containsExactly("rewards.dim.normalise");
    }

    enum Rule {
        CLIP,
        PID
    }

    record Inner(@Doc("Rate.") double rate, @Doc("Every.") int every) {}

    record Shared(@Doc("Clip.") double clip, @Doc("Largest.") double largest) {}

    record Outer(
            @Doc("Rule.") Rule rule,
            @ReadWhere(key = "rule", is = "pid") @Doc("Gains.") Inner gains,
            @Inline @ReadWhere(of = "clip", key = "rule", is = "clip") Shared shared,
            @ReadWhere(
                            key = "rule",
                            is = {"clip", "pid"})
                    @ReadWhere(key = "file")
                    @Doc("Rows.")
                    int rows,
            @ReadWhere(key = "file", given = false) @ReadWhere(key = "gains.every", above = 1) int columns,
            @Doc("File.") Optional<Path> file) {}

    private static final Outer OUTER = new Outer(Rule.CLIP, new Inner(1, 2), new Shared(1, 2), 3, 4, Optional.empty());

    @Test
    public void theTextOfAKeySaysWhereItIsRead() {
        assertThat(ConfigKey.of(Outer.class, OUTER).stream()
                        .collect(Collectors.toMap(ConfigKey::name, ConfigKey::text)))
                .isEqualTo(Map.of(
                        "rule", "Rule.",
                        "gains.rate", "Rate. Read where rule = pid.",
                        "gains.every", "Every. Read where rule = pid.",
                        "clip", "Clip. Read where rule = clip.",
                        "largest", "Largest.",
                        "rows", "Rows. Read where rule = clip or pid and file is given.",
                        "columns", "Read where file is left out and gains.every is above 1.",
                        "file", "File."));
    }

    @Test
    public void aKeyThatIsGivenOrLeftOutDecides() {
        ReadCondition given = ReadCondition.of(Outer.class).get("rows").get(1);
        assertThat(given.holds(Path.of("a"))).isTrue();
        assertThat(given.holds(Optional.empty())).isFalse();
        assertThat(given.holds(List.of())).isFalse();
        ReadCondition leftOut = ReadCondition.of(Outer.class).get("columns").get(0);
        assertThat(leftOut.holds(Path.of("a"))).isFalse();
        assertThat(leftOut.holds(Optional.empty())).isTrue();
    }

    @Test
    public void whatAnOptionalKeyComesToIsNotKnown() {
        ReadCondition pid = ReadCondition.of(Outer.class).get("gains.rate").get(0);
        assertThat(pid.holds(Rule.PID)).isTrue();
        assertThat(pid.holds(Rule.CLIP)).isFalse();
        assertThat(pid.holds(Optional.empty())).isTrue();
    }

    record Part(@Doc("Name.") String name) {}

    record Given(
            List<Path> paths,
            List<Part> parts,
            Map<String, Path> named,
            Map<String, Part> byName,
            Optional<Path> path,
            Optional<Part> part,
            Optional<List<Path>> maybe,
            @ReadWhere(key = "paths")
                    @ReadWhere(key = "parts")
                    @ReadWhere(key = "named")
                    @ReadWhere(key = "by-name")
                    @ReadWhere(key = "path")
                    @ReadWhere(key = "part")
                    @ReadWhere(key = "maybe")
                    int rows) {
        Given without(int key) {
            return new Given(
                    key == 0 ? List.of() : paths,
                    key == 1 ? List.of() : parts,
                    key == 2 ? Map.of() : named,
                    key == 3 ? Map.of() : byName,
                    key == 4 ? Optional.empty() : path,
                    key == 5 ? Optional.empty() : part,
                    key == 6 ? Optional.empty() : maybe,
                    rows);
        }
    }

    /** Whatever type of a value can be bound. */
    @Test
    public void pathsAndRecordsInListsMapsAndOptionsAreGivenToo() {
        Path path = Path.of("/a");
        Part part = new Part("b");
        Given all = new Given(
                List.of(path, path),
                List.of(part),
                Map.of("c", path),
                Map.of("d", part),
                Optional.of(path),
                Optional.of(part),
                Optional.of(List.of(path)),
                5);
        assertThat(unread("rows", all)).isEmpty();
        List<String> names = List.of("paths", "parts", "named", "by-name", "path", "part", "maybe");
        for (int key = 0; key < names.size(); key++) {
            String where = "it is read where b." + names.get(key) + " is given";
            assertThat(unread("rows", all.without(key)))
                    .hasValueSatisfying(u -> assertThat(u.message()).contains(where));
        }
    }

    private static Optional<UnreadKeys.UnreadKey> unread(String key, Record record) {
        UnreadKeys keys = new UnreadKeys(Map.of("b." + key, "run.conf: 1"), new Secrets());
        keys.add("b", record, record);
        return keys.unread("b." + key);
    }

    record Values(
            @Doc("Model.") String model,
            double factor,
            float narrow,
            long count,
            Optional<Boolean> on,
            @ReadWhere(
                            key = "model",
                            is = {"ViT-L-14", "on"})
                    int ofText,
            @ReadWhere(key = "factor", is = "1") int ofNumber,
            @ReadWhere(key = "narrow", is = "0.1") int ofNarrow,
            @ReadWhere(key = "count", is = "1e3") int ofCount,
            @ReadWhere(key = "on", is = "true") int ofTruth) {}

    /** However they are printed. */
    @Test
    public void valuesAreCompared() {
        Values equal = new Values("ViT-L-14", 1, 0.1f, 1000, Optional.of(true), 1, 2, 3, 4, 5);
        Values other = new Values("ViT-B-32", 2, 0.2f, 1001, Optional.of(false), 1, 2, 3, 4, 5);
        assertThat(ConfigRecords.fault(Values.class, equal, false)).isEmpty();
        for (String key : List.of("of-text", "of-number", "of-narrow", "of-count", "of-truth")) {
            assertThat(unread(key, equal)).as(key).isEmpty();
            assertThat(unread(key, other)).as(key).isPresent();
        }
        assertThat(unread("of-text", new Values("on", 1, 1, 1, Optional.empty(), 1, 2, 3, 4, 5)))
                .isEmpty();
    }

    record Misspelt(@ReadWhere(key = "rule", is = "pdi") double rate, @Doc("Rule.") Rule rule) {}

    record Uppercase(@ReadWhere(key = "rule", is = "PID") double rate, Rule rule) {}

    record Fraction(@ReadWhere(key = "count", is = "1.5") double rate, Optional<Integer> count) {}

    record AboveText(@ReadWhere(key = "model", above = 1) double rate, String model) {}

    record OfList(@ReadWhere(key = "files", is = "a") double rate, List<String> files) {}

    @DataProvider
    public Object[][] impossible() {
        return new Object[][] {
            {new Misspelt(1, Rule.PID), "read where rule = pdi, and that key has no value pdi"},
            {new Uppercase(1, Rule.PID), "read where rule = PID, and that key has no value PID"},
            {new Fraction(1, Optional.empty()), "read where count = 1.5, and that key has no value 1.5"},
            {new AboveText(1, "a"), "read where model is above 1, and that key is no number"},
            {new OfList(1, List.of()), "read where files = a, and that key has no value a"},
        };
    }

    @Test(dataProvider = "impossible")
    public void aConditionThatNoValueMeetsIsRefused(Record record, String fault) {
        assertThat(ConfigRecords.fault(record.getClass(), record, false))
                .hasValueSatisfying(f -> assertThat(f).contains("the key 'rate'", fault));
    }

    record Dangling(@ReadWhere(key = "rull", is = "pid") @Doc("Rate.") double rate, @Doc("Rule.") Rule rule) {}

    @Test
    public void aRecordThatNamesNoKeyOfItsOwnIsRefused() {
        assertThat(ConfigRecords.fault(Outer.class, OUTER, false)).isEmpty();
        assertThat(ConfigRecords.fault(Dangling.class, new Dangling(1, Rule.PID), false))
                .hasValueSatisfying(fault -> assertThat(fault)
                        .contains("the key 'rate'", "read where rull = pid", "it has no key of that name"));
    }

    @Test
    public void theFrameworksRecordsNameKeysAndValuesThatThereAre() {
        Map<String, ConfigKey> whole = new HashMap<>();
        FrameworkBlock.ALL.forEach(block -> keys(whole, block.name(), block.type(), block.defaults()));
        keys(whole, "rewards.dim", RewardSettings.class, RewardSettings.defaults());
        FrameworkBlock.ALL.forEach(block -> assertNamesKeys(block.name(), block.type(), whole));
        assertNamesKeys("rewards.dim", RewardSettings.class, whole);
    }

    private static void keys(Map<String, ConfigKey> all, String block, Class<? extends Record> type, Record defaults) {
        ConfigKey.of(type, defaults).forEach(key -> all.put(block + "." + key.name(), key));
    }

    private static void assertNamesKeys(String block, Class<? extends Record> type, Map<String, ConfigKey> whole) {
        ReadCondition.of(type)
                .forEach((key, conditions) -> conditions.forEach(c -> assertThat(
                                Stream.of(block + "." + c.key(), c.where().key())
                                        .filter(whole::containsKey)
                                        .findFirst())
                        .as(block + "." + key)
                        .hasValueSatisfying(other ->
                                assertThat(c.fault(whole.get(other).shape())).isEmpty())));
    }
}
