package org.tempera.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.policy.Guidance;

/**
 * What measured a run whose folder keeps no rulers, as those of earlier versions do not, as far as its folder tells:
 * the keys of its config, the prompts of its samples, and the hashes in its provenance. Of all else it says what holds
 * now, and warns of the contents among that.
 */
final class EarlierRuler {
    private static final String REWARD = "reward ";

    /** The content of a file that was another, of which no more is known. */
    private static final String UNKNOWN = "unknown";

    private static final int MOST_SHOWN = 5;

    private final SortedMap<String, SortedMap<String, String>> scopes = new TreeMap<>();
    private final Set<String> known = new HashSet<>();

    private EarlierRuler(Ruler now) {
        now.scopes().forEach((scope, parts) -> scopes.put(scope, new TreeMap<>(parts)));
    }

    /**
     * The ruler that a run had before.
     *
     * @param config what it is to go on with
     * @param guidance how its policy is steered
     * @param now the ruler of that
     * @param provenance the files that are read now
     * @throws org.tempera.spi.UserException if its config or its samples cannot be read
     */
    static Ruler of(
            RunFolder folder,
            RunConfig config,
            Guidance guidance,
            Ruler now,
            Provenance provenance,
            PluginCatalog plugins) {
        EarlierRuler earlier = new EarlierRuler(now);
        earlier.keys(
                RunRuler.ofKeys(config, guidance), RunRuler.ofKeys(configBefore(folder, config, plugins), guidance));
        earlier.prompts(folder);
        earlier.files(provenance.filesBefore(folder), provenance.files());
        earlier.warn(folder);
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
                String prompts = RunRuler.ofPrompts(drawn);
                scopes.computeIfAbsent(Ruler.DRAWING, s -> new TreeMap<>()).put(RunRuler.PROMPTS, prompts);
                known.add(prompts);
            }
        }
    }

    /**
     * Of each plugin the content before of a file that it reads now with another: known where one file of that name is
     * gone, and else unknown. Nothing is said where none is gone.
     */
    private void files(List<Provenance.ReadFile> before, List<Provenance.ReadFile> now) {
        Map<String, List<Provenance.ReadFile>> gone = byOwner(before);
        byOwner(now).forEach((owner, come) -> {
            List<Provenance.ReadFile> other = gone.getOrDefault(owner, new ArrayList<>());
            Set<String> same = hashes(other);
            same.retainAll(hashes(come));
            other.removeIf(f -> same.contains(f.sha256()));
            come.removeIf(f -> same.contains(f.sha256()));
            if (!other.isEmpty()) {
                come.forEach(f -> replace(owner, Ruler.hash(f.sha256()), content(f.name(), come, other)));
            }
        });
        before.forEach(f -> known.add(Ruler.hash(f.sha256())));
    }

    private static String content(String name, List<Provenance.ReadFile> come, List<Provenance.ReadFile> gone) {
        List<Provenance.ReadFile> before =
                gone.stream().filter(f -> f.name().equals(name)).toList();
        boolean only = come.stream().filter(f -> f.name().equals(name)).count() == 1;
        return only && before.size() == 1 ? Ruler.hash(before.get(0).sha256()) : UNKNOWN;
    }

    /** Says once which contents nothing is known of. */
    private void warn(RunFolder folder) {
        Set<String> unknown = new TreeSet<>();
        scopes.values()
                .forEach(parts -> parts.forEach((key, value) -> {
                    if (value.startsWith(Ruler.hash("")) && !known.contains(value)) {
                        unknown.add(key);
                    }
                }));
        if (!unknown.isEmpty()) {
            String shown = unknown.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
            LoggerFactory.getLogger(EarlierRuler.class)
                    .warn(
                            "{}: the folder does not say what was in {} files that measure, as those of earlier versions do"
                                    + " not; they could not be compared, and are taken for the same: {}",
                            folder.path(),
                            unknown.size(),
                            unknown.size() > MOST_SHOWN ? shown + ", ..." : shown);
        }
    }

    private static Map<String, List<Provenance.ReadFile>> byOwner(List<Provenance.ReadFile> files) {
        Map<String, List<Provenance.ReadFile>> byOwner = new HashMap<>();
        files.forEach(
                f -> byOwner.computeIfAbsent(f.owner(), o -> new ArrayList<>()).add(f));
        return byOwner;
    }

    private static Set<String> hashes(List<Provenance.ReadFile> files) {
        Set<String> hashes = new HashSet<>();
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
