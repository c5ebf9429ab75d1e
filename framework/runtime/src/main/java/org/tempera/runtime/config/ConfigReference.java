package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.core.config.RewardSettings;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.Doc;

/** Writes docs/configuration.md from the records that configs are bound to. */
public final class ConfigReference {
    private static final String HEAD =
            """
            # Configuration

            This page is made from the records that configs are bound to; a test compares. To make it again:
            `mvn -pl framework/cli -am test -Dtest=ConfigReferenceTest -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false`

            A config is a [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md) file:

            ```hocon
            run       { seed = 42, output = runs/demo }
            policy    { use = stable-diffusion, stable-diffusion { weights = models/sd-v1-5 } }
            algorithm { use = tdpo-r, tdpo-r { clip-range = 1e-4 }, ddpo { clip-range = 1e-4 } }
            critic    { use = temporal-mlp }
            rewards   { aesthetic { role = train }, mine { use = aesthetic, role = held-out } }
            ```

            * `policy`, `algorithm`, `critic` and `gold` choose a plugin with `use`; each plugin's keys stand in a block of its
              name, so that another is chosen with one override: `tempera train run.conf algorithm.use=ddpo run.seed=7`.
            * Each block under `rewards` is a reward. Its name is the plugin's unless the block says `use`. It holds the keys
              below and the plugin's own. `train` and `gold` are the names of other scores, and of no reward.
            * `gold` names the scorer of a world in which the truth is known; it sees pictures of evaluations only. It and `critic`
              may be left out.
            * A key that is left out has its default. An unknown key, a value of another type or out of range is an error; all
              errors are said at once. `tempera config run.conf` prints every key with its value and where that comes from.
            * Epochs, the samples of an epoch (`batch-size` times `batches-per-epoch`), their steps and the pictures of an
              evaluation are a million at most.
            * A key that is read only where another has some value says so. Given elsewhere it has no effect, of which `config`,
              `plan`, `train` and `sweep` warn; it is no error, so that one override chooses otherwise.
            * A relative path starts at the folder of the file that it stands in; on the command line and in defaults, at the
              working directory.
            * `${name}` stands for another key or an environment variable, `include "other.conf"` for another file. Nothing is
              fetched: an address is refused, as are substitutions and blocks that become too large ([what is
              trusted](security.md)).
            * An optional key that is left out, or `null`, is none. So are `critic`, `gold` and a reward: the command `tempera train
              run.conf gold=null rewards.mine=null` does without those of the file.
            """;

    private ConfigReference() {}

    /** The whole page. */
    public static String markdown(PluginCatalog catalog) {
        StringBuilder page = new StringBuilder(HEAD);
        for (FrameworkBlock<?> block : FrameworkBlock.ALL) {
            section(page, "## `" + block.name() + "`", block.about(), block.type(), block.defaults());
        }
        page.append("\n## `rewards`\n");
        section(
                page,
                "### Every reward",
                "Keys of every block under `rewards`.",
                RewardSettings.class,
                RewardSettings.defaults());
        for (PluginKind kind : List.of(
                PluginKind.POLICY, PluginKind.ALGORITHM, PluginKind.CRITIC, PluginKind.REWARD, PluginKind.GOLD)) {
            if (kind != PluginKind.REWARD) {
                page.append("\n## `").append(kind.label()).append("`\n");
            }
            for (Plugin p : catalog.plugins()) {
                if (p.kind() == kind) {
                    section(
                            page,
                            "### " + (kind == PluginKind.REWARD ? "Reward" : "") + " `" + p.name() + "`",
                            p.about(),
                            p.configType(),
                            p.defaults());
                }
            }
        }
        sweep(page);
        return page.toString().replaceAll(" +\n", "\n").replace("###  `", "### `");
    }

    /** A sweep's file is another than a run's. */
    private static void sweep(StringBuilder page) {
        section(
                page,
                "## `sweep`",
                "The one block of a [sweep](sweep.md)'s file. Besides these keys it has `axes`: by axis its choices, each with"
                        + " the keys that it sets; `settings`: keys that all runs have; and the blocks below.",
                SweepSettings.class,
                SweepSettings.defaults());
        section(
                page,
                "### `sweep.questions.NAME`",
                "Keys of every block under `questions`: which runs are compared with which.",
                SweepQuestion.class,
                null);
        section(
                page,
                "### `sweep.control`",
                "Runs on random rewards, which the others are judged against; `settings` has keys that they have besides.",
                SweepControl.class,
                SweepControl.defaults());
        section(
                page,
                "### `sweep.evaluate`",
                "What is measured of the checkpoints of a run that has trained.",
                SweepEvaluation.class,
                SweepEvaluation.defaults());
    }

    /** The blocks of the framework and those of all plugins, in the order of the page. */
    public static List<ConfigBlock> blocks(PluginCatalog catalog) {
        List<ConfigBlock> blocks = new ArrayList<>();
        for (FrameworkBlock<?> block : FrameworkBlock.ALL) {
            blocks.add(new ConfigBlock(
                    block.name(), block.about(), ConfigKey.of(block.type(), block.defaults()), Optional.empty()));
        }
        blocks.add(new ConfigBlock(
                "rewards.NAME",
                "Keys of every block under rewards, beside the plugin's own.",
                ConfigKey.of(RewardSettings.class, RewardSettings.defaults()),
                Optional.empty()));
        catalog.plugins().forEach(p -> blocks.add(ConfigBlock.of(p)));
        return blocks;
    }

    /** Keys of built-in records that nobody has described. */
    public static List<String> undescribed(PluginCatalog catalog) {
        List<String> keys = new ArrayList<>();
        for (FrameworkBlock<?> block : FrameworkBlock.ALL) {
            undescribed(block.name(), block.type(), keys);
        }
        undescribed("rewards.NAME", RewardSettings.class, keys);
        undescribed("sweep", SweepSettings.class, keys);
        undescribed("sweep.questions.NAME", SweepQuestion.class, keys);
        undescribed("sweep.control", SweepControl.class, keys);
        undescribed("sweep.evaluate", SweepEvaluation.class, keys);
        for (Plugin p : catalog.plugins()) {
            undescribed(p.kind().label() + "." + p.name(), p.configType(), keys);
        }
        return keys;
    }

    private static void undescribed(String path, Class<? extends Record> type, List<String> keys) {
        for (RecordKey key : RecordKey.of(type)) {
            String at = RecordBinder.join(path, key.name());
            if (key.block().isPresent()) {
                undescribed(at, key.block().get(), keys);
            } else if (key.doc().map(Doc::value).orElse("").isBlank()) {
                keys.add(at);
            }
        }
    }

    private static void section(
            StringBuilder page, String title, String about, Class<? extends Record> type, @Nullable Record defaults) {
        page.append('\n')
                .append(title)
                .append("\n\n")
                .append(about.replace("..", "."))
                .append("\n\n");
        if (type.getRecordComponents().length == 0) {
            page.append("It has no keys.\n");
            return;
        }
        page.append("| key | type | default | |\n|---|---|---|---|\n");
        rows(page, type, defaults);
    }

    private static void rows(StringBuilder page, Class<? extends Record> type, @Nullable Record defaults) {
        for (ConfigKey key : ConfigKey.of(type, defaults)) {
            page.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(typeName(key.shape()))
                    .append(" | ")
                    .append(key.byDefault().map(ConfigReference::shown).orElse(""))
                    .append(" | ")
                    .append(key.text().replace("|", "\\|").replace("\n", " "))
                    .append(" |\n");
        }
    }

    private static String shown(Object value) {
        if (value instanceof Optional<?> o && o.isEmpty()) {
            return "none";
        }
        if (value instanceof Path p) {
            return p.toString().isEmpty() ? "none" : "`" + p.toString().replace('\\', '/') + "`";
        }
        return "`" + EffectiveConfig.hocon(value).replace("|", "\\|") + "`";
    }

    /** A type in words; the values that it may have in backticks. */
    static String typeName(RecordTypes.Shape shape) {
        Class<?> raw = shape.raw();
        if (raw == Optional.class) {
            return typeName(shape.argument(0)) + ", optional";
        }
        if (raw == List.class) {
            return "list of " + typeName(shape.argument(0));
        }
        if (raw == Map.class) {
            return "block: name to " + typeName(shape.argument(1));
        }
        if (raw.isEnum()) {
            return java.util.Arrays.stream(raw.getEnumConstants())
                    .map(e -> "`" + Names.kebab(((Enum<?>) e).name()) + "`")
                    .collect(Collectors.joining(", "));
        }
        if (raw.isRecord()) {
            return "block {" + String.join(", ", RecordKey.names(raw.asSubclass(Record.class))) + "}";
        }
        if (raw == int.class || raw == long.class || raw == Integer.class || raw == Long.class) {
            return "whole number";
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return "`true`, `false`";
        }
        if (raw == String.class) {
            return "text";
        }
        return raw == Path.class ? "path" : "number";
    }
}
