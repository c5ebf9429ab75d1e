package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ModulePatternTest {
    private static final List<String> MODULES = List.of(
            "to_q",
            "mid_block.attentions.0.transformer_blocks.0.attn1.to_q",
            "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0",
            "down_blocks.10.attentions.1.transformer_blocks.0.attn2.to_k",
            "text_model.encoder.layers.11.self_attn.q_proj",
            "conv_in",
            "a",
            "aab",
            "");

    @DataProvider
    public Object[][] keys() {
        return new Object[][] {
            {"to_q"},
            {"o_q"},
            {"attn1.to_q"},
            {"attn1xto_q"},
            {"attn1\\.to_q"},
            {".*\\.to_q"},
            {".*to_q"},
            {"to_[qkv]"},
            {"to_[^qk]"},
            {"(to_q|to_k)"},
            {"to_q|to_k|conv_in"},
            {"attn\\d\\.to_(q|k)"},
            {"layers\\.\\d+\\..*"},
            {"^to_q"},
            {"^mid_block.*"},
            {"to_q$"},
            {"a*"},
            {"a+b"},
            {"a?a?a?b"},
            {"a{2}b"},
            {"a{1,}b"},
            {"a{0,3}b"},
            {"(a|b){3}"},
            {"(?:a|ab)(b|)"},
            {"[a-z_]+\\.\\w+.*?"},
            {""},
            {"()*"},
            {"(a*)*b"},
            {"(|a)+"},
            {"[]a]+"},
            {"x{0}a"},
        };
    }

    /** Java's matcher is the judge of what a pattern means; its expressions and Python's are the same here. */
    @Test(dataProvider = "keys")
    public void matchesAsPeftDoes(String key) throws ModulePattern.RefusedException {
        ModulePattern pattern = ModulePattern.of(key);
        // Java takes ']' at a class's beginning for its end, Python does not.
        Pattern judge = Pattern.compile("(.*\\.)?(" + key.replace("[]a]", "[\\]a]") + ")");
        for (String module : MODULES) {
            assertThat(pattern.matches(module))
                    .as("%s in '%s'", key, module)
                    .isEqualTo(judge.matcher(module).matches());
        }
    }

    @DataProvider
    public Object[][] refused() {
        return new Object[][] {
            {"["},
            {"(a"},
            {"a)"},
            {"*a"},
            {"a**"},
            {"a{2,1}"},
            {"a{9999}"},
            {"a{"},
            {"(?=a)"},
            {"(?i)a"},
            {"(a)\\1"},
            {"\\b"},
            {"a\\"},
            {"[b-a]"},
            {"(a{999}){999}"},
            {"(".repeat(100_000)},
            {"(a{1,9}".repeat(30) + "){9}".repeat(30)},
        };
    }

    @Test(dataProvider = "refused", timeOut = 10_000)
    public void refusesTheRest(String key) {
        assertThatThrownBy(() -> ModulePattern.of(key)).isInstanceOf(ModulePattern.RefusedException.class);
    }

    @Test(timeOut = 10_000)
    public void neverTakesLong() throws ModulePattern.RefusedException {
        for (String key : List.of("(([a-z_0-9.]+)+)+!", "(a|a)*b", "(a*)*b", "(.*)*(.*)*!", "(a?){100}a{100}!")) {
            assertThat(ModulePattern.of(key).matches("a".repeat(500) + ".".repeat(500)))
                    .isFalse();
        }
    }
}
