package org.tempera.record.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;
import org.tempera.spi.PlainFields;

/**
 * The pictures of a set of prompts, such as of those that were trained on, and how the pictures of each prompt differ.
 *
 * @param name such as {@code seen}
 * @param pictures prompt by prompt
 * @param diversity by prompt, in their order; empty where none was measured
 */
public record MeasuredSet(String name, List<MeasuredPicture> pictures, Map<String, PromptDiversity> diversity) {
    private static final String DISTANCE = ScoreNames.DISTANCE;
    private static final String VENDI = ScoreNames.VENDI;
    private static final String NAME = "name";
    private static final String PICTURES = "pictures";
    private static final String PROMPT = "prompt";
    private static final String SEED = "seed";
    private static final String NUMBERS = "numbers";
    private static final String DIVERSITY = "diversity";

    public MeasuredSet {
        pictures = List.copyOf(pictures);
        diversity = new LinkedHashMap<>(diversity);
    }

    /** Different prompts: of so many numbers is each mean. */
    public int prompts() {
        return (int) pictures.stream().map(MeasuredPicture::prompt).distinct().count();
    }

    /**
     * The mean of every number over the prompts, each prompt's own mean counting once: pictures of one prompt are
     * alike, and would make intervals too narrow. Numbers that are none are left out.
     */
    public Map<String, Estimate> means() {
        Set<String> names = new LinkedHashSet<>();
        pictures.forEach(p -> names.addAll(p.numbers().keySet()));
        Map<String, Estimate> means = new LinkedHashMap<>();
        names.forEach(name -> means.put(name, mean(numbers(name))));
        if (!diversity.isEmpty()) {
            means.put(
                    DISTANCE,
                    estimate(diversity.values().stream()
                            .mapToDouble(PromptDiversity::distance)
                            .toArray()));
            means.put(
                    VENDI,
                    estimate(diversity.values().stream()
                            .mapToDouble(PromptDiversity::vendi)
                            .toArray()));
        }
        return means;
    }

    /** A number of every picture, {@code [picture]}; NaN of those that have none. */
    public double[] numbers(String name) {
        return pictures.stream()
                .mapToDouble(p -> p.numbers().getOrDefault(name, Double.NaN))
                .toArray();
    }

    /**
     * The mean over the prompts of a number of its pictures, as {@link #means} has them.
     *
     * @param byPicture in the order of the pictures; those that are not finite are left out
     */
    public Estimate mean(double[] byPicture) {
        Map<String, List<Double>> byPrompt = new LinkedHashMap<>();
        for (int i = 0; i < byPicture.length; i++) {
            byPrompt.computeIfAbsent(pictures.get(i).prompt(), prompt -> new ArrayList<>())
                    .add(byPicture[i]);
        }
        return estimate(byPrompt.values().stream()
                .mapToDouble(own -> own.stream()
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .average()
                        .orElse(Double.NaN))
                .toArray());
    }

    private static Estimate estimate(double[] byPrompt) {
        return Estimate.ofMean(byPrompt, Estimate.CONFIDENCE);
    }

    /** As plain data: means with their intervals, then every picture. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(NAME, name);
        Map<String, Object> means = new LinkedHashMap<>();
        means().forEach((key, mean) -> means.put(key, document(mean)));
        document.put("means", means);
        document.put(PICTURES, pictures.stream().map(MeasuredSet::document).toList());
        if (!diversity.isEmpty()) {
            List<Object> prompts = new ArrayList<>();
            diversity.forEach(
                    (prompt, d) -> prompts.add(Map.of(PROMPT, prompt, DISTANCE, d.distance(), VENDI, d.vendi())));
            document.put(DIVERSITY, prompts);
        }
        return document;
    }

    /**
     * Reads what {@link #document} gave; the means are computed again.
     *
     * @throws IllegalArgumentException if it is no such thing
     */
    static MeasuredSet of(PlainFields fields) {
        List<MeasuredPicture> pictures = new ArrayList<>();
        for (Object each : fields.list(PICTURES)) {
            PlainFields picture = PlainFields.of(each);
            pictures.add(new MeasuredPicture(picture.text(PROMPT), picture.whole(SEED), picture.numbers(NUMBERS)));
        }
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        if (fields.has(DIVERSITY)) {
            for (Object each : fields.list(DIVERSITY)) {
                PlainFields prompt = PlainFields.of(each);
                diversity.put(prompt.text(PROMPT), new PromptDiversity(prompt.number(DISTANCE), prompt.number(VENDI)));
            }
        }
        return new MeasuredSet(fields.text(NAME), pictures, diversity);
    }

    private static Map<String, Object> document(Estimate mean) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mean", mean.mean());
        if (Double.isFinite(mean.lower())) {
            document.put("lower", mean.lower());
            document.put("upper", mean.upper());
        }
        document.put("prompts", mean.samples());
        return document;
    }

    private static Map<String, Object> document(MeasuredPicture picture) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(PROMPT, picture.prompt());
        document.put(SEED, picture.seed());
        document.put(NUMBERS, picture.numbers());
        return document;
    }
}
