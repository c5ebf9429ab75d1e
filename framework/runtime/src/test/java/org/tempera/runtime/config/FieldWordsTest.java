package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FieldWordsTest {
    private static final Path REFERENCE = Path.of("../../docs/configuration.md");

    private final TestConfigs configs = new TestConfigs();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    @DataProvider
    public Object[][] mistakes() {
        return new Object[][] {
            {"run.precision=bf16", "found the text \"bf16\". Did you mean 'bfloat16'?"},
            {"run.precision=FP16", "Did you mean 'bfloat16'?"},
            {"run.precision=float16", "Did you mean 'bfloat16'?"},
            {"run.precision=half", "Did you mean 'bfloat16'?"},
            {"run.precision=fp32", "Did you mean 'float32'?"},
            {"run.precision=float", "Did you mean 'float32'?"},
            {"optimizer.lr=1e-4", "optimizer.lr: unknown key. Did you mean 'learning-rate'?"},
            {"optimizer.max_grad_norm=1", "Did you mean 'max-gradient-norm'?"},
            {"lr=1e-4", "lr: unknown block or key. Did you mean 'optimizer.learning-rate'?"},
            {"sampling.num_inference_steps=20", "Did you mean 'steps'?"},
            {"sampling.cfg=5", "Did you mean 'guidance-scale'?"},
        };
    }

    @Test(dataProvider = "mistakes")
    public void leadToOurNames(String override, String expected) {
        assertThatThrownBy(() -> configs.whole(override))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(expected);
    }

    /** By its letters alone it is DPOK, or DDPO. */
    @Test
    public void goBeforeNamesOfLikeLetters() {
        assertThat(Names.nearest("dpo", List.of("ddpo", "d3po", "diffusion-dpo", "dpok")))
                .contains("diffusion-dpo");
        assertThat(Names.nearest("dpo", List.of("ddpo", "dpok")))
                .as("not there")
                .contains("dpok");
    }

    @Test
    public void standForNamesThatThereAre() throws IOException {
        String reference = Files.readString(REFERENCE);
        assertThat(FieldWords.OURS.values()).allSatisfy(name -> assertThat(reference)
                .containsPattern("`(?:[a-z0-9-]+\\.)*" + Pattern.quote(name) + "`"));
        assertThat(FieldWords.OURS.keySet())
                .allSatisfy(word -> assertThat(Names.normal(word)).isEqualTo(word));
    }
}
