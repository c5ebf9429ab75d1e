package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.ServiceLoader;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.PluginProvider;
import org.testng.annotations.Test;

/**
 * Checks what plugins of every kind must hold to: the plugin is found, and its name and its keys can be written in a
 * config.
 *
 * @param <C> the plugin's configuration
 * @param <P> the service that it provides
 */
public abstract class ProviderContract<C extends Record, P extends PluginProvider<C>> {
    private final Class<?> service;

    ProviderContract(Class<?> service) {
        this.service = service;
    }

    /** The provider under test. */
    protected abstract Class<? extends P> providerType();

    /** A config that the plugin can be made from. */
    protected abstract C config();

    @Test
    public void isFoundByServiceLoader() {
        long found = ServiceLoader.load(service).stream()
                .filter(p -> p.type().equals(providerType()))
                .count();
        assertThat(found)
                .withFailMessage(
                        "ServiceLoader finds %s %d times, expected once. Put the line '%s' into the resource"
                                + " META-INF/services/%s, and give the class a public constructor without arguments.",
                        providerType().getSimpleName(), found, providerType().getName(), service.getName())
                .isEqualTo(1);
    }

    @Test
    public void nameIsKebabCase() {
        assertThat(provider().name())
                .withFailMessage(
                        "the name '%s' must be kebab-case, such as 'my-plugin': it is a key in configs and in metrics.",
                        provider().name())
                .matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
        assertThat(provider().description())
                .withFailMessage("description() must be one line that says what the plugin does.")
                .isNotBlank()
                .doesNotContain("\n");
    }

    @Test
    public void everyKeyIsDocumented() {
        assertThat(provider().configType().isRecord())
                .withFailMessage("configType() must be a record; its components are the config's keys.")
                .isTrue();
        requireDocumented(provider().configType());
        assertThat(provider().defaults())
                .withFailMessage("defaults() must be a %s", provider().configType())
                .isInstanceOf(provider().configType());
    }

    private static void requireDocumented(Class<?> record) {
        for (RecordComponent key : record.getRecordComponents()) {
            if (key.isAnnotationPresent(Inline.class)) {
                assertThat(key.getType().isRecord())
                        .withFailMessage(
                                "the component '%s' of %s is inlined, and must be a record.",
                                key.getName(), record.getSimpleName())
                        .isTrue();
                requireDocumented(key.getType());
                continue;
            }
            assertThat(key.isAnnotationPresent(Doc.class))
                    .withFailMessage(
                            "the key '%s' of %s lacks @Doc: one sentence on what it does, its unit and range. It goes"
                                    + " into docs/configuration.md.",
                            key.getName(), record.getSimpleName())
                    .isTrue();
        }
    }

    /** A provider as ServiceLoader makes one. */
    protected final P provider() {
        try {
            return providerType().getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(
                    providerType().getName() + " cannot be made: a provider needs a public class with a public"
                            + " constructor without arguments.",
                    e);
        }
    }

    static void requireHashes(Map<String, String> provenance) {
        provenance.forEach((file, hash) -> assertThat(hash)
                .withFailMessage(
                        "provenance() must map files to their SHA-256 in hexadecimal; '%s' is mapped to '%s'.",
                        file, hash)
                .matches("[0-9a-f]{64}"));
    }
}
