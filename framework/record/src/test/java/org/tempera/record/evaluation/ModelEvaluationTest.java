package org.tempera.record.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ModelEvaluationTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    private static MeasuredPicture picture(String prompt, long seed, double score) {
        return new MeasuredPicture(prompt, seed, Map.of("score", score));
    }

    @Test
    public void aPromptCountsOnceHoweverManyOfItsPicturesHaveAScore() {
        MeasuredSet set = new MeasuredSet(
                "seen",
                List.of(
                        picture("a", 0, 1),
                        picture("a", 1, 3),
                        picture("b", 0, 6),
                        picture("b", 1, Double.NaN),
                        picture("c", 0, Double.NaN)),
                Map.of());
        Estimate mean = set.means().get("score");
        assertThat(mean.mean()).isEqualTo(4);
        assertThat(mean.samples()).as("prompts").isEqualTo(2);
        assertThat(set.means()).containsOnlyKeys("score");
    }

    @Test
    public void setsOfFewPromptsAreNamed() {
        List<MeasuredPicture> eight = IntStream.range(0, 8)
                .mapToObj(i -> picture("prompt " + i, 0, i))
                .toList();
        MeasuredSet enough = new MeasuredSet("seen", eight, Map.of());
        MeasuredSet few = new MeasuredSet("few", List.of(picture("a", 0, 1), picture("a", 1, 3)), Map.of());
        Ruler ruler = new Ruler.Builder().build();
        assertThat(new ModelEvaluation("a run", OptionalInt.empty(), ruler, List.of(enough)).fewPrompts())
                .isEmpty();
        assertThat(new ModelEvaluation("a run", OptionalInt.empty(), ruler, List.of(enough, few)).fewPrompts())
                .contains("Intervals over fewer than 8 prompts are wide and say little, and over one there is none:"
                        + " 'few' has 1. More prompts narrow them; more pictures of each (--n) hardly do.");
    }

    @Test
    public void diversityIsThatOfDirections() {
        PromptDiversity alike = PromptDiversity.of(new double[][] {{0.6, 0.8}, {0.6, 0.8}});
        assertThat(alike.distance()).isCloseTo(0, within(1e-12));
        assertThat(alike.vendi()).isCloseTo(1, within(1e-9));
        PromptDiversity different = PromptDiversity.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, -1}});
        assertThat(different.distance()).isCloseTo(1, within(1e-12));
        assertThat(different.vendi()).isCloseTo(3, within(1e-9));
        assertThatThrownBy(() -> PromptDiversity.of(new double[][] {{1, 0}}))
                .hasMessage("expected two or more embeddings, found 1");
    }

    @Test
    public void theRecordCarriesItsRuler() throws IOException, PlainJson.MalformedException {
        Ruler ruler =
                new Ruler.Builder().put(Ruler.DRAWING, "sampling.steps", "10").build();
        MeasuredSet set = new MeasuredSet(
                "seen",
                List.of(picture("a", 0, 1), picture("a", 1, Double.NaN)),
                Map.of("a", new PromptDiversity(0.5, 1.5)));
        Path file = folder.resolve("record.json");
        new ModelEvaluation("a run", OptionalInt.of(3), ruler, List.of(set)).write(file);
        Map<String, Object> read = PlainJson.readObject(Files.readString(file));
        assertThat(read)
                .containsEntry("format", "tempera-evaluation/1")
                .containsEntry("epoch", 3L)
                .containsEntry("fingerprint", ruler.fingerprint());
        assertThat(Ruler.of(read.get("ruler"))).isEqualTo(ruler);
        Map<?, ?> seen = (Map<?, ?>) ((List<?>) read.get("sets")).get(0);
        assertThat(seen.get("means").toString()).contains("score={mean=1.0, prompts=1}", "vendi={mean=1.5, prompts=1}");
        assertThat(seen.get("pictures").toString()).contains("{prompt=a, seed=1, numbers={score=NaN}}");
        assertThat(seen.get("diversity").toString()).isEqualTo("[{distance=0.5, prompt=a, vendi=1.5}]");
    }

    @Test
    public void whatWasWrittenIsReadBack() throws IOException {
        Ruler ruler =
                new Ruler.Builder().put(Ruler.DRAWING, "sampling.steps", "10").build();
        MeasuredSet set = new MeasuredSet(
                "seen",
                List.of(picture("a", 0, 1), picture("a", 1, Double.NaN), picture("caf\u00e9", -7, 1e-300)),
                Map.of("a", new PromptDiversity(0.5, 1.5)));
        Path file = folder.resolve("record.json");
        for (OptionalInt epoch : List.of(OptionalInt.of(3), OptionalInt.empty())) {
            ModelEvaluation evaluation = new ModelEvaluation("a run", epoch, ruler, List.of(set));
            evaluation.write(file);
            assertThat(ModelEvaluation.read(file)).isEqualTo(evaluation);
        }
    }

    @Test
    public void whatEvaluateDidNotWriteIsOneMessage() throws IOException {
        Path file = folder.resolve("record.json");
        assertThatThrownBy(() -> ModelEvaluation.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": no such file. Check the path.");
        Ruler ruler = new Ruler.Builder().put(Ruler.DRAWING, "seed", "7").build();
        MeasuredSet set = new MeasuredSet("seen", List.of(picture("a", 0, 1)), Map.of());
        new ModelEvaluation("a run", OptionalInt.of(3), ruler, List.of(set)).write(file);
        String sound = Files.readString(file);
        refused(file, sound.replace("evaluation/1", "evaluation/2"), "expected the format tempera-evaluation/1");
        refused(file, sound.replace("\"7\"", "\"8\""), "its ruler has the fingerprint");
        refused(file, sound.replace("\"epoch\":3", "\"epoch\":-3"), "expected an epoch of 0 or more, found -3");
        refused(file, sound.replace("\"seed\":0", "\"seed\":0.5"), "expected a whole number at 'seed'");
        refused(file, sound.replace("\"score\":1.0}", "\"score\":\"high\"}"), "expected a number at 'score'");
        refused(file, sound.substring(0, sound.length() / 2), "it ends too early");
        refused(file, "[]", "expected a JSON object");
    }

    private static void refused(Path file, String text, String why) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> ModelEvaluation.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": cannot be read (")
                .hasMessageContaining(why)
                .hasMessageEndingWith("). It says what evaluate measured; remove it, or measure again.");
    }
}
