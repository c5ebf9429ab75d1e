package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.core.train.Evaluator;
import org.tempera.record.verdict.Ruler;
import org.tempera.runtime.RunRuler;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.TrainingParts;
import org.tempera.runtime.config.RunConfig;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The ruler is of what measures, and not of how a configuration writes it. */
public class SpelledOtherwiseTest {
    private static final String POLICY = "policy.stable-diffusion.";
    private static final String ADAPTER = POLICY + "adapter.";

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private final Tempera tempera = Tempera.load(SpelledOtherwiseTest.class.getClassLoader());
    private Path config = folder;

    @BeforeClass
    public void write() throws IOException {
        Files.createSymbolicLink(folder.resolve("models"), CommandRunner.MODELS);
        Files.createSymbolicLink(folder.resolve("sd"), CommandRunner.MODELS.resolve("mini-sd"));
        Files.createSymbolicLink(
                folder.resolve("head.safetensors"), CommandRunner.MODELS.resolve("aesthetic-head.safetensors"));
        Files.createDirectory(folder.resolve("elsewhere"));
        Files.copy(CommandRunner.MODELS.resolve("gold.safetensors"), folder.resolve("elsewhere/truth.safetensors"));
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        Files.writeString(folder.resolve("same.txt"), "# the same\n\na cat\na dog\n");
        Files.writeString(folder.resolve("same.jsonl"), "{\"prompt\": \"a cat\"}\n{\"prompt\": \"a dog\"}\n");
        Files.writeString(folder.resolve("repeated.txt"), "a cat\na dog\na cat\na dog\na horse\n");
        Files.writeString(folder.resolve("others.txt"), "a cat\na dog\na horse\n");
        config = Files.writeString(
                folder.resolve("run.conf"),
                """
                policy { use = stable-diffusion, stable-diffusion { weights = models/mini-sd } }
                algorithm { use = ddpo }
                rewards {
                  aesthetic { clip = models/mini-clip, head = models/aesthetic-head.safetensors }
                  clip-score { role = held-out, clip = models/mini-clip }
                }
                gold { use = simple-animals-gold, simple-animals-gold { weights = models/gold.safetensors } }
                sampling { prompts = prompts.txt, steps = 2, eta = 0.0001 }
                evaluation { samples = 4 }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] alike() {
        String mini = "models/mini-clip";
        return new Object[][] {
            {"", ADAPTER + "alpha=4"},
            {"", ADAPTER + "alpha=4.00"},
            {"", ADAPTER + "kind=lora " + ADAPTER + "rank=4"},
            {"", ADAPTER + "targets=[to_out.0,to_v,to_k,to_q,to_q]"},
            {"", POLICY + "height=32"},
            {"", POLICY + "width=32 " + POLICY + "height=32"},
            {"", "sampling.eta=1e-4"},
            {"", "sampling.guidance-scale=5"},
            {"", "evaluation.seed=1000003"},
            {"", "evaluation.prompts=prompts.txt"},
            {"", "evaluation.prompts=same.txt"},
            {"", "evaluation.prompts=same.jsonl"},
            {"", "evaluation.prompts=repeated.txt"},
            {"", "sampling.prompts=same.txt"},
            {"evaluation.prompts=same.txt", "sampling.prompts=others.txt evaluation.prompts=prompts.txt"},
            {"", "rewards.aesthetic.use=aesthetic rewards.aesthetic.weight=1 rewards.aesthetic.role=train"},
            {"", "rewards.clip-score.scale=25e-1"},
            {"", "rewards.aesthetic.clip=./models/../" + mini},
            {"", "rewards.aesthetic.head=head.safetensors"},
            {"", POLICY + "weights=sd"},
            {"", "gold.simple-animals-gold.weights=elsewhere/truth.safetensors"},
            {"", "combination.rule=weighted-sum combination.k=2"},
            {"sampling.guidance-scale=1", "sampling.guidance-scale=0.5 sampling.negative-prompt=grey"},
            {ADAPTER + "kind=full", ADAPTER + "kind=full " + ADAPTER + "alpha=3 " + ADAPTER + "targets=[to_q]"},
            {"combination.rule=min", "combination.rule=min rewards.aesthetic.weight=2"},
            {"combination.rule=mean-minus-k-std", "combination.rule=mean-minus-k-std rewards.aesthetic.weight=2"},
        };
    }

    @Test(dataProvider = "alike")
    public void isTheSame(String before, String now) {
        assertThat(ruler(now).differences(ruler(before))).isEmpty();
        assertThat(ruler(now)).isEqualTo(ruler(before));
    }

    @DataProvider
    public Object[][] different() {
        return new Object[][] {
            {ADAPTER + "alpha=4.5", ADAPTER + "alpha", "4.0 before, 4.5 now"},
            {ADAPTER + "targets=[to_q]", ADAPTER + "targets", "now"},
            {POLICY + "height=64", POLICY + "height", "32 before, 64 now"},
            {"sampling.eta=1e-3", "sampling.eta", "1.0E-4 before, 0.001 now"},
            {"sampling.guidance-scale=1", "sampling.guidance-scale", "5.0 before, 1.0 now"},
            {"evaluation.prompts=others.txt", "evaluation.prompts", "content"},
            {"sampling.prompts=others.txt", "evaluation.prompts", "content"},
            {"rewards.aesthetic.head=models/few-ratings-head.safetensors", "rewards.aesthetic.head", "content"},
            {"gold.simple-animals-gold.weights=models/gold.safetensors evaluation.seed=3", "evaluation.seed", "3 now"},
        };
    }

    @Test(dataProvider = "different")
    public void isAnother(String overrides, String key, String values) {
        List<Ruler.Difference> differences = ruler("").differences(ruler(overrides));
        assertThat(differences)
                .filteredOn(d -> d.key().equals(key))
                .singleElement()
                .extracting(Ruler.Difference::toString)
                .asString()
                .contains(values);
    }

    /** @param overrides separated by spaces; those of paths are taken from the folder of the test */
    private Ruler ruler(String overrides) {
        List<String> all = new ArrayList<>();
        Stream.of(overrides.split(" "))
                .filter(o -> !o.isEmpty())
                .map(o -> o.matches(".*\\.(prompts|clip|head|weights)=.*") ? o.replace("=", "=" + folder + "/") : o)
                .forEach(all::add);
        RunConfig run = tempera.config(config, all);
        try (TrainingParts parts = TrainingParts.create(run)) {
            return RunRuler.of(parts, Evaluator.standard());
        }
    }
}
