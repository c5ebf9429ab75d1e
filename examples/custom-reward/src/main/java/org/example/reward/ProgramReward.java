package org.example.reward;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Asks a program: it reads a batch of pictures (PPM) from its standard input, and prints a number a line. */
public final class ProgramReward implements RewardProvider<ProgramReward.Config> {
    public record Config(
            @Required @Doc(value = "The program and its arguments.", example = "[python3, score.py]")
                    List<String> command) {}

    @Override public String name() { return "program"; }
    @Override public String description() { return "What a program prints for the pictures that it is given"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(List.of()); }
    @Override public Reward create(Config config) { return HostReward.of(samples -> score(config.command(), samples)); }

    private static float[] score(List<String> command, List<HostReward.Sample> samples) {
        try {
            Process program = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try {
                try (OutputStream pictures = program.getOutputStream()) {
                    for (HostReward.Sample s : samples) {
                        pictures.write(("P6 " + s.width() + " " + s.height() + " 255\n").getBytes(StandardCharsets.US_ASCII));
                        pictures.write(s.rgb());
                    }
                } catch (IOException e) {
                    // It has ended early: its exit code says so.
                }
                // Interrupted where time-limit-seconds is over, or the run is stopped. The numbers fit into the pipe.
                int code = program.waitFor();
                List<String> lines = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
                if (code != 0 || lines.size() != samples.size()) {
                    throw new UserException(command + ": expected a number for each of " + samples.size() + " pictures and exit"
                            + " code 0, found " + lines.size() + " and " + code + ". Its own messages stand above.");
                }
                float[] scores = new float[lines.size()];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = Float.parseFloat(lines.get(i).strip());
                }
                return scores;
            } finally {
                program.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UserException(command + ": cannot be run (" + e.getMessage() + "). Check the path.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException(command + ": was stopped before it had scored " + samples.size() + " pictures.", e);
        }
    }
}
