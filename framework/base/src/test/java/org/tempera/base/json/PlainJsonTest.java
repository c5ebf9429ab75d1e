package org.tempera.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.annotations.Test;

public class PlainJsonTest {
    @Test
    public void givesEveryDoubleBackBitForBit() throws Exception {
        Random random = new Random(7);
        List<Object> numbers = new ArrayList<>(List.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 0.1, 1.0));
        for (int i = 0; i < 2000; i++) {
            double x = Double.longBitsToDouble(random.nextLong());
            numbers.add(Double.isNaN(x) ? 1.5 : x);
        }
        assertThat(PlainJson.read(PlainJson.line(numbers))).isEqualTo(numbers);
    }

    @Test
    public void givesFloatsBack() throws Exception {
        float[] floats = {0.1f, Float.MIN_VALUE, Float.MAX_VALUE, -3.4028e-12f};
        List<?> back = (List<?>) PlainJson.read(PlainJson.line(floats));
        for (int i = 0; i < floats.length; i++) {
            assertThat(((Double) back.get(i)).floatValue()).isEqualTo(floats[i]);
        }
    }

    @Test
    public void givesOtherValuesBack() throws Exception {
        Map<String, Object> state = new TreeMap<>(Map.of(
                "rng",
                Long.MIN_VALUE,
                "text",
                "a \"cat\"\n\u2028\ud83d\udc08",
                "on",
                true,
                "odd",
                List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
                "nested",
                Map.of("list", List.of(1L, List.of(), Map.of()))));
        assertThat(PlainJson.readObject(PlainJson.pretty(state))).isEqualTo(state);
        assertThat(PlainJson.readObject(PlainJson.line(state))).isEqualTo(state);
    }

    @Test
    public void sortsMapsWithoutAnOrder() {
        assertThat(PlainJson.line(Map.of("b", 1, "a", 2, "c", 3))).isEqualTo("{\"a\":2,\"b\":1,\"c\":3}");
    }

    @Test
    public void refusesWhatIsNotPlain() {
        assertThatThrownBy(() -> PlainJson.line(Map.of("a", new Object())))
                .hasMessage("plain data cannot hold java.lang.Object");
        assertThatThrownBy(() -> PlainJson.read("{\"a\": null}")).hasMessage("plain data cannot hold 'null'");
        assertThatThrownBy(() -> PlainJson.read("{} {}")).hasMessage("text follows the JSON value");
        assertThatThrownBy(() -> PlainJson.read("{\"a\": 1, \"a\": 2}")).hasMessageContaining("stands in it twice");
        assertThatThrownBy(() -> PlainJson.read("{\"a\": ")).isInstanceOf(PlainJson.MalformedException.class);
    }

    @Test
    public void passesOverWhatOthersWriteAndPlainDataCannotHold() throws PlainJson.MalformedException {
        String text =
                "{\"a\":\"x\",\"none\":null,\"list\":[1,null,[null]],\"inner\":{\"b\":null,\"c\":NaN},\"large\":1e400,"
                        + "\"digits\":123456789012345678901234567890,\"low\":-Infinity,\"$float\":\"x\"}";
        Map<String, Object> read = PlainJson.readForeignObject(text);
        assertThat(read.keySet()).containsExactly("a", "list", "inner", "large", "digits", "low", "$float");
        assertThat(read.get("list")).isEqualTo(List.of(1L, List.of()));
        assertThat(read.get("inner")).isEqualTo(Map.of("c", Double.NaN));
        assertThat(read.get("large")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.get("digits")).isEqualTo(123456789012345678901234567890.0);
        assertThatThrownBy(() -> PlainJson.readForeignObject("[".repeat(10_000)))
                .isInstanceOf(PlainJson.MalformedException.class);
        assertThatThrownBy(() -> PlainJson.readForeignObject("{\"a\":1,\"a\":2}"))
                .isInstanceOf(PlainJson.MalformedException.class);
        assertThatThrownBy(() -> PlainJson.readObject(text)).isInstanceOf(PlainJson.MalformedException.class);
    }

    /** An object of two characters is fifty bytes, so that a text's length alone bounds nothing. */
    @Test
    public void whatATextTakesIsInProportionToIt() throws PlainJson.MalformedException {
        for (String value : new String[] {"{}", "{\"a\":0}", "{\"a\":{\"a\":[0]}}"}) {
            String text = "{\"x\":[" + (value + ",").repeat((8 << 20) / value.length()) + "0]}";
            assertThatThrownBy(() -> PlainJson.readObject(text))
                    .isInstanceOf(PlainJson.MalformedException.class)
                    .hasMessage("it holds more than its length lets expect");
        }
        String numbers = "{\"x\":[" + "0.12345678901234567,".repeat(1 << 20) + "1]}";
        assertThat(PlainJson.readObject(numbers)).containsKey("x");
    }

    @Test
    public void textsThatComeAgainAreTheSame() throws PlainJson.MalformedException {
        List<?> texts = (List<?>) PlainJson.read("[\"a cat\",\"a cat\",\"a dog\"]");
        assertThat(texts.get(0)).isSameAs(texts.get(1)).isEqualTo("a cat");
        assertThat(texts.get(2)).isEqualTo("a dog");
    }
}
