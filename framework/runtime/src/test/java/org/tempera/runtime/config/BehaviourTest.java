package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.runtime.plugin.TestPlugins;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** The behaviour weights, where a config gives how they are kept and where that comes with the algorithm. */
public class BehaviourTest {
    private static final String SUITS = "what suits tdpo-r";

    private final TestConfigs configs = new TestConfigs();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    private static Map<String, String> origins(RunConfig config) {
        return config.effective().settings().stream()
                .filter(s -> s.key().startsWith("behaviour."))
                .collect(Collectors.toMap(EffectiveConfig.Setting::key, EffectiveConfig.Setting::origin));
    }

    @Test
    public void isWhatSuitsTheAlgorithmWhereNothingIsGiven() {
        RunConfig config = configs.whole();
        assertThat(config.behaviour()).isEqualTo(new TestPlugins.TdpoR().behaviour());
        assertThat(origins(config))
                .containsEntry("behaviour.draws", SUITS)
                .containsEntry("behaviour.evaluated", Origins.DEFAULT)
                .containsEntry("behaviour.follow.decay", SUITS)
                .containsEntry("behaviour.follow.most", SUITS)
                .containsEntry("behaviour.follow.slope", Origins.DEFAULT);
        RunConfig other = configs.whole("algorithm.use=ddpo");
        assertThat(other.behaviour()).isEqualTo(BehaviourSettings.defaults());
        assertThat(origins(other).values()).containsOnly(Origins.DEFAULT);
    }

    @Test
    public void whatIsGivenWinsKeyByKey() {
        String override = "behaviour.follow.decay=constant";
        RunConfig config = configs.whole(override);
        assertThat(config.behaviour().draws()).isTrue();
        assertThat(config.behaviour().follow())
                .returns(DecayKind.CONSTANT, f -> f.decay())
                .returns(0.5, f -> f.most());
        assertThat(origins(config))
                .containsEntry("behaviour.follow.decay", "override '" + override + "'")
                .containsEntry("behaviour.follow.most", SUITS);
    }

    @Test
    public void staysWhatItWasWhereTheWrittenConfigIsReadAgain() throws IOException {
        RunConfig config = configs.whole();
        Path again = Files.writeString(
                configs.folder().resolve("config.conf"), config.effective().render());
        assertThat(configs.read(again, "algorithm.use=ddpo").behaviour()).isEqualTo(config.behaviour());
    }

    @Test
    public void isToldWithTheAlgorithm() {
        assertThat(configs.catalog()
                        .plugin(PluginKind.ALGORITHM, "tdpo-r")
                        .orElseThrow()
                        .about())
                .endsWith(" Where keys of behaviour are left out, draws = true, follow.decay = linear,"
                        + " follow.most = 0.5.");
    }
}
