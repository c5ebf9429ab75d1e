package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PromptMarksTest {
    @Test
    public void saysOnceWhichMarksAreReadAsWords() {
        CutPrompts cut = new CutPrompts();
        List<String> prompts =
                List.of("a cat --n low quality --w 512", "a dog <lora:film:0.8>", "a fox", "a (red:1.2) fox --w 64");
        cut.add("the model", prompt -> Optional.empty(), prompts);
        cut.add("reward 'clip-score'", prompt -> Optional.empty(), prompts);
        assertThat(cut.warnings())
                .containsExactly(
                        "marks by which other programs are steered are read as words, as all of a prompt is: in"
                                + " 3 of 4 prompts '--n' (a switch, as of kohya and Midjourney), '<lora:film:0.8>' (an adapter),"
                                + " '(red:1.2)' (a weight). Take them out where they are not meant as words.");
    }

    @DataProvider
    public Object[][] marked() {
        return new Object[][] {
            {"a cat --ar 16:9", "--ar"},
            {"--seed 3 a cat", "--seed"},
            {"a ((very red)) cat", "((very red))"},
            {"a [dog:cat:0.5]", "[dog:cat:0.5]"},
            {"a {cat|dog}", "{cat|dog}"},
            {"<hypernet:a:1>", "<hypernet:a:1>"},
        };
    }

    @Test(dataProvider = "marked")
    public void knowsEachMark(String prompt, String mark) {
        assertThat(PromptMarks.note(List.of(prompt)).orElseThrow()).contains(" in 1 of 1 prompt '" + mark + "' (");
    }

    @Test
    public void wordsAreNone() {
        for (String prompt : List.of(
                "a cat (asleep) at ten (10:30)",
                "a cat -- a red one",
                "a well--known cat",
                "a [blurry] cat: 1.5 m",
                "a cat <3 and a {dog}",
                "pi (3.14)")) {
            assertThat(PromptMarks.note(List.of(prompt))).as(prompt).isEmpty();
        }
    }

    @Test(timeOut = 20_000)
    public void longPromptsAreReadInOnePass() {
        for (String part : List.of("(", "((", "(a:", "(:1", "[a:", "[:1", "{a", "{|", "<lora:", "--", "--a", "(a: ")) {
            assertThat(PromptMarks.note(List.of(part.repeat(100_000))))
                    .satisfies(note -> assertThat(note.isPresent()).isFalse());
        }
    }
}
