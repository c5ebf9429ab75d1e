package org.tempera.record.archive;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.base.files.FileHashes;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;

/** Cuts a record's texts, and its lists of texts, to lengths that any file has room for. */
final class CutTexts {
    private static final int LONGEST_PROMPT = 500;
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_NOTE = 500;
    private static final int LONGEST_LIST = 40;

    private CutTexts() {}

    /** Cuts the texts of a draft. */
    static void in(Draft draft) {
        draft.name = cut(draft.name, LONGEST_TEXT);
        Map<String, String> settings = new LinkedHashMap<>();
        draft.settings.forEach((axis, value) -> {
            if (settings.size() < LONGEST_LIST) {
                settings.put(cut(axis, LONGEST_TEXT), cut(value, LONGEST_TEXT));
            }
        });
        draft.settings = settings;
        draft.facts = cut(draft.facts);
        draft.notes.replaceAll(note -> cut(note, LONGEST_NOTE));
        if (draft.notes.size() > LONGEST_LIST) {
            draft.notes.subList(LONGEST_LIST, draft.notes.size()).clear();
        }
        draft.evaluated = draft.evaluated.stream()
                .map(s -> new Sample(
                        s.epoch(),
                        s.phase(),
                        s.index(),
                        prompt(s.prompt()),
                        s.seed(),
                        s.rewards(),
                        s.ruler(),
                        s.signs()))
                .toList();
        draft.evaluations = draft.evaluations.stream()
                .map(e -> new ModelEvaluation(
                        cut(e.source(), LONGEST_TEXT),
                        e.epoch(),
                        e.ruler(),
                        e.sets().stream().map(CutTexts::withPromptsCut).toList()))
                .toList();
        draft.pictures = draft.pictures.map(sheet -> new ContactSheet(
                sheet.prompts().stream().map(CutTexts::prompt).toList(),
                sheet.indices(),
                sheet.epochs(),
                sheet.width(),
                sheet.height(),
                sheet.jpeg()));
    }

    private static RunFacts cut(RunFacts facts) {
        return new RunFacts(
                cut(facts.algorithm(), LONGEST_TEXT),
                cut(facts.policy(), LONGEST_TEXT),
                facts.seed(),
                facts.rewards().stream()
                        .limit(LONGEST_LIST)
                        .map(r -> new RunFacts.ScoredBy(
                                cut(r.name(), LONGEST_TEXT), r.role(), cut(r.plugin(), LONGEST_TEXT)))
                        .toList(),
                facts.gold(),
                facts.pictured(),
                cut(facts.settings(), LONGEST_TEXT),
                facts.before().stream()
                        .limit(LONGEST_LIST)
                        .map(text -> cut(text, LONGEST_TEXT))
                        .toList());
    }

    private static MeasuredSet withPromptsCut(MeasuredSet set) {
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        set.diversity().forEach((prompt, d) -> diversity.put(prompt(prompt), d));
        return new MeasuredSet(
                cut(set.name(), LONGEST_TEXT),
                set.pictures().stream()
                        .map(p -> new MeasuredPicture(prompt(p.prompt()), p.seed(), p.numbers()))
                        .toList(),
                diversity);
    }

    private static String prompt(String prompt) {
        return cut(prompt, LONGEST_PROMPT);
    }

    /** A text of at most so many characters; different ones stay different. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        String hash = " ... (" + FileHashes.sha256(text).substring(0, 12) + ")";
        int end = most - hash.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + hash;
    }
}
