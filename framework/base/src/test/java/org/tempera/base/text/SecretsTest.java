package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SecretsTest {
    @DataProvider
    public Object[][] addresses() {
        return new Object[][] {
            {"http://user:hunter2@host/s?token=s3cret&x=1#f", "http://***@host/s?token=***&x=***#f"},
            {"'https://u:p@ss#w@host:80/?api_key=K;y=2'", "'https://***@host:80/?api_key=***;y=***'"},
            {"https://h/?subscription-key=zz&jwt=qq&x=", "https://h/?subscription-key=***&jwt=***&x="},
            {"https://h/?s3cret", "https://h/?***"},
            {"https://h/?a=b&amp;c=d", "https://h/?a=***&amp;c=***"},
            {"https://h/#access_token=zz", "https://h/#access_token=***"},
            {"jdbc:db://u:p@h/, then https://h/?apiKey=q.", "jdbc:db://***@h/, then https://h/?apiKey=***."},
            {"http://h/a/@b/c?mail=a@b", "http://h/a/@b/c?mail=***"},
            {"no http://u:pa/s/w@rd@host/x or so", "no http://***@host/x or so"},
            {"no http://u:12/34@host/x or so", "no http://***@host/x or so"},
            {"no http://u:p@ss/word@host/x", "no http://***@host/x"},
            {"no 'http://u:p ss w/rd@host:80/x' or so", "no 'http://***@host:80/x' or so"},
            {"no http://u:pa?ss@host/x", "no http://***@host/x"},
        };
    }

    @Test
    public void anAddressMayBeAValueToItsEnd() {
        String url = "http://user:12 3@4'5\"6@host/s?q='a b'&r=\"c";
        assertThat(Addresses.maskedValue(url)).isEqualTo("http://***@host/s?q=***&r=***");
        Secrets secrets = new Secrets();
        secrets.addAddresses(url);
        assertThat(secrets.masked(
                        "refused 12 3@4'5\"6, {\"p\": \"12 3@4'5\\\"6\"}, <12 3@4'5&quot;6>, 12+3%404%275%226"))
                .isEqualTo("refused ***, {\"p\": \"***\"}, <***>, ***");
    }

    @Test
    public void tellsParametersOfHarmlessNamesApart() {
        String one = Addresses.markedValue("http://h/?model=a&token=x");
        assertThat(one).matches("http://h/\\?model=\\*{3}[0-9a-f]{3}&token=\\*{3}");
        assertThat(Addresses.markedValue("http://h/?model=a&token=y")).isEqualTo(one);
        assertThat(Addresses.markedValue("http://h/?model=b&token=x")).isNotEqualTo(one);
        assertThat(Addresses.masked(one)).isEqualTo(one);
    }

    @Test
    public void looksForNoWordThatOthersMaySay() {
        Secrets secrets = new Secrets();
        secrets.addAddresses("http://h/?model=aesthetic&version=2&code=purple&key2=k3y-of-mine&open-sesame");
        assertThat(secrets.masked("aesthetic 2 purple k3y-of-mine open-sesame")).isEqualTo("aesthetic 2 *** *** ***");
    }

    @Test
    public void wordsThatBeginLikeASecretStay() {
        Secrets secrets = new Secrets();
        secrets.add("the-quick-secret");
        assertThat(secrets.masked("wait for the..., or the-quick-secret...")).isEqualTo("wait for the..., or ***...");
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
            "http://host:8000/score, and a@b.c",
            "really http://host/score?",
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

    /** What stands before, what is repeated up to two million characters, and what stands behind. */
    @DataProvider
    public Object[][] longTexts() {
        return new Object[][] {
            {"http://", ".", "a"},
            {"http://", "\"'.,:;)]}", "a"},
            {"http://", ":", "a"},
            {"http://a:b", " c", ""},
            {"http://", "a:", " b"},
            {"", "http://a: b ", "/"},
            {"", "http://a:b", ""},
            {"", "://", "a"},
            {"http://h/", "?a", ""},
            {"http://h/", "?", "a"},
            {"http://h/", "&a=b", ""},
            {"http://h/?", "a", ""},
            {"http://", "@", "h"},
            {"http://a:", "@?", "h"},
            {"", " ", "http://h/"},
            {"", "a", "://h"},
            {"http://", "h", ".\n"},
            {"", ".", ""},
            {"", "wait... ", "for"},
        };
    }

    /**
     * Each takes well under a second where a text is passed over once, and hours where that is done from every start.
     */
    @Test(dataProvider = "longTexts", timeOut = 60_000)
    public void longTextsAreMaskedInOnePass(String before, String repeated, String after) {
        String text = before + repeated.repeat(2_000_000 / repeated.length()) + after;
        Secrets secrets = new Secrets();
        secrets.add("correct-horse-battery");
        assertThat(secrets.masked(text)).isNotEmpty();
        assertThat(Addresses.maskedValue(text)).isNotEmpty();
        Addresses.markedValue(text);
        Addresses.isMasked(text);
        Secrets.isSecret(text);
        assertThat(Printable.line(text)).isNotEmpty();
    }
}
