package org.tempera.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.Rulers;
import org.tempera.spi.UserException;

/**
 * Sees to it that a run goes on with what it began with: with what measures its evaluations, and with the files it
 * read.
 */
final class ResumeCheck {
    private static final int MOST_LINES = 20;

    private static final String EVALUATED =
            ", or let evaluation.prompts name the prompts of before, for without it those"
                    + " that are trained on are evaluated";

    /** The role of the prompts that are trained on, by which a run's provenance calls their file. */
    static final String TRAINED = "prompts";

    private static final String ANEW =
            ", or say that other prompts are meant by the name of another file, sampling.prompts=FILE";

    private ResumeCheck() {}

    /**
     * Fails if anything has changed that is known of the run; of a run of an earlier version less is known.
     *
     * @param earlier what measured it, if its folder keeps no ruler
     * @param now what would measure it now
     * @param provenance the files that it reads now
     * @param config its keys with their values, by which files are named
     * @param fromChoices whether it learns from choices, whose prompts are then evaluated if no others are named
     * @throws UserException that names each part with what it was and what it is
     */
    static void require(
            RunFolder folder,
            Supplier<Ruler> earlier,
            Ruler now,
            Provenance provenance,
            Map<String, String> config,
            boolean fromChoices) {
        List<Ruler.Difference> differences =
                Rulers.read(folder).latest().orElseGet(earlier).differences(now);
        if (differences.stream().anyMatch(d -> d.key().equals(RunRuler.RULE))) {
            differences = differences.stream()
                    .filter(d -> !RunRuler.followsTheRule(d))
                    .toList();
        }
        Set<String> told = new HashSet<>();
        List<String> lines = new ArrayList<>();
        String prompts = "";
        for (Ruler.Difference d : differences) {
            String key = d.key().equals(RunRuler.PROMPTS) ? prompts(config, fromChoices) : d.key();
            Optional<String> file = d.isOfContent() ? file(key, config) : Optional.empty();
            String those = key.equals(d.key()) ? "" : "those of " + key + " = ";
            prompts = key.equals(d.key()) ? prompts : EVALUATED;
            lines.add(d.key() + file.map(f -> " (" + those + f + ")").orElse("") + ": " + d.values("before", "now"));
            d.before().ifPresent(told::add);
            file.ifPresent(told::add);
        }
        String anew = "";
        for (Provenance.ChangedFile f : provenance.changedSince(folder)) {
            if (!told.contains(Ruler.hash(f.before())) && !told.contains(f.file())) {
                lines.add(f.file() + " (" + f.role() + "): its content has changed");
                anew = f.role().equals(TRAINED) ? ANEW : anew;
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(
                folder.path() + ": cannot go on, for what it is made of or measured with has changed:");
        lines.stream().limit(MOST_LINES).forEach(line -> text.append("\n  - ").append(line));
        if (lines.size() > MOST_LINES) {
            text.append("\n  - and ").append(lines.size() - MOST_LINES).append(" more");
        }
        // A key says what is meant; a file that has changed may have done so by mistake.
        String why = differences.isEmpty()
                ? "Nobody has said that it should learn from something else."
                : "Its evaluations could no longer be compared.";
        throw new UserException(text
                + "\n" + why + " Put this back as it was, or begin another run in another"
                + " folder (run.output)" + prompts + anew
                + "; epochs, learning rates and whatever else does not measure may change.");
    }

    /** The key that names the file whose prompts are evaluated. */
    private static String prompts(Map<String, String> config, boolean fromChoices) {
        return file(RunRuler.PROMPTS, config).isPresent()
                ? RunRuler.PROMPTS
                : fromChoices ? "sampling.choices" : "sampling.prompts";
    }

    /** The file that a key names. */
    private static Optional<String> file(String key, Map<String, String> config) {
        return Optional.ofNullable(config.get(key))
                .filter(value -> !value.equals("null"))
                .map(ResumeCheck::unquoted);
    }

    private static String unquoted(String hocon) {
        return hocon.replaceAll("^\"|\"$", "").replace("\\\\", "\\");
    }
}
