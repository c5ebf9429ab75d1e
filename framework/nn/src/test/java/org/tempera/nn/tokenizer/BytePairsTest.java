package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.Test;

public class BytePairsTest {
    /** As it is defined: again and again, every occurrence of the pair that stands earliest, from the left. */
    private static List<String> defined(Map<BytePairs.Pair, Integer> ranks, String word) {
        List<String> symbols = BytePairs.symbols(word);
        while (true) {
            BytePairs.Pair best = null;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                BytePairs.Pair pair = new BytePairs.Pair(symbols.get(i), symbols.get(i + 1));
                if (ranks.containsKey(pair) && (best == null || ranks.get(pair) < ranks.get(best))) {
                    best = pair;
                }
            }
            if (best == null) {
                return symbols;
            }
            symbols = BytePairs.merge(symbols, best);
        }
    }

    /** Lists of merges in any order, as no training makes them: a pair may stand before those that it is made of. */
    @Test
    public void joinsAsDefinedForAnyMerges() {
        Random random = new Random(19);
        for (int round = 0; round < 300; round++) {
            List<String> symbols = new ArrayList<>(List.of("a", "b", "c", "a</w>", "b</w>"));
            List<BytePairs.Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                BytePairs.Pair pair = new BytePairs.Pair(
                        symbols.get(random.nextInt(symbols.size())), symbols.get(random.nextInt(symbols.size())));
                pairs.add(random.nextInt(pairs.size() + 1), pair);
                symbols.add(pair.joined());
            }
            Map<BytePairs.Pair, Integer> ranks = new LinkedHashMap<>();
            pairs.forEach(pair -> ranks.put(pair, ranks.size()));
            BytePairs bytePairs = new BytePairs(ranks);
            for (int i = 0; i < 30; i++) {
                StringBuilder word = new StringBuilder();
                for (int n = random.nextInt(1, 20); n > 0; n--) {
                    word.append("abc".charAt(random.nextInt(3)));
                }
                assertThat(bytePairs.tokens(word.toString()))
                        .as("%s with %s", word, pairs)
                        .isEqualTo(defined(ranks, word.toString()));
            }
        }
    }

    @Test(timeOut = 20_000)
    public void aLongWordTakesNoLongTime() {
        Map<BytePairs.Pair, Integer> ranks = new LinkedHashMap<>();
        for (String joined = "a"; joined.length() < 1 << 15; joined += joined) {
            ranks.put(new BytePairs.Pair(joined, joined), ranks.size());
        }
        assertThat(new BytePairs(ranks).tokens("a".repeat(1 << 18))).hasSizeLessThan(32);
    }
}
