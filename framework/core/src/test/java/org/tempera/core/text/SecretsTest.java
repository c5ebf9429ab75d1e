package org.tempera.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.tempera.spi.Secrets;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SecretsTest {
    @DataProvider
    public Object[][] texts() {
        return new Object[][] {
            {"http://user:hunter2@host/s?token=s3cret&x=1#f", "http://***@host/s?token=***&x=1#f"},
            {"'https://u:p@ss#w@host:80/?api_key=K;y=2'", "'https://***@host:80/?api_key=***;y=2'"},
            {"rewards.mine.access-token=abc", "rewards.mine.access-token=***"},
            {"https://h/?sig=zz&Key=qq", "https://h/?sig=***&Key=***"},
            {"Authorization: Bearer abcdefgh12", "Authorization: Bearer ***"},
        };
    }

    @Test(dataProvider = "texts")
    public void leavesSecretsOut(String text, String expected) {
        assertThat(Secrets.masked(text)).isEqualTo(expected);
        assertThat(Secrets.isMasked(text)).isFalse();
        assertThat(Secrets.isMasked(expected)).isTrue();
        assertThat(new UserException(text)).hasMessage(expected);
    }

    @Test
    public void leavesOtherTextAsItIs() {
        for (String text : new String[] {
            "http://host:8000/score?x=1",
            "tokens=5, monkey=3",
            "token: <|endoftext|>",
            "a@b.c",
            "eos_token_id=49407",
            "**"
        }) {
            assertThat(Secrets.masked(text)).isEqualTo(text);
            assertThat(Secrets.isMasked(text)).isFalse();
        }
    }

    @Test
    public void knowsTheNamesOfSecrets() {
        for (String name :
                new String[] {"token", "api-key", "access-token", "Authorization", "X-Api-Key", "password"}) {
            assertThat(Secrets.isSecret(name)).as(name).isTrue();
        }
        for (String name : new String[] {"tokens", "url", "key-lists", "text-tokenizer"}) {
            assertThat(Secrets.isSecret(name)).as(name).isFalse();
        }
    }
}
