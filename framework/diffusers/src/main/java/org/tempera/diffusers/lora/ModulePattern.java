package org.tempera.diffusers.lora;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A key of peft's {@code alpha_pattern}: a regular expression that the end of a module's name must match, from its
 * start or from a dot on ({@code (.*\.)?(KEY)$}).
 *
 * <p>A key comes from a file that may be anyone's, so it is not given to Java's own matcher, which can take time that
 * grows exponentially. It is run as a nondeterministic automaton (Thompson, 1968), in time that grows with the product
 * of both lengths. Known are letters, {@code .}, classes, groups, alternatives, repetitions, and the ends {@code ^}
 * and {@code $}; what needs more (references back, looking around) is refused.
 */
final class ModulePattern {
    /** States of one pattern; a name of a module needs some 60. */
    private static final int MOST_STATES = 2000;

    private static final int MOST_DEPTH = 50;
    private static final int MOST_MEMBERS = 256;
    private static final String META = "\\^$*+?{}[]()|";

    /** Why a key is refused; the caller adds file and key. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private enum Kind {
        CHARACTER,
        SPLIT,
        BEGIN,
        END,
        MATCH
    }

    /** Goes to {@code next}, and where it splits to {@code other} as well. */
    private static final class State {
        final Kind kind;
        final IntPredicate accepts;
        int next = -1;
        int other = -1;

        State(Kind kind, IntPredicate accepts) {
            this.kind = kind;
            this.accepts = accepts;
        }
    }

    /**
     * A part of the automaton: where it begins, and the states whose {@code next} (or, negated, {@code other}) is
     * open.
     */
    private record Part(int start, List<Integer> open) {}

    private final String source;
    private final boolean literal;
    private final List<State> states = new ArrayList<>();
    private int at;
    private int depth;
    private int begin = -1;

    private ModulePattern(String source) {
        this.source = source;
        this.literal = source.chars().noneMatch(c -> META.indexOf(c) >= 0);
    }

    /** Reads a key. */
    static ModulePattern of(String key) throws RefusedException {
        ModulePattern pattern = new ModulePattern(key);
        if (!pattern.literal) {
            Part whole = pattern.alternatives();
            if (pattern.at < key.length()) {
                throw new RefusedException("a ')' closes nothing");
            }
            int match = pattern.state(Kind.MATCH, c -> false);
            pattern.join(whole.open(), match);
            pattern.begin = whole.start();
        }
        return pattern;
    }

    /** How much work a character of a name is, at most. */
    int size() {
        return literal ? 1 : states.size();
    }

    /** Whether the key means that module. */
    boolean matches(String module) {
        return literal ? endsWithSource(module) : run(module);
    }

    /** Without metacharacters but dots, which stand for any character. */
    private boolean endsWithSource(String module) {
        int from = module.length() - source.length();
        if (from < 0 || (from > 0 && module.charAt(from - 1) != '.')) {
            return false;
        }
        for (int i = 0; i < source.length(); i++) {
            char wanted = source.charAt(i);
            if (wanted != '.' && wanted != module.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    private boolean run(String module) {
        BitSet current = new BitSet(states.size());
        for (int i = 0; i <= module.length(); i++) {
            if (i == 0 || module.charAt(i - 1) == '.') {
                follow(begin, i, module.length(), current);
            }
            if (i == module.length()) {
                break;
            }
            char c = module.charAt(i);
            BitSet next = new BitSet(states.size());
            for (int s = current.nextSetBit(0); s >= 0; s = current.nextSetBit(s + 1)) {
                State state = states.get(s);
                if (state.kind == Kind.CHARACTER && state.accepts.test(c)) {
                    follow(state.next, i + 1, module.length(), next);
                }
            }
            current = next;
        }
        return current.get(states.size() - 1);
    }

    /** Adds a state and all that are reached from it without reading. */
    private void follow(int start, int position, int length, BitSet into) {
        Deque<Integer> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            int s = open.pop();
            if (into.get(s)) {
                continue;
            }
            into.set(s);
            State state = states.get(s);
            boolean passes = state.kind == Kind.SPLIT
                    || (state.kind == Kind.BEGIN && position == 0)
                    || (state.kind == Kind.END && position == length);
            if (passes) {
                open.push(state.next);
                if (state.kind == Kind.SPLIT) {
                    open.push(state.other);
                }
            }
        }
    }

    private int state(Kind kind, IntPredicate accepts) throws RefusedException {
        if (states.size() >= MOST_STATES) {
            throw new RefusedException("it is too long");
        }
        states.add(new State(kind, accepts));
        return states.size() - 1;
    }

    private void join(List<Integer> open, int target) {
        for (int each : open) {
            if (each >= 0) {
                states.get(each).next = target;
            } else {
                states.get(~each).other = target;
            }
        }
    }

    private Part alternatives() throws RefusedException {
        if (++depth > MOST_DEPTH) {
            throw new RefusedException("its groups are nested too deeply");
        }
        Part part = sequence();
        while (peek() == '|') {
            at++;
            Part second = sequence();
            int split = state(Kind.SPLIT, c -> false);
            states.get(split).next = part.start();
            states.get(split).other = second.start();
            part = new Part(split, both(part.open(), second.open()));
        }
        depth--;
        return part;
    }

    private Part sequence() throws RefusedException {
        Part all = nothing();
        while (at < source.length() && peek() != '|' && peek() != ')') {
            Part next = repeated();
            join(all.open(), next.start());
            all = new Part(all.start(), next.open());
        }
        return all;
    }

    /** Matches the empty text: a split whose two ways are one. */
    private Part nothing() throws RefusedException {
        int split = state(Kind.SPLIT, c -> false);
        return new Part(split, List.of(split, ~split));
    }

    private Part repeated() throws RefusedException {
        int from = at;
        Part one = single();
        int end = at;
        int[] times = times();
        if (times.length == 0) {
            return one;
        }
        boolean loops = times[1] < 0;
        int copies = loops ? times[0] + 1 : times[1];
        Part all = nothing();
        for (int i = 0; i < copies; i++) {
            Part part = i == 0 ? one : again(from, end);
            if (i < times[0]) {
                join(all.open(), part.start());
                all = new Part(all.start(), part.open());
                continue;
            }
            int split = state(Kind.SPLIT, c -> false);
            join(all.open(), split);
            states.get(split).next = part.start();
            if (loops) {
                join(part.open(), split);
            }
            all = new Part(all.start(), loops ? List.of(~split) : both(part.open(), List.of(~split)));
        }
        return all;
    }

    /** Reads the same part of the source once more. */
    private Part again(int from, int end) throws RefusedException {
        int after = at;
        at = from;
        Part part = single();
        if (at != end) {
            throw new IllegalStateException("a part of '" + source + "' was read differently");
        }
        at = after;
        return part;
    }

    /** How often what was read is repeated: least and most (-1 for any number), or nothing. */
    private int[] times() throws RefusedException {
        int[] times =
                switch (peek()) {
                    case '*' -> new int[] {0, -1};
                    case '+' -> new int[] {1, -1};
                    case '?' -> new int[] {0, 1};
                    case '{' -> braces();
                    default -> new int[0];
                };
        if (times.length == 0) {
            return times;
        }
        at++;
        if (peek() == '?') {
            // As few as possible: another way to the same match of the whole.
            at++;
        }
        if ("*+?{".indexOf(peek()) >= 0) {
            throw new RefusedException("a repetition is repeated");
        }
        return times;
    }

    private int[] braces() throws RefusedException {
        int close = source.indexOf('}', at);
        String inside = close < 0 ? "" : source.substring(at + 1, close);
        if (!inside.matches("[0-9]{1,3}(,[0-9]{0,3})?")) {
            throw new RefusedException("expected {LEAST,MOST} of numbers below 1000");
        }
        int comma = inside.indexOf(',');
        int least = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
        int most =
                comma < 0 ? least : comma == inside.length() - 1 ? -1 : Integer.parseInt(inside.substring(comma + 1));
        if (most >= 0 && most < least) {
            throw new RefusedException("expected {LEAST,MOST} in this order");
        }
        at = close;
        return new int[] {least, most};
    }

    private Part single() throws RefusedException {
        char c = source.charAt(at++);
        switch (c) {
            case '(' -> {
                if (source.startsWith("?:", at)) {
                    at += 2;
                } else if (peek() == '?') {
                    throw new RefusedException("groups that begin with '(?' are not supported");
                }
                Part inside = alternatives();
                if (peek() != ')') {
                    throw new RefusedException("a '(' is not closed");
                }
                at++;
                return inside;
            }
            case '*', '+', '?', '{', ')' -> throw new RefusedException("a '" + c + "' has nothing before it");
            case '^' -> {
                return one(state(Kind.BEGIN, x -> false));
            }
            case '$' -> {
                return one(state(Kind.END, x -> false));
            }
            case '.' -> {
                return one(state(Kind.CHARACTER, x -> true));
            }
            case '[' -> {
                return one(state(Kind.CHARACTER, characterClass()));
            }
            case '\\' -> {
                return one(state(Kind.CHARACTER, escape()));
            }
            default -> {
                return one(state(Kind.CHARACTER, x -> x == c));
            }
        }
    }

    private static Part one(int state) {
        return new Part(state, List.of(state));
    }

    private IntPredicate characterClass() throws RefusedException {
        boolean negated = peek() == '^';
        at += negated ? 1 : 0;
        IntPredicate any = c -> false;
        int members = 0;
        for (boolean first = true; first || peek() != ']'; first = false) {
            if (at >= source.length()) {
                throw new RefusedException("a '[' is not closed");
            }
            if (++members > MOST_MEMBERS) {
                throw new RefusedException("it is too long");
            }
            char from = source.charAt(at++);
            IntPredicate member;
            if (from == '\\') {
                member = escape();
            } else if (peek() == '-' && at + 1 < source.length() && source.charAt(at + 1) != ']') {
                char to = source.charAt(at + 1);
                if (to < from || to == '\\') {
                    throw new RefusedException("'" + from + "-" + to + "' is no range");
                }
                at += 2;
                member = c -> c >= from && c <= to;
            } else {
                member = c -> c == from;
            }
            any = any.or(member);
        }
        at++;
        return negated ? any.negate() : any;
    }

    private IntPredicate escape() throws RefusedException {
        if (at >= source.length()) {
            throw new RefusedException("a '\\' has nothing behind it");
        }
        char c = source.charAt(at++);
        IntPredicate word = x -> x == '_' || Character.isLetterOrDigit(x);
        return switch (c) {
            case 'd' -> Character::isDigit;
            case 'D' -> x -> !Character.isDigit(x);
            case 'w' -> word;
            case 'W' -> word.negate();
            case 's' -> Character::isWhitespace;
            case 'S' -> x -> !Character.isWhitespace(x);
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new RefusedException("'\\" + c + "' is not supported");
                }
                yield x -> x == c;
            }
        };
    }

    /** The character that is read next, 0 at the end. */
    private char peek() {
        return at < source.length() ? source.charAt(at) : 0;
    }

    private static List<Integer> both(List<Integer> a, List<Integer> b) {
        List<Integer> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }
}
