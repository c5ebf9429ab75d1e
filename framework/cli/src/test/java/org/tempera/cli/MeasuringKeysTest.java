package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.record.verdict.MeasuredAlike;
import org.tempera.record.verdict.Ruler;
import org.tempera.runtime.RunRuler;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.ConfigProblems;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/**
 * Every key of docs/configuration.md measures or does not, and somebody has thought about which: a key that stands in
 * none of the lists below is an error, as is one that does otherwise than its list says.
 */
public class MeasuringKeysTest {
    /** Keys that change no evaluation of the weights that it is given, or its last bits only. */
    private static final Set<String> FREE = keys(
            """
            run.epochs run.seed run.output run.threads run.inter-op-threads run.parallel-batches
            policy.stable-diffusion.preview
            run.cluster.workers run.cluster.index run.cluster.gradients run.cluster.start-seconds
            sampling.batch-size sampling.batches-per-epoch sampling.samples-per-prompt
            optimizer.learning-rate optimizer.base-learning-rate optimizer.critic-learning-rate optimizer.warmup-steps
            optimizer.beta1 optimizer.beta2 optimizer.epsilon optimizer.weight-decay optimizer.max-gradient-norm
            optimizer.log-prob-tolerance sampling.initial-noise sampling.stochastic-steps.every
            sampling.stochastic-steps.stride sampling.stochastic-steps.last sampling.stochastic-steps.round-again
            evaluation.every evaluation.grid-samples evaluation.on-fall evaluation.most-roll-backs
            evaluation.on-drift evaluation.on-steepening evaluation.image-statistics
            checkpoint.every checkpoint.keep-last checkpoint.keep-best
            behaviour.draws behaviour.follow.decay behaviour.follow.most behaviour.follow.slope behaviour.follow.flat
            behaviour.follow.every behaviour.follow.counts
            reference.moves reference.follow.decay reference.follow.most reference.follow.slope reference.follow.flat
            reference.follow.every reference.follow.counts
            policy.stable-diffusion.gradient-checkpointing
            rewards.random.on-failure rewards.random.time-limit-seconds
            rewards.remote.batch-size rewards.remote.timeout-seconds rewards.remote.attempts rewards.remote.backoff-seconds
            rewards.remote.replicas rewards.remote.tolerance
            """);

    /** Keys whose value measures. */
    private static final Set<String> MEASURES = keys(
            """
            sampling.steps sampling.eta sampling.guidance-scale sampling.negative-prompt
            sampling.stochastic-steps.first sampling.stochastic-steps.count sampling.stochastic-steps.move
            combination.rule combination.k
            evaluation.samples evaluation.seed evaluation.steepness.radius evaluation.held-out-weights
            run.precision behaviour.evaluated
            rewards.random.role rewards.random.weight rewards.random.normalise
            rewards.random.ball.radius rewards.random.ball.score rewards.random.shares-data-with
            policy.stable-diffusion.height policy.stable-diffusion.width policy.stable-diffusion.timesteps
            policy.stable-diffusion.adapter.kind policy.stable-diffusion.adapter.rank policy.stable-diffusion.adapter.alpha
            policy.stable-diffusion.adapter.targets
            rewards.clip-score.scale rewards.jpeg-compressibility.quality rewards.jpeg-incompressibility.quality
            rewards.pick-score.divisor rewards.random.seed rewards.remote.url rewards.remote.format
            """);

    /** Keys of paths: what lies there measures; {@link ResumedWithChangesTest} changes it. */
    private static final Set<String> CONTENT = keys(
            """
            sampling.prompts sampling.choices evaluation.prompts
            policy.stable-diffusion.weights policy.stable-diffusion.adapter.start
            rewards.aesthetic.clip rewards.aesthetic.head
            rewards.clip-score.clip rewards.clip-score.architecture rewards.clip-score.tokenizer
            rewards.hps-v2.checkpoint rewards.hps-v2.architecture rewards.hps-v2.tokenizer
            rewards.human-preference.clip rewards.human-preference.head
            rewards.image-reward.checkpoint rewards.image-reward.med-config rewards.image-reward.vocabulary
            rewards.pick-score.clip
            gold.simple-animals-gold.weights
            """);

    /** What trains the policy measures nothing. */
    private static final Pattern TRAINS = Pattern.compile("(algorithm|critic)\\..*");

    /** What is said of many runs is in none of their configs. */
    private static final String OF_SWEEPS = "sweep";

    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (.*?) \\| .*");

    private static final String CONFIG =
            """
            policy { use = stable-diffusion, stable-diffusion { weights = sd } }
            algorithm { use = ddpo }
            critic { use = temporal-mlp, temporal-mlp { encoder = a } }
            combination { rule = mean-minus-k-std }
            rewards {
              aesthetic { clip = a }
              clip-score { clip = a }
              hps-v2 { checkpoint = a }
              human-preference { clip = a, head = b }
              image-reward { checkpoint = a, med-config = b, vocabulary = c }
              jpeg-compressibility {}
              jpeg-incompressibility {}
              pick-score { clip = a }
              random {}
              remote { url = "http://localhost:1/" }
            }
            gold { use = simple-animals-gold }
            """;

    private final CommandRunner command = new CommandRunner();
    private final Tempera tempera = Tempera.load(MeasuringKeysTest.class.getClassLoader());

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    private static Set<String> keys(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** What else must be set for a key to take each of its values. */
    private static List<String> companions(String key) {
        if (key.endsWith(".normalise")) {
            // Only a weighted sum leaves it open whether a reward is standardised.
            return List.of("combination.rule=weighted-sum");
        }
        if (key.contains(".kl-gate.")) {
            // A gate is of a divergence, and its share between two others.
            String algorithm = key.substring(0, key.indexOf(".kl-gate."));
            String gate = algorithm + ".kl-gate.";
            return List.of(
                    algorithm + ".kl-loss=1",
                    gate + "largest-share=1",
                    gate + "share=" + (key.endsWith(".smallest-share") ? 1 : 0.1));
        }
        return switch (key) {
            case "run.cluster.index" -> List.of("run.cluster.workers=[\"a:1\", \"b:1\", \"c:1\", \"d:1\"]");
            case "rewards.random.ball.score" -> List.of("rewards.random.ball.radius=0.1");
            case "algorithm.draft.truncation" -> List.of("algorithm.draft.last-steps=3");
            case "algorithm.dpok.lambda" -> List.of("algorithm.dpok.baseline=value");
            case "sampling.stochastic-steps.move" -> List.of("sampling.stochastic-steps.count=2");
            case "sampling.stochastic-steps.last" ->
                List.of("sampling.stochastic-steps.move=random", "sampling.stochastic-steps.count=1");
            default -> List.of();
        };
    }

    @Test
    public void everyKeyIsThoughtAbout() throws IOException {
        Set<String> documented = documented().keySet().stream()
                .filter(key -> !TRAINS.matcher(key).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed =
                Stream.of(FREE, MEASURES, CONTENT).flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(listed);
        assertThat(listed).hasSize(FREE.size() + MEASURES.size() + CONTENT.size());
    }

    @Test
    public void theKeysThatMeasureAreThoseOfTheRuler() throws IOException {
        Path file = Files.writeString(command.file("all.conf"), CONFIG);
        List<String> wrong = new ArrayList<>();
        documented().forEach((key, about) -> {
            if (CONTENT.contains(key) || about.startsWith("path")) {
                return;
            }
            List<String> with = companions(key);
            Ruler before = ruler(file, with).orElseThrow();
            List<Ruler> after = values(about).stream()
                    .flatMap(value -> {
                        List<String> all = new ArrayList<>(with);
                        all.add(key + "=" + value);
                        return ruler(file, all).stream();
                    })
                    .toList();
            if (after.size() < 2) {
                wrong.add(key + ": expected values that can be taken");
            } else if (after.stream().allMatch(before::equals) == MEASURES.contains(key)) {
                wrong.add(key + (MEASURES.contains(key) ? " does not measure" : " measures"));
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** To declare it for later seeds must not set them apart from earlier ones. */
    @Test
    public void whoseDataIsSharedIsPartOfTheTruthOnlyWhereItWeighs() throws IOException {
        Path file = Files.writeString(command.file("shares.conf"), CONFIG);
        String shares = "rewards.random.shares-data-with=[aesthetic]";
        String weighed = "evaluation.held-out-weights=independence";
        List<String> scopes = MeasuredAlike.truthScopes(false, List.of("random"));
        assertThat(ruler(file, List.of())
                        .orElseThrow()
                        .differences(ruler(file, List.of(shares)).orElseThrow(), scopes))
                .isEmpty();
        assertThat(ruler(file, List.of(weighed))
                        .orElseThrow()
                        .differences(ruler(file, List.of(weighed, shares)).orElseThrow(), scopes))
                .extracting(Ruler.Difference::key)
                .containsExactly("rewards.random.shares-data-with");
    }

    private Optional<Ruler> ruler(Path file, List<String> overrides) {
        try {
            return Optional.of(RunRuler.ofKeys(tempera.config(file, overrides)));
        } catch (ConfigProblems e) {
            return Optional.empty();
        }
    }

    /** Values of a type, of which two or more are in the key's range. */
    private static List<String> values(String type) {
        return switch (type.replace(", optional", "")) {
            case "whole number" -> List.of("3", "2", "1", "64");
            case "number" -> List.of("0.7", "0.3", "3.0", "2.0");
            case "text" -> List.of("http://localhost:2/", "http://localhost:3/");
            case "list of text" -> List.of("[to_q]", "[to_k]", "[\"http://a/\"]", "[\"http://b/\"]");
            case "block: name to block {bound, margin}" -> List.of("{a { margin = 1 }}", "{a { margin = 2 }}");
            case "list of whole number" -> List.of("[4, 3]", "[4, 2]");
            case "list of number" -> List.of("[0.5, 0.5]", "[0.5, 0.1]");
            default -> {
                List<String> choices = new ArrayList<>();
                Matcher m = Pattern.compile("`([^`]+)`").matcher(type);
                while (m.find()) {
                    choices.add(m.group(1));
                }
                yield choices;
            }
        };
    }

    /** The keys of the page with their types; those of every reward as those of one. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        String block = "";
        String kind = "";
        for (String line : Files.readAllLines(Path.of("../../docs/configuration.md"))) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith("## ")) {
                kind = line.substring(3).replace("`", "");
                block = kind;
            } else if (line.equals("### Every reward")) {
                block = "rewards.random";
            } else if (line.startsWith("### Reward ")) {
                block = "rewards." + line.substring(11).replace("`", "");
            } else if (line.startsWith("### ")) {
                block = kind + "." + line.substring(4).replace("`", "");
            } else if (row.matches() && !kind.equals(OF_SWEEPS)) {
                keys.put(block + "." + row.group(1), row.group(2));
            }
        }
        return keys;
    }
}
