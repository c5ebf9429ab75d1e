package org.tempera.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ServerWordsTest {
    private final ServerWords words =
            new ServerWords("http://user:hun%22ter@host/score?token=s3cret+t00&correct-horse&model=aesthetic");

    @DataProvider
    public Object[][] repeated() {
        return new Object[][] {
            {"user:hun%22ter"},
            {"user:hun\"ter"},
            {"hun\\\"ter"},
            {"dXNlcjpodW4idGVy"},
            {"s3cret+t00"},
            {"s3cret t00"},
            {"correct-horse"},
        };
    }

    @Test(dataProvider = "repeated")
    public void areNotCutWithinWhatIsSecret(String secret) {
        for (int before = 300 - secret.length() + 1; before < 300; before++) {
            assertThat(words.shortened("x".repeat(before) + secret + " and so on".repeat(9)))
                    .isEqualTo("x".repeat(before) + "...");
        }
        int before = 300 - secret.length();
        assertThat(words.shortened("x".repeat(before) + secret + ".")).isEqualTo("x".repeat(before) + secret + "...");
    }

    @Test
    public void areOnOneLine() {
        assertThat(words.said("no\r\n\tscores.\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(": no scores");
        assertThat(words.said(new byte[] {' ', '\n'})).isEmpty();
    }
}
