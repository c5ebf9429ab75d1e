package org.example.reward;

import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.Test;

public class ProgramRewardTest extends RewardContract<ProgramReward.Config> {
    /** A program that prints the mean of each picture. */
    public static final class Means {
        public static void main(String[] arguments) throws IOException {
            InputStream in = System.in;
            for (String magic = word(in); magic.equals("P6"); magic = word(in)) {
                int width = Integer.parseInt(word(in));
                int height = Integer.parseInt(word(in));
                word(in);
                long sum = 0;
                for (byte b : in.readNBytes(width * height * 3)) {
                    sum += b & 0xff;
                }
                System.out.println(sum / (width * height * 3.0 * 255));
            }
        }

        private static String word(InputStream in) throws IOException {
            StringBuilder word = new StringBuilder();
            for (int b = in.read(); b > ' '; b = in.read()) {
                word.append((char) b);
            }
            return word.toString();
        }
    }

    @Override
    protected Class<ProgramReward> providerType() {
        return ProgramReward.class;
    }

    @Override
    protected ProgramReward.Config config() {
        return program(Means.class.getName());
    }

    private static ProgramReward.Config program(String main) {
        return new ProgramReward.Config(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "test-classes").toString(),
                main));
    }

    @Test
    public void saysHowAProgramFailed() {
        HostReward reward = (HostReward) new ProgramReward().create(program("org.example.reward.None"));
        List<HostReward.Sample> one = List.of(new HostReward.Sample("a cat", 1, 1, new byte[3], 1));
        assertTrue(expectThrows(UserException.class, () -> reward.score(one)).getMessage().contains("exit code 0"));
    }
}
