package org.tempera.policies.stablediffusion.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tempera.policies.stablediffusion.lora.LoraPair.Component;
import org.tempera.spi.UserException;

/**
 * What the product of a layer's factors is multiplied with. A file's or folder's configuration says it in the terms of
 * peft: {@code lora_alpha}, {@code alpha_pattern}, {@code use_rslora}. Files without one are read as diffusers 0.35.2 reads
 * them, see {@link StoredAlphas}.
 */
final class LoraScales {
    /** The note in a safetensors file in which diffusers keeps the configuration. */
    static final String METADATA_KEY = "lora_adapter_metadata";

    /** What peft takes where a configuration is silent. */
    private static final double PEFT_ALPHA = 8;

    private final JsonNode config;
    private final boolean prefixed;

    private LoraScales(JsonNode config, boolean prefixed) {
        this.config = config;
        this.prefixed = prefixed;
    }

    /** From a peft folder's {@code adapter_config.json}. */
    static LoraScales peft(JsonNode config, String where) {
        return new LoraScales(config, false).check(where, "");
    }

    /** From a file's notes; empty where it has none of alphas. */
    static Optional<LoraScales> metadata(Map<String, String> notes, String where) {
        String text = notes.get(METADATA_KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonNode node = new ObjectMapper().readTree(text);
            return Optional.of(new LoraScales(node, true).check(where, "unet.").check(where, "text_encoder."));
        } catch (JsonProcessingException e) {
            throw new UserException(where + ": its note " + METADATA_KEY + " is not JSON. Remove it or mend it.", e);
        }
    }

    private LoraScales check(String where, String prefix) {
        for (String key : List.of("use_dora", "lora_bias")) {
            if (config.path(prefix + key).asBoolean(false)) {
                throw new UserException(where + ": " + key + " is not supported. Only plain LoRA can be read.");
            }
        }
        String type = config.path(prefix + "peft_type").asText("LORA");
        if (!type.equals("LORA")) {
            throw new UserException(where + ": peft_type " + type + " is not supported, only LORA.");
        }
        return this;
    }

    /**
     * What a layer's product is multiplied with.
     *
     * @param stored alpha as a tensor of its own, which wins
     */
    double scale(Component component, String module, int rank, Optional<Float> stored) {
        String prefix = prefixed ? component.prefix() + "." : "";
        double alpha = stored.map(Float::doubleValue)
                .or(() -> pattern(config.path(prefix + "alpha_pattern"), module))
                .or(() -> Optional.of(config.path(prefix + "lora_alpha"))
                        .filter(JsonNode::isNumber)
                        .map(JsonNode::doubleValue))
                .orElse(PEFT_ALPHA);
        return config.path(prefix + "use_rslora").asBoolean(false) ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    private static Optional<Double> pattern(JsonNode patterns, String module) {
        if (!(patterns instanceof ObjectNode object)) {
            return Optional.empty();
        }
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            if (Pattern.compile("(.*\\.)?(" + e.getKey() + ")").matcher(module).matches()) {
                return Optional.of(e.getValue().doubleValue());
            }
        }
        return Optional.empty();
    }
}
