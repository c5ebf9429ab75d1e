package org.tempera.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tempera.algorithms.kl.KlController;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.PerPromptStatistics;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.tdpo.NeuronMask;
import org.tempera.algorithms.tdpo.TemporalTargets;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.Checkpointable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** State of a checkpoint that was edited is refused as an argument, or taken back as finite numbers. */
public class DamagedStateTest {
    private static final int EDITS = 1_000;
    private static final List<Object> REPLACEMENTS = List.of(
            "text",
            "",
            -1L,
            0L,
            99999999999L,
            Long.MAX_VALUE,
            0.5,
            1e308,
            Double.NaN,
            true,
            List.of(),
            Map.of(),
            List.of("2"));

    @DataProvider
    public Object[][] parts() {
        List<String> prompts = List.of("cat", "dog", "cat", "dog");
        double[] rewards = {0.1, 0.4, 0.2, 0.9};
        PerPromptStatistics statistics = new PerPromptStatistics(3, 1);
        statistics.update(prompts, rewards);
        RewardNormalisation running =
                new RewardNormalisation(RewardNormalisation.Kind.RUNNING, RewardNormalisation.Form.SCALE, 3, 1);
        running.update(prompts, rewards);
        KlController kl = KlController.adaptive(0.2, 1, 100);
        kl.update(3, 16);
        TemporalTargets targets = new TemporalTargets(
                RewardNormalisation.perPrompt(3, 1),
                new TemporalTargets.Rules(5, new LambdaReturns(1, 1), true, Optional.empty()));
        targets.compute(prompts, rewards, new double[4][2], Optional.empty());
        return new Object[][] {{statistics}, {running}, {kl}, {targets}};
    }

    @Test(dataProvider = "parts")
    public void isRefusedOrTakenBack(Checkpointable part) throws PlainJson.MalformedException {
        String sound = PlainJson.line(part.state());
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < EDITS; i++) {
            Map<String, Object> state = edited(PlainJson.readObject(sound), random);
            try {
                part.restore(state);
                assertThat(PlainJson.line(part.state())).doesNotContain("$float");
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            }
        }
        assertThat(refused).isPositive();
        part.restore(PlainJson.readObject(sound));
        assertThat(PlainJson.line(part.state())).isEqualTo(sound);
    }

    @Test
    public void aMaskHoldsNothingButDigits() {
        for (Object damaged : List.of(List.of("0120"), List.of(3L), Map.of(), "01")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> NeuronMask.restore(damaged))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(NeuronMask.restore(List.of("01", "")).state()).isEqualTo(List.of("01", ""));
    }

    private static Map<String, Object> edited(Map<String, Object> state, Random random) {
        int[] left = {random.nextInt(8)};
        Object now = edit(state, left, random);
        @SuppressWarnings("unchecked") // an edit leaves the outermost map a map
        Map<String, Object> map = (Map<String, Object>) now;
        return map;
    }

    private static Object edit(Object plain, int[] left, Random random) {
        if (plain instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((key, value) -> edited(value, left, random).ifPresent(now -> result.put((String) key, now)));
            return result;
        }
        if (plain instanceof List<?> list) {
            List<Object> result = new ArrayList<>();
            list.forEach(item -> edited(item, left, random).ifPresent(result::add));
            return result;
        }
        return plain;
    }

    /** The value, or what stands in its place; empty where it is removed. */
    private static Optional<Object> edited(Object value, int[] left, Random random) {
        if (left[0]-- != 0) {
            return Optional.of(edit(value, left, random));
        }
        int choice = random.nextInt(REPLACEMENTS.size() + 1);
        return choice < REPLACEMENTS.size() ? Optional.of(REPLACEMENTS.get(choice)) : Optional.empty();
    }
}
