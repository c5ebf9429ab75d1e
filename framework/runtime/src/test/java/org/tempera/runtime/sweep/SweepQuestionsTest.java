package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.tempera.record.compare.Question;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class SweepQuestionsTest {
    private SweepFiles files;

    @BeforeClass
    public void makeFiles() throws IOException {
        files = new SweepFiles();
    }

    @AfterClass
    public void removeFiles() {
        files.close();
    }

    private List<Question> questions(String questions) {
        return SweepQuestions.of(files.plan(
                        """
                        seeds = [1, 2]
                        axes {
                          algorithm = [ddpo, tdpo-r]
                          rate {
                            low { optimizer.learning-rate = 1e-5 }
                            high { optimizer.learning-rate = 1e-4 }
                          }
                        }
                        """
                                + questions)
                .config());
    }

    @Test
    public void aPairIsTheSameButForAnEntrysChoices() {
        List<Question> questions = questions(
                """
                questions {
                  resets { compare { algorithm = tdpo-r }, with = [{ algorithm = ddpo }] }
                  both { compare { algorithm = tdpo-r, rate = low }, with = [{ algorithm = ddpo }, { rate = high }] }
                }
                """);
        assertThat(questions)
                .extracting(Question::name)
                .as("in the order of lines")
                .containsExactly("resets", "both");
        assertThat(questions.get(0).pairs())
                .extracting(p -> p.first().name(), p -> p.second().name())
                .containsExactly(tuple("tdpo-r, low", "ddpo, low"), tuple("tdpo-r, high", "ddpo, high"));
        Question.Pair pair = questions.get(0).pairs().get(0);
        assertThat(pair.first().runs()).containsExactly("tdpo-r/low/seed-1", "tdpo-r/low/seed-2");
        assertThat(pair.first().asked()).isEqualTo(2);
        assertThat(pair.free()).containsExactlyInAnyOrder("algorithm", "optimizer", "behaviour");
        assertThat(questions.get(1).pairs())
                .extracting(p -> p.first().name(), p -> p.second().name(), Question.Pair::free)
                .containsExactly(
                        tuple("tdpo-r, low", "ddpo, low", pair.free()),
                        tuple("tdpo-r, low", "tdpo-r, high", Set.of("optimizer")));
    }

    /** Twice the same pair would be twice corrected for. */
    @Test
    public void aPairIsThereOnce() {
        assertThat(questions(
                                "questions { q { compare { algorithm = ddpo }, with = [{ rate = low }, { rate = high }] } }")
                        .get(0)
                        .pairs())
                .extracting(p -> p.first().name(), p -> p.second().name())
                .containsExactly(tuple("ddpo, low", "ddpo, high"));
        assertThat(questions("questions { q { compare { algorithm = ddpo }, with = [{ rate = high },"
                                + " { algorithm = ddpo, rate = high }] } }")
                        .get(0)
                        .pairs())
                .hasSize(1);
    }
}
