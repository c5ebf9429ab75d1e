package org.tempera.nn.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Joins a word's characters into tokens: again and again the pair that stands earliest in the list of merges. */
final class BytePairs {
    /** Marks a word's last character. */
    static final String END_OF_WORD = "</w>";

    private static final int CACHED_WORDS = 20_000;
    private static final int LONGEST_CACHED = 200;

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

    /** The tokens of a word that is given in the byte alphabet, in time that grows a little faster than its length. */
    List<String> tokens(String word) {
        List<String> known = cache.get(word);
        if (known != null) {
            return known;
        }
        List<String> symbols = new Joining(symbols(word)).tokens();
        if (word.length() <= LONGEST_CACHED && cache.size() < CACHED_WORDS) {
            cache.put(word, List.copyOf(symbols));
        }
        return symbols;
    }

    /** One word while its symbols are joined. */
    private final class Joining {
        private static final int NONE = -1;

        private final @Nullable String[] symbols;
        private final int[] before;
        private final int[] after;
        /**
         * Pairs by their rank and then their place, {@code rank << 32 | place}; those that are no more are passed over.
         */
        private final PriorityQueue<Long> queue = new PriorityQueue<>();

        Joining(List<String> characters) {
            int n = characters.size();
            symbols = characters.toArray(new String[0]);
            before = new int[n];
            after = new int[n];
            for (int i = 0; i < n; i++) {
                before[i] = i - 1;
                after[i] = i + 1 < n ? i + 1 : NONE;
            }
            for (int i = 0; i < n; i++) {
                offer(i);
            }
        }

        List<String> tokens() {
            while (!queue.isEmpty()) {
                joinAll((int) (queue.element() >> Integer.SIZE));
            }
            List<String> tokens = new ArrayList<>();
            for (String symbol : symbols) {
                if (symbol != null) {
                    tokens.add(symbol);
                }
            }
            return tokens;
        }

        /**
         * Joins every occurrence of the pair of that rank, from the left; pairs that arise wait until all are joined.
         */
        private void joinAll(int rank) {
            List<Integer> joined = new ArrayList<>();
            while (!queue.isEmpty() && (int) (queue.element() >> Integer.SIZE) == rank) {
                int place = (int) (long) queue.remove();
                if (rank(place) == rank) {
                    int right = after[place];
                    symbols[place] = symbols[place] + symbols[right];
                    symbols[right] = null;
                    after[place] = after[right];
                    if (after[place] != NONE) {
                        before[after[place]] = place;
                    }
                    joined.add(place);
                }
            }
            for (int place : joined) {
                if (symbols[place] != null) {
                    offer(place);
                    offer(before[place]);
                }
            }
        }

        private void offer(int place) {
            int rank = rank(place);
            if (rank != NONE) {
                queue.add((long) rank << Integer.SIZE | place);
            }
        }

        /** Of the pair that begins at a place, if there is one. */
        private int rank(int place) {
            if (place == NONE || symbols[place] == null || after[place] == NONE) {
                return NONE;
            }
            String left = symbols[place];
            String right = symbols[after[place]];
            return left == null || right == null ? NONE : ranks.getOrDefault(new Pair(left, right), NONE);
        }
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
