package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Pictures with the notes of each common program; src/test/resources/notes/make_notes.py makes them. */
public class PromptNoteTest {
    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {"a1111", "its note 'parameters' is that of the A1111 web UI or one of its kin, which is not read"},
            {"sd-next", "its note 'parameters' is that of the A1111 web UI or one of its kin, which is not read"},
            {"comfyui", "its note 'prompt' is data of another program, such as ComfyUI, and no text"},
            {"comfyui-alone", "its note 'prompt' is data of another program, such as ComfyUI, and no text"},
            {"invokeai", "its note 'invokeai_metadata' is that of InvokeAI, which is not read"},
            {"invokeai-2", "its note 'sd-metadata' is that of InvokeAI, which is not read"},
            {"novelai", "its notes are those of NovelAI, which are not read"},
            {"fooocus", "its note 'fooocus_scheme' is that of Fooocus, which is not read"},
        };
    }

    @Test(dataProvider = "others")
    public void notesOfOtherProgramsAreNoPrompt(String picture, String why) {
        PromptNote note = PromptNote.read(file(picture));
        assertThat(note.prompt()).isEmpty();
        assertThat(note.otherwise()).contains(why);
    }

    @Test
    public void takesOurOwnNotesAndPlainText() {
        assertThat(PromptNote.read(file("ours")).prompt()).contains("a photo of a cat");
        assertThat(PromptNote.read(file("plain")).prompt()).contains("a photo of a cat");
        String strange = "{\"scene\": \"a cat\"}";
        Map<String, String> ours = Map.of("prompt", strange, "seed", "1", "steps", "2", "model", "m");
        assertThat(PromptNote.of(ours).prompt()).as("asked of our own sample").contains(strange);
        assertThat(PromptNote.of(Map.of("prompt", "[cat:dog:0.5] {red|blue}")).prompt())
                .isPresent();
        assertThat(PromptNote.of(Map.of()).otherwise()).isEmpty();
    }

    @Test
    public void aPromptBesideAnotherProgramsSoftwareIsNotOurs() {
        PromptNote note = PromptNote.of(Map.of("prompt", "cat, 4k", "Software", "Painter\n2"));
        assertThat(note.prompt()).isEmpty();
        assertThat(note.otherwise())
                .contains("its note 'Software' says that 'Painter 2' wrote its notes, which are not read");
        Map<String, String> edited =
                Map.of("prompt", "a cat", "seed", "1", "steps", "2", "model", "m", "Software", "Painter");
        assertThat(PromptNote.of(edited).prompt()).as("our sample, saved again").contains("a cat");
    }

    private static Path file(String picture) {
        return Path.of("src/test/resources/notes", picture + ".png");
    }
}
