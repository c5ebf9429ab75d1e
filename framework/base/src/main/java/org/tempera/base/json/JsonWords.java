package org.tempera.base.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with some JSON, in words that say nothing of the library that reads it. */
final class JsonWords {
    private static final List<Rule> RULES = List.of(
            new Rule(
                    "Document nesting depth \\(\\d+\\) exceeds the maximum allowed \\((\\d+).*",
                    "it nests more than $1 deep"),
            new Rule(
                    "Number value length \\(\\d+\\) exceeds the maximum allowed \\((\\d+).*",
                    "a number has more than $1 digits"),
            new Rule(
                    "(?:String|Name) value length.* exceeds the maximum allowed \\((\\d+).*",
                    "a text has more than $1 characters"),
            new Rule("Name length.* exceeds the maximum allowed \\((\\d+).*", "a key has more than $1 characters"),
            new Rule("BigDecimal scale.*", "the exponent of a number is too large"),
            new Rule("Trailing token.*", "more stands behind its end"),
            new Rule("Non-standard token '([^']*)'.*", "$1 is no value of JSON"),
            new Rule("Duplicate field '(.*)'", "the key '$1' stands in it twice"),
            new Rule("Unexpected end-of-input.*", "it ends too early"),
            new Rule("Unexpected close marker '(.)'.*", "there is a '$1' that closes nothing"),
            new Rule("Numeric value \\((.*)\\) out of range of .*", "the number $1 is too large"),
            new Rule("No content to map due to end-of-input", "it is empty"));

    /** What the library adds of itself: its features, its classes, and that it does not show what it read. */
    private static final Pattern OF_ITSELF = Pattern.compile(
            " ?\\([^()]*(?:Feature|start marker|\\[Source)[^()]*(?:\\([^()]*\\)[^()]*)?\\)| ?\\[Source:[^\\]]*\\]|: enable `[^`]*` to allow");

    private record Rule(Pattern said, String words) {
        Rule(String said, String words) {
            this(Pattern.compile(said, Pattern.DOTALL), words);
        }
    }

    private JsonWords() {}

    /** One line, without the place. */
    static String of(JsonProcessingException e) {
        String said = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        for (Rule rule : RULES) {
            Matcher matcher = rule.said().matcher(said);
            if (matcher.matches()) {
                return matcher.replaceFirst(rule.words());
            }
        }
        return OF_ITSELF.matcher(said).replaceAll("");
    }
}
