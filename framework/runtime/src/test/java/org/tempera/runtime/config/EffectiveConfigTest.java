package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.spi.Secret;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class EffectiveConfigTest {
    record Keys(
            @Secret String pin,
            String token,
            Optional<String> password,
            String url,
            Map<String, String> headers,
            List<String> words) {}

    @Test
    public void secretsAreLeftOut() {
        Keys keys = new Keys(
                "1234",
                "abcd",
                Optional.of("pass"),
                "http://me:word@host/?api-key=k3y&x=1",
                Map.of("Authorization", "Bearer b34rer", "Accept", "json"),
                List.of("***"));
        EffectiveConfig config = new EffectiveConfig.Builder(
                        Map.of("rewards.x.pin", Origins.ofOverride("rewards.x.pin=1234")), new Secrets())
                .add(keys, "rewards", "x")
                .build();
        String text = config.renderWithOrigins();
        assertThat(text)
                .doesNotContain("1234", "abcd", "pass\"", "me:word", "k3y", "b34rer")
                .contains("\"http://***@host/?api-key=***&x=***\"", "Accept = json", "'rewards.x.pin=***'");
        assertThatCode(() -> config.requireSecrets("")).doesNotThrowAnyException();
    }

    @Test
    public void whatWasLeftOutMustBeGivenAgain() {
        Keys written =
                new Keys("***", "", Optional.empty(), "http://***@host/", Map.of("Authorization", "***"), List.of());
        EffectiveConfig config = new EffectiveConfig.Builder(Map.of(), new Secrets())
                .add(written, "rewards", "x")
                .build();
        assertThatThrownBy(() -> config.requireSecrets("rewards.x"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("rewards.x.pin, rewards.x.url, rewards.x.headers: ")
                .hasMessageContaining("Give it again");
        assertThatCode(() -> config.requireSecrets("rewards.y")).doesNotThrowAnyException();
    }

    @DataProvider
    public Object[][] texts() {
        return new Object[][] {
            {"a neon sign that says \"token=42\""},
            {"C:\\data\\token=x\\cat.png"},
            {"password: rose, --token abc"},
            {"two\nlines of secret=\\\""},
        };
    }

    record Texts(String prompt, List<String> words, Map<String, String> names) {}

    @Test(dataProvider = "texts")
    public void proseIsReadBackAsItWas(String text) {
        Texts texts = new Texts(text, List.of(text), Map.of("a \"b\"", text));
        EffectiveConfig config = built(texts);
        assertThat(ConfigFactory.parseString(config.renderWithOrigins())
                        .getConfig("sampling")
                        .root()
                        .unwrapped())
                .isEqualTo(Map.of("prompt", text, "words", List.of(text), "names", Map.of("a \"b\"", text)));
        assertThat(config.settings().get(0).plain()).contains(text);
    }

    record Headers(Map<String, Object> headers, List<String> command, String prompt) {}

    @Test
    public void secretsAreKnownByTheirNames() {
        EffectiveConfig config = built(new Headers(
                Map.of("api_key", "abcd", "X-Api-Key", "12345678", "inner", List.of(Map.of("password", "hunter2"))),
                List.of("score", "--token", "a\"b", "--secret=s1", "X-Api-Key: 87654321", "Cookie: \"", "last"),
                "\"http://me:pass\\word@h/?q=\\\"&token=t1\""));
        assertThat(config.settings().get(0).plain())
                .contains(Map.of("api_key", "***", "X-Api-Key", "***", "inner", List.of(Map.of("password", "***"))));
        assertThat(config.settings().get(1).plain())
                .contains(List.of("score", "--token", "***", "--secret=***", "X-Api-Key: ***", "Cookie: ***", "last"));
        assertThat(config.settings().get(2).plain()).contains("\"http://***@h/?q=***&token=***\"");
        assertThat(config.secrets().masked("X-Api-Key: 12345678, hunter2, a\"b, pass\\word"))
                .isEqualTo("X-Api-Key: ***, ***, ***, ***");
        EffectiveConfig again = built(new Headers(Map.of("api_key", "***"), List.of("--token=***"), "***"));
        assertThatThrownBy(() -> again.requireSecrets(""))
                .hasMessageStartingWith("sampling.headers, sampling.command:");
    }

    @Test
    public void aFilesOriginIsNoOverride() {
        EffectiveConfig config = new EffectiveConfig.Builder(
                        Map.of("x.pin", "/data/a=b/run.conf: 5", "x.url", "/data/token=b/run.conf: 6"), new Secrets())
                .add(new Keys("1234", "", Optional.empty(), "u", Map.of(), List.of()), "x")
                .build();
        assertThat(config.settings())
                .extracting(EffectiveConfig.Setting::origin)
                .contains("/data/a=b/run.conf: 5", "/data/token=b/run.conf: 6");
    }

    @Test
    public void anOverrideOfABlockTellsNoSecretAtItsOtherKeys() {
        String override = Origins.ofOverride("x={pin=1234, url=u}");
        EffectiveConfig config = new EffectiveConfig.Builder(
                        Map.of("x.pin", override, "x.url", override), new Secrets())
                .add(new Keys("1234", "", Optional.empty(), "u", Map.of(), List.of()), "x")
                .build();
        assertThat(config.renderWithOrigins()).doesNotContain("1234");
    }

    record Kinds(
            @Secret int number,
            @Secret Path file,
            @Secret List<Integer> numbers,
            @Secret boolean on,
            @Secret String word) {
        static final Kinds DEFAULTS = new Kinds(5, Path.of("none"), List.of(), false, "known");
    }

    @Test
    public void secretsAreOfEveryKind() {
        Problems problems = new Problems();
        RecordBinder binder = new RecordBinder(problems, Path.of(""));
        String given = "{number = 987654, file = /keys/mine, numbers = [123456], on = true}";
        EffectiveConfig config = effective(binder, problems, given);
        assertThat(config.render())
                .contains("number = \"***\"", "file = \"***\"", "numbers = [\"***\"]", "on = \"***\"", "word = known");
        assertThat(config.secrets().masked("987654 in /keys/mine, or 123456; true"))
                .isEqualTo("*** in ***, or ***; true");
        assertThatCode(() -> config.requireSecrets("")).doesNotThrowAnyException();

        Problems none = new Problems();
        RecordBinder reader = new RecordBinder(none, Path.of(""));
        String written = "{number = \"***\", file = \"***\", numbers = [\"***\"], on = \"***\"}";
        EffectiveConfig again = effective(reader, none, written);
        assertThat(none.isEmpty()).isTrue();
        assertThat(again.values()).containsEntry("x.number", "\"***\"").containsEntry("x.word", "known");
        assertThatThrownBy(() -> again.requireSecrets("x"))
                .hasMessageStartingWith("x.number, x.file, x.numbers, x.on: ");
    }

    private static EffectiveConfig effective(RecordBinder binder, Problems problems, String block) {
        Kinds kinds = binder.bind(
                        Kinds.class,
                        Kinds.DEFAULTS,
                        ConfigFactory.parseString("x = " + block).getConfig("x").root(),
                        "x")
                .orElseThrow();
        return new EffectiveConfig.Builder(binder.origins(), binder.lost(), problems.secrets())
                .add(kinds, "x")
                .build();
    }

    record Pin(@Secret int pin, @Secret String word) {}

    @Test
    public void problemsTellNoSecret() {
        String secret = "s3cret".repeat(40);
        assertThatThrownBy(() -> RecordBinder.bind(
                        Map.of("pin", secret, "word", List.of("hunter2"), "x", 1),
                        "x.json: hunter2",
                        Path.of(""),
                        Pin.class,
                        new Pin(0, ""),
                        "x"))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("expected a whole number, found the text \"***\"")
                .hasMessageContaining("x.json: ***")
                .hasMessageNotContaining("s3cret");
    }

    private static EffectiveConfig built(Record block) {
        return new EffectiveConfig.Builder(Map.of(), new Secrets())
                .add(block, "sampling")
                .build();
    }
}
