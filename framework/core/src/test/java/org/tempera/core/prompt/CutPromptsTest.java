package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.Test;

public class CutPromptsTest {
    @Test
    public void saysHowManyAreCutAndWhatIsLeftOutOfTheFirst() {
        CutPrompts cut = new CutPrompts();
        List<String> prompts = List.of("a cat", "a dog and a fox", "a fox and a dog", "a dog and a fox");
        cut.add("the model", CutPromptsTest::afterFive, prompts.subList(0, 2));
        cut.add("the model", CutPromptsTest::afterFive, prompts);
        cut.add("reward 'clip-score'", prompt -> Optional.empty(), prompts);
        assertThat(cut.counts()).containsOnlyKeys("the model").containsEntry("the model", 2);
        assertThat(cut.warning())
                .contains("prompts that are longer than their text encoder are read in part:"
                        + "\n  the model cuts 2 of 3 prompts; of 'a dog and a fox' it leaves out ' and a fox'");
    }

    @Test
    public void longTextsAreShortened() {
        CutPrompts cut = new CutPrompts();
        cut.add("the model", CutPromptsTest::afterFive, List.of("a cat" + " very".repeat(1000)));
        assertThat(cut.warning().orElseThrow()).hasSizeLessThan(450).contains("very...' (and 4885 more characters)");
    }

    @Test
    public void isSilentWhereAllIsRead() {
        CutPrompts cut = new CutPrompts();
        cut.add("the model", CutPromptsTest::afterFive, List.of("a cat"));
        assertThat(cut.warning()).isEmpty();
        assertThat(cut.counts()).isEmpty();
    }

    @Test
    public void eachTextEncoderOfAPolicyIsAReaderOfItsOwn() {
        CutPrompts cut = new CutPrompts();
        cut.addPolicy(new ToyPolicy(1).pooled(), List.of("a cat", "cats", "a fox"), Optional.of("blurry"));
        assertThat(cut.warning())
                .contains("prompts that are longer than their text encoder are read in part:"
                        + "\n  the model's text encoder 1 of 2 cuts 2 of 3 prompts; of 'a cat' it leaves out 't'"
                        + "\n  the model's text encoder 1 of 2, of negative prompts, cuts 1 of 1 prompt; of 'blurry' it"
                        + " leaves out 'ry'");
        CutPrompts one = new CutPrompts();
        one.addPolicy(new ToyPolicy(), List.of("a cat"), Optional.empty());
        assertThat(one.counts()).containsOnlyKeys("the model");
    }

    private static Optional<String> afterFive(String prompt) {
        return prompt.length() > 5 ? Optional.of(prompt.substring(5)) : Optional.empty();
    }
}
