package org.tempera.runtime.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.record.archive.RunRecord;

/**
 * What a sweep's file says, bound and checked; the runs that it asks for are not looked at yet.
 *
 * @param axes in the order of their lines
 * @param shared what is laid over the config of every run
 * @param control empty where there is none
 * @param evaluation empty where checkpoints are not measured
 * @param questions in the order of their lines
 */
public record SweepConfig(
        SweepSettings settings,
        List<Axis> axes,
        ConfigLayer shared,
        Optional<Control> control,
        Optional<SweepEvaluation> evaluation,
        List<Question> questions) {
    private static final String SWEEP = "sweep";
    private static final String AXES = "axes";
    private static final String SETTINGS = "settings";
    private static final String CONTROL = "control";
    private static final String EVALUATE = "evaluate";
    private static final String QUESTIONS = "questions";

    private static final String ALGORITHM = "algorithm";

    /** Blocks whose {@code use} chooses a plugin, so that names alone say what is chosen. */
    private static final Set<String> OF_PLUGINS = Set.of("policy", ALGORITHM, "critic", "gold");

    /** A thing that varies, such as the algorithm. */
    public record Axis(String name, List<Choice> choices) {
        public Axis {
            choices = List.copyOf(choices);
        }
    }

    /** One way of it. */
    public record Choice(String name, ConfigLayer layer) {
        /**
         * The outermost blocks in which its runs may differ from those of another choice: of the keys that it sets,
         * and where these are the algorithm's, of what suits that.
         */
        public Set<String> blocks() {
            Set<String> blocks = new TreeSet<>(layer.tree().keySet());
            if (blocks.contains(ALGORITHM)) {
                blocks.add(FrameworkBlock.OPTIMIZER.name());
                blocks.add(FrameworkBlock.BEHAVIOUR.name());
            }
            return blocks;
        }
    }

    /**
     * What the runs are to answer.
     *
     * @param place where it stands, for messages
     */
    public record Question(String name, String place, SweepQuestion asked) {
        /** Its key in full. */
        public String path() {
            return RecordBinder.join(SWEEP + "." + QUESTIONS, name);
        }
    }

    /** Runs on random rewards, which others are judged against. */
    public record Control(SweepControl settings, ConfigLayer layer) {
        /** The names of the axes that it varies over. */
        public List<String> axes(List<Axis> all) {
            return settings.axes().orElseGet(() -> all.stream().map(Axis::name).toList());
        }
    }

    public SweepConfig {
        axes = List.copyOf(axes);
        questions = List.copyOf(questions);
    }

    /**
     * Reads a sweep's file with overrides such as {@code sweep.parallel=2}.
     *
     * @throws ConfigProblems with every problem of the file
     * @throws org.tempera.spi.UserException if the file cannot be read or parsed
     */
    public static SweepConfig load(Path file, List<String> overrides) {
        return new Loader().load(ConfigSource.read(file, overrides));
    }

    /** Binds one tree. */
    private static final class Loader {
        private final Problems problems = new Problems();
        private final RecordBinder binder = new RecordBinder(problems, Path.of(""));

        SweepConfig load(ConfigObject root) {
            binder.refuseUnknown(root, "", Set.of(SWEEP));
            ConfigObject block = binder.block(root, SWEEP, SWEEP);
            if (block == null && root.get(SWEEP) == null) {
                problems.add("", SWEEP, "missing. Say what to run: " + SWEEP + " { config = ..., output = ... }.");
            }
            problems.throwIfAny();
            Set<String> known = new HashSet<>(RecordKey.names(SweepSettings.class));
            known.addAll(List.of(AXES, SETTINGS, CONTROL, EVALUATE));
            binder.refuseUnknown(block, SWEEP, known);
            Optional<SweepSettings> settings =
                    binder.bindKnown(SweepSettings.class, SweepSettings.defaults(), block, SWEEP);
            List<Axis> axes = axes(block);
            ConfigLayer shared = layer(block, SETTINGS, SWEEP + "." + SETTINGS);
            Optional<Control> control = control(block, axes);
            Optional<SweepEvaluation> evaluation = isThere(block, EVALUATE)
                    ? binder.bind(
                            SweepEvaluation.class,
                            SweepEvaluation.defaults(),
                            binder.block(block, EVALUATE, SWEEP + "." + EVALUATE),
                            SWEEP + "." + EVALUATE)
                    : Optional.empty();
            List<Question> questions = settings.map(s -> questions(block, s)).orElse(List.of());
            settings.ifPresent(s -> requireKnown(s.skip(), axes, "", SWEEP + ".skip"));
            for (Question question : questions) {
                requireKnown(List.of(question.asked().compare()), axes, question.place(), question.path() + ".compare");
                requireKnown(question.asked().with(), axes, question.place(), question.path() + ".with");
            }
            problems.throwIfAny();
            return new SweepConfig(settings.orElseThrow(), axes, shared, control, evaluation, questions);
        }

        private List<Question> questions(@Nullable ConfigObject sweep, SweepSettings settings) {
            List<Question> questions = new ArrayList<>();
            for (Map.Entry<String, ConfigValue> e : byLine(binder.block(sweep, QUESTIONS, SWEEP + "." + QUESTIONS))) {
                Optional.ofNullable(settings.questions().get(e.getKey()))
                        .ifPresent(asked ->
                                questions.add(new Question(e.getKey(), Origins.describe(e.getValue()), asked)));
            }
            return questions;
        }

        private static boolean isThere(@Nullable ConfigObject block, String key) {
            ConfigValue value = block == null ? null : block.get(key);
            return value != null && value.valueType() != ConfigValueType.NULL;
        }

        private List<Axis> axes(@Nullable ConfigObject sweep) {
            String path = SWEEP + "." + AXES;
            ConfigObject block = binder.block(sweep, AXES, path);
            List<Axis> axes = new ArrayList<>();
            for (Map.Entry<String, ConfigValue> e : byLine(block)) {
                String at = RecordBinder.join(path, e.getKey());
                requireName(e.getKey(), e.getValue(), at);
                if (RunRecord.SEED_SETTINGS.contains(e.getKey())) {
                    problems.add(
                            Origins.describe(e.getValue()),
                            at,
                            "is what runs of one choice differ in: name the axis otherwise, and give seeds in"
                                    + " sweep.seeds.");
                }
                List<Choice> choices = e.getValue() instanceof ConfigList list
                        ? plugins(e.getKey(), list, at)
                        : choices(binder.asBlock(e.getValue(), at), at);
                if (choices.isEmpty() && problems.isEmpty()) {
                    problems.add(
                            Origins.describe(e.getValue()),
                            at,
                            "expected a choice or more, such as " + e.getKey()
                                    + " { small { run.epochs = 10 }, large { run.epochs = 40 } }, found none.");
                }
                axes.add(new Axis(e.getKey(), choices));
            }
            return axes;
        }

        private List<Choice> choices(@Nullable ConfigObject block, String path) {
            List<Choice> choices = new ArrayList<>();
            for (Map.Entry<String, ConfigValue> e : byLine(block)) {
                requireName(e.getKey(), e.getValue(), RecordBinder.join(path, e.getKey()));
                choices.add(new Choice(e.getKey(), layer(block, e.getKey(), RecordBinder.join(path, e.getKey()))));
            }
            return choices;
        }

        /** The choices of a list of names, such as {@code algorithm = [ddpo, tdpo-r]}. */
        private List<Choice> plugins(String axis, ConfigList names, String path) {
            if (!OF_PLUGINS.contains(axis)) {
                problems.add(
                        Origins.describe(names),
                        path,
                        "expected a block of choices, found a list. Only what is chosen with 'use' ("
                                + OF_PLUGINS.stream().sorted().collect(Collectors.joining(", "))
                                + ") can be a list, of names.");
                return List.of();
            }
            List<Choice> choices = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            for (ConfigValue value : names) {
                String name = String.valueOf(value.unwrapped());
                requireName(name, value, path);
                if (!seen.add(name)) {
                    problems.add(Origins.describe(value), path, "names '" + name + "' twice.");
                }
                choices.add(new Choice(
                        name, new ConfigLayer(value.atKey("use").atKey(axis).root())));
            }
            return choices;
        }

        private Optional<Control> control(@Nullable ConfigObject sweep, List<Axis> axes) {
            String path = SWEEP + "." + CONTROL;
            if (!isThere(sweep, CONTROL)) {
                return Optional.empty();
            }
            ConfigObject block = binder.block(sweep, CONTROL, path);
            Set<String> known = new HashSet<>(RecordKey.names(SweepControl.class));
            known.add(SETTINGS);
            binder.refuseUnknown(block, path, known);
            Optional<SweepControl> control = binder.bindKnown(SweepControl.class, SweepControl.defaults(), block, path);
            control.ifPresent(c -> {
                Set<String> names = axes.stream().map(Axis::name).collect(Collectors.toSet());
                c.axes().orElse(List.of()).stream()
                        .filter(axis -> !names.contains(axis))
                        .forEach(axis -> problems.add(
                                Origins.describe(block),
                                path + ".axes",
                                "there is no axis '" + axis + "'. " + Names.suggest(axis, names)));
                requireKnown(c.skip(), axes, "", path + ".skip");
            });
            ConfigLayer layer = layer(block, SETTINGS, path + "." + SETTINGS);
            return control.map(c -> new Control(c, layer));
        }

        /** A block of another configuration's keys. */
        private ConfigLayer layer(@Nullable ConfigObject parent, String key, String path) {
            ConfigObject block = binder.block(parent, key, path);
            ConfigLayer layer = block == null ? ConfigLayer.none() : new ConfigLayer(block);
            layer.leaves().forEach((leaf, value) -> {
                if (leaf.equals("run.seed") || leaf.equals("run.output")) {
                    problems.add(
                            Origins.describe(value),
                            path + "." + leaf,
                            "cannot be set here, for " + SWEEP + (leaf.equals("run.seed") ? ".seeds" : ".output")
                                    + " says it.");
                }
            });
            return layer;
        }

        private void requireName(String name, ConfigValue value, String path) {
            if (!Names.isKebab(name)) {
                problems.add(
                        Origins.describe(value),
                        path,
                        "is part of the names of folders and files: expected lower-case words of letters and digits"
                                + " joined by hyphens, such as 'low-rate', found '" + name + "'.");
            }
        }

        /** Fails for what is named and is not there. */
        private void requireKnown(List<Map<String, String>> named, List<Axis> axes, String place, String path) {
            for (Map<String, String> each : named) {
                if (each.isEmpty()) {
                    problems.add(place, path, "expected an axis or more with its choice, found {}, which means all.");
                }
                each.forEach((axis, choice) -> {
                    Optional<Axis> there =
                            axes.stream().filter(a -> a.name().equals(axis)).findFirst();
                    if (there.isEmpty()) {
                        problems.add(
                                place,
                                path,
                                "there is no axis '" + axis + "'. "
                                        + Names.suggest(
                                                axis,
                                                axes.stream().map(Axis::name).toList()));
                    } else if (there.get().choices().stream()
                            .noneMatch(c -> c.name().equals(choice))) {
                        problems.add(
                                place,
                                path,
                                "axis '" + axis + "' has no choice '" + choice + "'. "
                                        + Names.suggest(
                                                choice,
                                                there.get().choices().stream()
                                                        .map(Choice::name)
                                                        .toList()));
                    }
                });
            }
        }

        /** The library keeps no order but that of lines; on one line names decide. */
        private static List<Map.Entry<String, ConfigValue>> byLine(@Nullable ConfigObject block) {
            return block == null
                    ? List.of()
                    : block.entrySet().stream()
                            .sorted(Comparator.comparing((Map.Entry<String, ConfigValue> e) ->
                                            e.getValue().origin().lineNumber())
                                    .thenComparing(Map.Entry::getKey))
                            .toList();
        }
    }
}
