package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.runtime.Tempera;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Who gives a key where it has no effect is told by each command that a run begins with. */
public class UnreadKeysOfRunsTest {
    private static final String GUARD = "algorithm.grpo.guard.clip-range: has no effect: it is read where"
            + " algorithm.grpo.surrogate = guard, found clipped";

    private final CommandRunner command = new CommandRunner();
    private Path conf = Path.of("");

    @BeforeClass
    public void writeConfig() {
        conf = command.smallRun(
                """
                algorithm {
                  use = grpo
                  grpo { batch-size = 2, accumulation = 1, guard.clip-range = 0.3 }
                  ddpo { batch-size = 2, accumulation = 1, kl.penalty = kl }
                }
                rewards { random { role = train } }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] overrides() {
        return new Object[][] {
            {"algorithm.grpo.clip-range=1", "algorithm.grpo.surrogate=guard", "surrogate = clipped, found guard"},
            {"algorithm.grpo.kl.target=1", "algorithm.use=grpo", "kl.coefficient is above 0, found 0.0"},
            {"algorithm.grpo.kl.horizon=9", "algorithm.grpo.kl.coefficient=1", "kl.target is given, found none"},
            {"algorithm.ddpo.kl-gate.share=0.05", "algorithm.use=ddpo", "kl-gate.against is given, found []"},
            {"algorithm.dpok.largest-ratio=5", "algorithm.dpok.ratio=clamped", "ratio = clipped, found clamped"},
            {"algorithm.dpok.divergence=prediction", "algorithm.dpok.kl-loss=0", "kl-loss is above 0, found 0.0"},
            {"algorithm.draft.mean-steps=3", "algorithm.use=draft", "truncation = normal, found fixed"},
            {
                "algorithm.diffusion-dpo.pairing=neighbours",
                "algorithm.use=diffusion-dpo",
                "pairs = online, found choices"
            },
            {"algorithm.rwr.temperature=1", "algorithm.rwr.weighting=best", "weighting = epoch or prompt, found best"},
            {
                "algorithm.ddpo.reward-normalisation.buffer-size=9",
                "algorithm.ddpo.reward-normalisation.over=epoch",
                "reward-normalisation.over = per-prompt, found epoch"
            },
            {
                "algorithm.tdpo.neuron-reset.every=3",
                "algorithm.tdpo.neuron-reset.mode=none",
                "neuron-reset.mode = active or dormant or all, found none"
            },
            {
                "algorithm.tdpo.critic-replay.passes=3",
                "algorithm.tdpo.critic-replay.samples=0",
                "samples is above 0, found 0"
            },
            {
                "algorithm.constrained.multiplier.delay=3",
                "algorithm.use=constrained",
                "multiplier.rule = pid, found dual-ascent"
            },
            {
                "critic.temporal-mlp.encoder=clip",
                "critic.temporal-mlp.features=pooled-latent",
                "features = decoded-latent or predicted-clean, found pooled-latent"
            },
            {
                "policy.stable-diffusion.adapter.rank=8",
                "policy.stable-diffusion.adapter.kind=full",
                "adapter.kind = lora, found full"
            },
        };
    }

    /** An override of a key, another that is needed for it to be unread, and where it would be read. */
    @Test(dataProvider = "overrides")
    public void keysOfEachPluginAreTold(String unread, String deciding, String where) {
        String algorithm = deciding.startsWith("algorithm.") && !deciding.startsWith("algorithm.use")
                ? deciding.split("\\.")[1]
                : "grpo";
        command.succeed(
                "config", conf.toString(), "algorithm.use=" + algorithm, "critic.use=temporal-mlp", unread, deciding);
        assertThat(command.err())
                .contains("tempera: warning: override '" + unread + "': ", "has no effect: it is read where ", where);
    }

    @Test
    public void eachCommandThatARunBeginsWithTellsAndGoesOn() throws IOException {
        command.succeed("config", conf.toString());
        assertThat(command.err())
                .contains("tempera: warning: " + conf + ": 8: " + GUARD)
                .as("a plugin that is not chosen")
                .doesNotContain("ddpo");
        command.succeed("config", conf.toString(), "algorithm.grpo.surrogate=guard");
        assertThat(command.err()).doesNotContain("no effect");
        command.succeed("plan", conf.toString(), "--no-probe");
        assertThat(command.err()).contains(GUARD);
        Path taken = Files.createDirectories(command.file("taken"));
        Files.writeString(taken.resolve("mine.txt"), "mine");
        assertThat(command.run("train", conf.toString(), "run.output=" + taken)).isEqualTo(2);
        assertThat(command.err()).contains(GUARD, "taken");
    }

    /** Each name of the field says what to ask for, which is a configuration. */
    @Test
    public void aVariantOfAnAlgorithmIsToldByItsKeys() {
        assertThat(command.run("config", conf.toString(), "algorithm.use=grpo-guard"))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("no algorithm plugin is named 'grpo-guard'. It is a setting of another one:"
                        + " algorithm.use=grpo algorithm.grpo.surrogate=guard. Known: [");
        Tempera.load(getClass().getClassLoader()).plugins().plugins().forEach(plugin -> plugin.variants()
                .forEach((name, keys) -> {
                    List<String> arguments = new ArrayList<>(List.of("config", conf.toString()));
                    arguments.add("algorithm.use=" + plugin.name());
                    keys.forEach(key -> arguments.add("algorithm." + plugin.name() + "." + key));
                    command.succeed(arguments.toArray(String[]::new));
                    assertThat(command.err()).as(name).doesNotContain("override");
                }));
    }

    @Test
    public void aFileOfChoicesThatNoAlgorithmReadsIsTold() {
        command.succeed("config", conf.toString(), "sampling.choices=none.jsonl");
        assertThat(command.err())
                .contains("warning: override 'sampling.choices=none.jsonl': sampling.choices: has no effect: the"
                        + " algorithm 'grpo' learns from pictures that it draws, and from no choices of others");
        command.succeed("config", conf.toString(), "sampling.choices=none.jsonl", "algorithm.use=diffusion-dpo");
        assertThat(command.err()).doesNotContain("no effect");
    }

    @Test
    public void aSweepTellsOfKeysThatNoneOfItsRunsReads() throws IOException {
        Path sweep = Files.writeString(
                command.file("sweep.conf"),
                """
                sweep {
                  config = run.conf, output = out
                  settings { algorithm.grpo.trust-region.radius = 0.1 }
                  axes { surrogate { clipped { algorithm.grpo.surrogate = clipped }, guard { algorithm.grpo.surrogate = guard } } }
                }
                """);
        command.succeed("sweep", sweep.toString(), "--dry-run");
        assertThat(command.err())
                .contains("algorithm.grpo.trust-region.radius: has no effect")
                .doesNotContain("guard.clip-range");
    }

    @DataProvider
    public Object[][] shipped() {
        return new Object[][] {
            {"examples/simple-animals/tdpo-r.conf"},
            {"examples/simple-animals/over-optimise.conf"},
            {"examples/over-optimisation/run.conf"},
            {"examples/embed-as-library/run.conf"},
            {"docs/benchmarks/sd15.conf"},
            {"docs/benchmarks/tiny-e32.conf"},
            {"docs/benchmarks/tiny-e32-algorithms.conf"},
            {"packaging/kubernetes/base/run.conf"},
        };
    }

    @Test(dataProvider = "shipped")
    public void ourOwnConfigsGiveNone(String file) {
        command.succeed("config", "../../" + file);
        assertThat(command.err()).doesNotContain("no effect");
    }
}
