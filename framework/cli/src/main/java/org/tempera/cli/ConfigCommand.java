package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.ConfigBlock;
import org.tempera.runtime.config.ConfigReference;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the values that a run would really use, or what keys there are. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Prints the effective config of a run, each key with where its value comes from.",
        customSynopsis = {"tempera config RUN.conf [KEY=VALUE...]", "tempera config --docs"})
final class ConfigCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN.conf", description = "The config file.")
    private @Nullable Path file;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = "Overrides, such as run.seed=7.")
    private List<String> overrides = List.of();

    @Option(
            names = "--docs",
            description = "Print every key that a config may have, those of plugins too: type, default, what it does.")
    private boolean docs;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (docs == (file != null)) {
            throw new UserException("config: expected a config file, as in: tempera config RUN.conf [KEY=VALUE...],"
                    + " or --docs alone.");
        }
        Tempera tempera = output.tempera();
        if (file == null) {
            List<ConfigBlock> blocks = ConfigReference.blocks(tempera.plugins());
            for (ConfigBlock block : blocks) {
                block.lines(output.width()).forEach(output::result);
                output.result("");
            }
            output.document(
                    Map.of("blocks", blocks.stream().map(BlockDocument::of).toList()));
            return 0;
        }
        RunConfig config = tempera.config(file, overrides);
        output.warnOfUnread(List.of(config));
        EffectiveConfig effective = config.effective();
        effective.renderWithOrigins().lines().forEach(output::result);
        output.document(document(effective));
        return 0;
    }

    private static Map<String, Object> document(EffectiveConfig effective) {
        List<Object> keys = new ArrayList<>();
        for (EffectiveConfig.Setting setting : effective.settings()) {
            Map<String, Object> key = new LinkedHashMap<>();
            key.put("key", setting.key());
            setting.plain().ifPresent(value -> key.put("value", value));
            key.put("origin", setting.origin());
            keys.add(key);
        }
        return Map.of("keys", keys);
    }
}
