package org.tempera.nn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ModelConfigTest {
    private static ModelConfig config(String json) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "test-files"));
            return ModelConfig.read(Files.writeString(Files.createTempFile(folder, "config", ".json"), json));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DataProvider
    public Object[][] numbersThatAreNone() {
        return new Object[][] {
            {"0"},
            {"-1"},
            {"257"},
            {"2147483647"},
            {"2147483648"},
            {"1e9"},
            {"1e400"},
            {"NaN"},
            {"Infinity"},
            {"-Infinity"},
            {"1.5"},
            {"\"3\""},
            {"[]"},
            {"{}"},
            {"true"},
            {"123456789012345678901234567890"},
        };
    }

    @Test(dataProvider = "numbersThatAreNone")
    public void everyIntegerHasALargestValue(String number) {
        ModelConfig c = config("{\"layers\": " + number + ", \"list\": [" + number + "]}");
        assertThat(c.positive("layers", 12, 256)).isEqualTo(12);
        assertThat(c.integers("layers", 3, 12, 256)).containsExactly(12, 12, 12);
        assertThat(c.integers("list", List.of(1, 2), 8, 256)).containsExactly(1, 2);
        assertThat(c.integers("list", 1, 12, 256)).containsExactly(12);
        assertThatThrownBy(c::finish)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("layers: expected an integer from 1 to 256, found ")
                .hasMessageContaining("list: expected ");
        ModelConfig text = config("{\"num_hidden_layers\": " + number + "}");
        ClipTextConfig.read(text);
        assertThatThrownBy(text::finish).hasMessageContaining("num_hidden_layers: expected an integer from 1 to 256");
    }

    /** A method that gives an int, or a list of them, and asks for no largest one would bring the kind back. */
    @Test
    public void noIntegerIsReadWithoutALargestValue() {
        for (Method method : ModelConfig.class.getMethods()) {
            if (method.getName().matches("integers?|positive")) {
                assertThat(Arrays.asList(method.getParameterTypes()))
                        .as(method.toString())
                        .endsWith(int.class)
                        .hasSizeGreaterThan(2);
            }
        }
    }

    @Test
    public void listsAreNeverEmptyOrEndless() {
        ModelConfig c = config("{\"none\": [], \"many\": [1, 1, 1, 1, 1], \"large\": [" + "7,".repeat(1000) + "7]}");
        assertThat(c.integers("none", List.of(64), 4, 256)).containsExactly(64);
        assertThat(c.integers("many", List.of(64), 4, 256)).containsExactly(64);
        assertThat(c.integers("large", 2, 1, 256)).containsExactly(1, 1);
        assertThatThrownBy(c::finish)
                .hasMessageContaining("none: expected 1 to 4 numbers, found 0")
                .hasMessageContaining("many: expected 1 to 4 numbers, found 5")
                .hasMessageContaining("large: expected one number for each of the 2 blocks, found a list of 1001");
    }

    @Test
    public void aKeyThatIsReadIsAFiniteNumber() {
        ModelConfig c = config("{\"eps\": NaN, \"scale\": 1e400, \"other\": -Infinity, \"betas\": [0.1, Infinity]}");
        assertThat(c.epsilon("eps", 1e-5)).isEqualTo(1e-5);
        assertThat(c.factor("scale", 2)).isEqualTo(2);
        assertThat(c.numbers("betas", List.of())).isEmpty();
        assertThatThrownBy(c::finish)
                .hasMessageContaining("eps: expected a number from 0.0 to 1.0, found NaN")
                .hasMessageContaining("betas: expected a list of finite numbers");
    }

    /** Of these pictures become black, and of the others numbers that are none. */
    @Test
    public void factorsHaveBounds() {
        for (String number : List.of("0", "1e-300", "-1", "1e300")) {
            ModelConfig c = config("{\"scaling_factor\": " + number + "}");
            assertThat(c.factor("scaling_factor", 0.5)).isEqualTo(0.5);
            assertThatThrownBy(c::finish)
                    .hasMessageContaining("scaling_factor: expected a number from 0.001 to 1000.0, found ");
        }
        assertThat(config("{\"scaling_factor\": 0.18215}").factor("scaling_factor", 1))
                .isEqualTo(0.18215);
    }

    /** A number without bounds would bring the kind back. */
    @Test
    public void noNumberIsReadWithoutBounds() {
        for (Method method : ModelConfig.class.getMethods()) {
            if (method.getName().equals("number")) {
                assertThat(method.getParameterTypes())
                        .containsExactly(String.class, double.class, double.class, double.class);
            }
        }
    }

    @Test
    public void whatIsNoBooleanIsNamed() {
        for (String list : List.of("[\"yes\", true]", "[1, true]", "[true, null]")) {
            ModelConfig c = config("{\"only_cross_attention\": " + list + "}");
            assertThat(c.flags("only_cross_attention", 2, false)).containsExactly(false, false);
            assertThatThrownBy(c::finish)
                    .hasMessageContaining("only_cross_attention: expected true or false for each block, found [");
        }
        assertThat(config("{\"a\": [true, false]}").flags("a", 2, false)).containsExactly(true, false);
    }
}
