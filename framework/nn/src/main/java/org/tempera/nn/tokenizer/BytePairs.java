package org.tempera.nn.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Joins a word's characters into tokens: again and again the pair that stands earliest in the list of merges. */
final class BytePairs {
    /** Marks a word's last character. */
    static final String END_OF_WORD = "</w>";

    private static final int CACHED_WORDS = 20_000;

    /** Two neighbouring symbols. */
    record Pair(String left, String right) {
        String joined() {
            return left + right;
        }

        /** A record's own hash runs uncompiled at first, which 49,000 pairs at start-up feel. */
        @Override
        public int hashCode() {
            return 31 * left.hashCode() + right.hashCode();
        }
    }

    private final Map<Pair, Integer> ranks;
    private final Map<String, List<String>> cache = new ConcurrentHashMap<>();

    BytePairs(Map<Pair, Integer> ranks) {
        this.ranks = ranks;
    }

    /** The tokens of a word that is given in the byte alphabet. */
    List<String> tokens(String word) {
        List<String> known = cache.get(word);
        if (known != null) {
            return known;
        }
        List<String> symbols = symbols(word);
        while (symbols.size() > 1) {
            Pair best = null;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                Pair pair = new Pair(symbols.get(i), symbols.get(i + 1));
                int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
                if (rank < bestRank) {
                    bestRank = rank;
                    best = pair;
                }
            }
            if (best == null) {
                break;
            }
            symbols = merge(symbols, best);
        }
        if (cache.size() < CACHED_WORDS) {
            cache.put(word, List.copyOf(symbols));
        }
        return symbols;
    }

    /** A word's characters, the last one marked. */
    static List<String> symbols(String word) {
        List<String> symbols = new ArrayList<>(word.length());
        for (int i = 0; i < word.length(); i++) {
            symbols.add(word.charAt(i) + (i == word.length() - 1 ? END_OF_WORD : ""));
        }
        return symbols;
    }

    /** The symbols with every occurrence of the pair joined, from the left. */
    static List<String> merge(List<String> symbols, Pair pair) {
        List<String> merged = new ArrayList<>(symbols.size());
        for (int i = 0; i < symbols.size(); i++) {
            boolean here = i + 1 < symbols.size()
                    && symbols.get(i).equals(pair.left())
                    && symbols.get(i + 1).equals(pair.right());
            merged.add(here ? pair.joined() : symbols.get(i));
            i += here ? 1 : 0;
        }
        return merged;
    }
}
