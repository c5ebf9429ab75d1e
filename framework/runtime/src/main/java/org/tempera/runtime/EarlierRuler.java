package org.tempera.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.core.metrics.Sample;
import org.tempera.core.metrics.SamplesLog;
import org.tempera.core.run.OwnFiles;
import org.tempera.core.run.Provenance;
import org.tempera.core.run.RunFolder;
import org.tempera.core.verdict.Ruler;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.PluginCatalog;

/**
 * What measured a run of a version that kept no rulers, as far as its folder tells: the keys of its config, the prompts of its
 * samples, and the hashes in its provenance. Of all else it says what holds now.
 */
final class EarlierRuler {
    private static final String REWARD = "reward ";

    private final SortedMap<String, SortedMap<String, String>> scopes = new TreeMap<>();

    private EarlierRuler(Ruler now) {
        now.scopes().forEach((scope, parts) -> scopes.put(scope, new TreeMap<>(parts)));
    }

    /**
     * The ruler that a run had before.
     *
     * @param config what it is to go on with
     * @param now the ruler of that
     * @param provenance the files that are read now
     * @throws org.tempera.spi.UserException if its config or its samples cannot be read
     */
    static Ruler of(RunFolder folder, RunConfig config, Ruler now, Provenance provenance, PluginCatalog plugins) {
        EarlierRuler earlier = new EarlierRuler(now);
        earlier.keys(RunRuler.ofKeys(config), RunRuler.ofKeys(configBefore(folder, config, plugins)));
        earlier.prompts(folder);
        earlier.files(provenance.filesBefore(folder), provenance.files());
        return new Ruler(earlier.scopes);
    }

    /** The folder's own, but with the places of files as they are now: what measures is not where a model lies. */
    private static RunConfig configBefore(RunFolder folder, RunConfig config, PluginCatalog plugins) {
        Set<String> known = RunConfig.load(folder.config(), List.of(), plugins)
                .effective()
                .values()
                .keySet();
        List<String> places = new ArrayList<>();
        ReadPaths.of(config).forEach((key, path) -> {
            if (known.contains(key)) {
                places.add(key + "=" + EffectiveConfig.hocon(path));
            }
        });
        return RunConfig.load(folder.config(), places, plugins);
    }

    private void keys(Ruler now, Ruler before) {
        now.scopes().forEach((scope, parts) -> parts.keySet()
                .forEach(key -> scopes.getOrDefault(scope, new TreeMap<>()).remove(key)));
        before.scopes().forEach((scope, parts) -> scopes.computeIfAbsent(scope, s -> new TreeMap<>())
                .putAll(parts));
    }

    private void prompts(RunFolder folder) {
        if (OwnFiles.exists(folder.samples())) {
            List<String> drawn = SamplesLog.firstEvaluation(folder.samples()).stream()
                    .map(Sample::prompt)
                    .toList();
            if (!drawn.isEmpty()) {
                scopes.computeIfAbsent(Ruler.DRAWING, s -> new TreeMap<>())
                        .put(RunRuler.PROMPTS, RunRuler.ofPrompts(drawn));
            }
        }
    }

    /** Of each plugin what it read before and does not read now stands in place of what it reads now and did not before. */
    private void files(List<Provenance.ReadFile> before, List<Provenance.ReadFile> now) {
        Map<String, List<Provenance.ReadFile>> gone = byOwner(before);
        Map<String, List<Provenance.ReadFile>> come = byOwner(now);
        come.forEach((owner, read) -> {
            List<Provenance.ReadFile> other = gone.getOrDefault(owner, new ArrayList<>());
            List<String> same = hashes(other);
            same.retainAll(hashes(read));
            other.removeIf(f -> same.contains(f.sha256()));
            read.removeIf(f -> same.contains(f.sha256()));
            for (Provenance.ReadFile f : read) {
                // Of the same name, else the next: an adapter or a head may be another file.
                other.stream()
                        .filter(o -> o.name().equals(f.name()))
                        .findFirst()
                        .or(() -> other.stream().findFirst())
                        .ifPresent(o -> {
                            other.remove(o);
                            replace(owner, Ruler.hash(f.sha256()), Ruler.hash(o.sha256()));
                        });
            }
        });
    }

    private static Map<String, List<Provenance.ReadFile>> byOwner(List<Provenance.ReadFile> files) {
        Map<String, List<Provenance.ReadFile>> byOwner = new HashMap<>();
        files.forEach(
                f -> byOwner.computeIfAbsent(f.owner(), o -> new ArrayList<>()).add(f));
        return byOwner;
    }

    private static List<String> hashes(List<Provenance.ReadFile> files) {
        List<String> hashes = new ArrayList<>();
        files.forEach(f -> hashes.add(f.sha256()));
        return hashes;
    }

    private void replace(String owner, String now, String before) {
        String block = owner.startsWith(REWARD) ? "rewards." + owner.substring(REWARD.length()) : owner;
        scopes.values()
                .forEach(parts -> parts.replaceAll((key, value) ->
                        value.equals(now) && (key.startsWith(block + ".") || key.startsWith(block + ":"))
                                ? before
                                : value));
    }
}
