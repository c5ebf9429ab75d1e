package org.tempera.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SecretsTest {
    @DataProvider
    public Object[][] addresses() {
        return new Object[][] {
            {"http://user:hunter2@host/s?token=s3cret&x=1#f", "http://***@host/s?token=***&x=1#f"},
            {"'https://u:p@ss#w@host:80/?api_key=K;y=2'", "'https://***@host:80/?api_key=***;y=2'"},
            {"https://h/?sig=zz&Key=qq", "https://h/?sig=***&Key=***"},
            {"https://h/#access_token=zz", "https://h/#access_token=***"},
            {"{\"url\": \"http://h/?a=\\\"b\\\"&password=x\"}", "{\"url\": \"http://h/?a=\\\"b\\\"&password=***\"}"},
            {"jdbc:db://u:p@h/, then https://h/?apiKey=q.", "jdbc:db://***@h/, then https://h/?apiKey=***"},
        };
    }

    @Test(dataProvider = "addresses")
    public void leavesSecretsOfAddressesOut(String text, String expected) {
        assertThat(Addresses.masked(text)).isEqualTo(expected);
        assertThat(Addresses.masked(expected)).isEqualTo(expected);
        assertThat(Addresses.isMasked(text)).isFalse();
        assertThat(Addresses.isMasked(expected)).isTrue();
        assertThat(new Secrets().masked(text)).isEqualTo(expected);
    }

    @Test
    public void masksEveryTextOfPlainData() {
        assertThat(Addresses.maskedValues(Map.of("http://a@h/", List.of(1, "http://u:p@h \"q\"", "token=42"))))
                .isEqualTo(Map.of("http://***@h/", List.of(1, "http://***@h \"q\"", "token=42")));
    }

    @Test
    public void leavesOtherTextAsItIs() {
        for (String text : new String[] {
            "http://host:8000/score?x=1&monkey=3",
            "a neon sign that says \"token=42\"",
            "C:\\data\\token=x\\cat.png, password: rose",
            "a@b.c",
            "**"
        }) {
            assertThat(new Secrets().masked(text)).isEqualTo(text);
            assertThat(Addresses.isMasked(text)).isFalse();
        }
    }

    @DataProvider
    public Object[][] messages() {
        return new Object[][] {
            {"abcd", "{\"api_key\": \"abcd\"}", "{\"api_key\": \"***\"}"},
            {"12345678", "X-Api-Key: 12345678", "X-Api-Key: ***"},
            {"hunter2", "password: hunter2, or hunter22", "password: ***, or hunter22"},
            {"abc", "--token abc for abcd", "--token *** for abcd"},
            {"Bearer t0ken$1", "refused Bearer t0ken$1; t0ken$1", "refused ***; ***"},
            {"a.c", "abc a.c", "abc ***"},
            {"ab", "ab stays", "ab stays"},
            {"***", "*** stays", "*** stays"},
        };
    }

    @Test(dataProvider = "messages")
    public void leavesKnownSecretsOut(String secret, String message, String expected) {
        Secrets secrets = new Secrets();
        secrets.add(secret);
        assertThat(secrets.masked(message)).isEqualTo(expected);
        Secrets others = new Secrets();
        others.addAll(secrets);
        assertThat(others.masked(message)).isEqualTo(expected);
    }

    @Test
    public void knowsSecretsOfAddressesInEveryForm() {
        Secrets secrets = new Secrets();
        secrets.addAddresses("http://user:hunter%402@host/score?token=s3cret&x=shown");
        assertThat(secrets.masked("Basic dXNlcjpodW50ZXJAMg==, hunter@2, hunter%402, /score?token=s3cret&x=shown"))
                .isEqualTo("Basic ***, ***, ***, /score?token=***&x=shown");
    }

    @Test
    public void aSecretThatBeginsAnotherHidesIt() {
        Secrets secrets = new Secrets();
        secrets.add("abc");
        secrets.add("abc-def");
        assertThat(secrets.masked("abc-def")).isEqualTo("***");
    }

    @Test
    public void knowsTheNamesOfSecrets() {
        for (String name : new String[] {
            "token",
            "api-key",
            "api_key",
            "apiKey",
            "access-token",
            "Authorization",
            "X-Api-Key",
            "password",
            "Proxy-Authorization",
            "clientSecret",
            "Set-Cookie",
            "passphrase"
        }) {
            assertThat(Secrets.isSecret(name)).as(name).isTrue();
        }
        for (String name : new String[] {"tokens", "url", "key-lists", "text-tokenizer", "keyboard", "prompt"}) {
            assertThat(Secrets.isSecret(name)).as(name).isFalse();
        }
    }
}
