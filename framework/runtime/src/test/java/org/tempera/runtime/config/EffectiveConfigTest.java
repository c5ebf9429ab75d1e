package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.Secret;
import org.tempera.spi.UserException;
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
                        Map.of("rewards.x.pin", Origins.ofOverride("rewards.x.pin=1234")))
                .add(keys, "rewards", "x")
                .build();
        String text = config.renderWithOrigins();
        assertThat(text)
                .doesNotContain("1234", "abcd", "pass\"", "me:word", "k3y", "b34rer")
                .contains("\"http://***@host/?api-key=***&x=1\"", "Accept = json", "'rewards.x.pin=***'");
        assertThatCode(() -> config.requireSecrets("")).doesNotThrowAnyException();
    }

    @Test
    public void whatWasLeftOutMustBeGivenAgain() {
        Keys written =
                new Keys("***", "", Optional.empty(), "http://***@host/", Map.of("Authorization", "***"), List.of());
        EffectiveConfig config = new EffectiveConfig.Builder(Map.of())
                .add(written, "rewards", "x")
                .build();
        assertThatThrownBy(() -> config.requireSecrets("rewards.x"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("rewards.x.pin, rewards.x.url, rewards.x.headers: ")
                .hasMessageContaining("Give it again");
        assertThatCode(() -> config.requireSecrets("rewards.y")).doesNotThrowAnyException();
    }
}
