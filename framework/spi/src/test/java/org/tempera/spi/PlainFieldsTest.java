package org.tempera.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PlainFieldsTest {
    /** As JSON gives it back: whole numbers are longs, all others doubles. */
    private static PlainFields stored() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("dog", List.of(1L, 0.5));
        inner.put("cat", List.of());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", 3L);
        fields.put("mean", 0.25);
        fields.put("large", Long.MAX_VALUE);
        fields.put("real", 2.0);
        fields.put("huge", 1e300);
        fields.put("nan", Double.NaN);
        fields.put("on", true);
        fields.put("name", "a");
        fields.put("names", List.of("a", "b"));
        fields.put("buffers", inner);
        fields.put("means", Map.of("x", 1L));
        return PlainFields.of(fields);
    }

    @Test
    public void readsWhatJsonGivesBack() {
        PlainFields fields = stored();
        assertThat(fields.integer("count")).isEqualTo(3);
        assertThat(fields.whole("count")).isEqualTo(3);
        assertThat(fields.whole("large")).isEqualTo(Long.MAX_VALUE);
        assertThat(fields.integer("real")).isEqualTo(2);
        assertThat(fields.number("count")).isEqualTo(3);
        assertThat(fields.number("mean")).isEqualTo(0.25);
        assertThat(fields.flag("on")).isTrue();
        assertThat(fields.text("name")).isEqualTo("a");
        assertThat(fields.texts("names")).containsExactly("a", "b");
        assertThat(fields.fields("buffers").names()).containsExactly("dog", "cat");
        assertThat(fields.fields("buffers").doubles("dog")).containsExactly(1, 0.5);
        assertThat(fields.fields("buffers").finiteDoubles("cat")).isEmpty();
        assertThat(fields.fields("buffers").floats("dog")).containsExactly(1, 0.5f);
        assertThat(fields.map("buffers")).containsOnlyKeys("dog", "cat");
        assertThat(fields.numbers("means")).containsExactly(Map.entry("x", 1.0));
        assertThat(fields.has("count")).isTrue();
        assertThat(fields.has("counts")).isFalse();
    }

    @DataProvider
    public Object[][] damages() {
        return new Object[][] {
            damage(f -> f.number("gone"), "expected 'gone', found none"),
            damage(f -> f.number("name"), "expected a number at 'name', found a text"),
            damage(f -> f.number("nan"), "expected a finite number at 'nan', found NaN"),
            damage(f -> f.whole("nan"), "expected a whole number at 'nan', found NaN"),
            damage(f -> f.whole("mean"), "expected a whole number at 'mean', found 0.25"),
            damage(f -> f.whole("huge"), "expected a whole number at 'huge', found 1.0E300"),
            damage(
                    f -> f.integer("large"),
                    "expected a whole number that an int can hold at 'large', found 9223372036854775807"),
            damage(f -> f.whole("on"), "expected a number at 'on', found true or false"),
            damage(f -> f.text("count"), "expected a text at 'count', found a number"),
            damage(f -> f.list("name"), "expected a list at 'name', found a text"),
            damage(f -> f.finiteDoubles("names"), "expected a number at 'names', found a text"),
            damage(f -> f.map("names"), "expected an object at 'names', found"),
            damage(f -> f.numbers("buffers"), "expected a number at 'dog', found"),
        };
    }

    private static Object[] damage(Consumer<PlainFields> read, String message) {
        return new Object[] {read, message};
    }

    @Test(dataProvider = "damages")
    public void namesWhatIsMissingOrOfAnotherKind(Consumer<PlainFields> read, String message) {
        assertThatThrownBy(() -> read.accept(stored()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    public void aListMayHoldNulls() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("numbers", java.util.Arrays.asList(1L, null));
        assertThatThrownBy(() -> PlainFields.of(fields).doubles("numbers"))
                .hasMessage("expected a number at 'numbers', found none");
        assertThatThrownBy(() -> PlainFields.of("text")).hasMessage("expected an object at 'the data', found a text");
    }
}
