package org.tempera.diffusers.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.ForeignJson;
import org.tempera.base.text.LowerCase;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.spi.UserException;

/**
 * What the product of a layer's factors is multiplied with. A file's or folder's configuration says it in the terms of
 * peft: {@code lora_alpha}, {@code alpha_pattern}, {@code use_rslora}. Files without one are read as diffusers 0.35.2
 * reads them, see {@link StoredAlphas}.
 */
final class LoraScales {
    /** The note in a safetensors file in which diffusers keeps the configuration. */
    static final String METADATA_KEY = "lora_adapter_metadata";

    /** What peft takes where a configuration is silent. */
    private static final double PEFT_ALPHA = 8;

    /**
     * Beginnings of the initialisations by which peft 0.21 writes into the layer that is adapted; pissa and corda have
     * variants.
     */
    private static final List<String> CHANGED_BASE = List.of("pissa", "corda", "olora", "loftq", "lora_ga");

    /** Its others begin with a product of zero, so that what is saved stands on the model as it is. */
    private static final List<String> PLAIN = List.of("", "true", "false", "gaussian", "eva", "orthogonal", "mica");

    /** Keys of peft 0.21 by which a layer computes something else than LoRA does, or has other tensors. */
    private static final List<String> OTHER_METHODS = List.of(
            "use_dora",
            "lora_bias",
            "use_qalora",
            "use_bdlora",
            "kasa_config",
            "monteclora_config",
            "arrow_config",
            "alora_invocation_tokens",
            "layer_replication",
            "target_parameters",
            "trainable_token_indices");

    private static final int SHOWN = 80;

    private static final String TEXT_MODEL = "text_model.";

    /** States of all patterns together; a name of a module needs one where it has no metacharacters. */
    private static final int MOST_STATES = 20_000;

    /** One key of an {@code alpha_pattern} or a {@code rank_pattern}. */
    private record ByModule(ModulePattern modules, double value) {}

    private final ObjectNode config;
    private final boolean prefixed;
    private final String where;
    private final Map<String, List<ByModule>> alphas = new HashMap<>();
    private final Map<String, List<ByModule>> ranks = new HashMap<>();

    private LoraScales(ObjectNode config, boolean prefixed, String where) {
        this.config = config;
        this.prefixed = prefixed;
        this.where = where;
    }

    /** From a peft folder's {@code adapter_config.json}. */
    static LoraScales peft(Path file) {
        return new LoraScales(ForeignJson.readObject(file), false, file.toString()).check("");
    }

    /** From a file's notes; empty where it has none of alphas. */
    static Optional<LoraScales> metadata(Map<String, String> notes, String where) {
        String text = notes.get(METADATA_KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            if (ForeignJson.mapper().readTree(text) instanceof ObjectNode object) {
                String note = where + ": its note " + METADATA_KEY;
                return Optional.of(
                        new LoraScales(object, true, note).check("unet.").check("text_encoder."));
            }
        } catch (JsonProcessingException e) {
            throw new UserException(
                    where + ": its note " + METADATA_KEY + " is not JSON: " + ForeignJson.why(e)
                            + ". Remove it or mend it.",
                    e);
        }
        throw new UserException(where + ": its note " + METADATA_KEY + " is no JSON object. Remove it or mend it.");
    }

    private LoraScales check(String prefix) {
        for (String key : OTHER_METHODS) {
            if (isSet(config.path(prefix + key))) {
                throw new UserException(where + ": " + key + " is not supported. Only plain LoRA can be read.");
            }
        }
        String type = config.path(prefix + "peft_type").asText("LORA");
        if (!type.equals("LORA")) {
            throw new UserException(where + ": peft_type " + type + " is not supported, only LORA.");
        }
        String bias = config.path(prefix + "bias").asText("none");
        if (!bias.equals("none") && !config.path(prefix + "bias").isNull()) {
            throw new UserException(where + ": bias: " + ForeignJson.shown(config.path(prefix + "bias"))
                    + " is not supported: biases of the model were trained too, and are no part of plain LoRA. Train it"
                    + " with bias \"none\", or merge it into the model with peft's merge_and_unload.");
        }
        requireUnchangedBase(prefix + "init_lora_weights");
        number(prefix + "lora_alpha", config.path(prefix + "lora_alpha"));
        number(prefix + "r", config.path(prefix + "r"));
        alphas.put(prefix, byModule(prefix + "alpha_pattern"));
        ranks.put(prefix, byModule(prefix + "rank_pattern"));
        return this;
    }

    /** Whether Python takes it for true. */
    private static boolean isSet(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : value.isNumber()
                        ? value.doubleValue() != 0
                        : value.isTextual() ? !value.asText().isEmpty() : value.asBoolean();
    }

    /**
     * What the configuration says of a layer that its tensors contradict: peft would not load them, or pass over them.
     *
     * @param rank of the tensors
     */
    Optional<String> contradiction(Component component, String module, int rank) {
        String prefix = prefixed ? component.prefix() + "." : "";
        Optional<ByModule> own = find(ranks, prefix, module);
        double wanted = own.map(ByModule::value)
                .or(() -> number(prefix + "r", config.path(prefix + "r")))
                .orElse((double) rank);
        if (wanted != rank) {
            return Optional.of(prefix + (own.isPresent() ? "rank_pattern" : "r") + " of its configuration says rank "
                    + number(wanted) + ", its tensors have " + rank);
        }
        List<String> names = new ArrayList<>(List.of(module));
        if (component.isText()) {
            // In transformers 5 its names begin one part later.
            names.add(module.startsWith(TEXT_MODEL) ? module.substring(TEXT_MODEL.length()) : TEXT_MODEL + module);
        }
        PeftTargets targets = new PeftTargets(config, prefix);
        return names.stream().anyMatch(name -> targets.leavesOut(name).isEmpty())
                ? Optional.empty()
                : targets.leavesOut(module)
                        .map(key -> key + " of its configuration leaves the layer out, but there are tensors for it");
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static Optional<ByModule> find(Map<String, List<ByModule>> patterns, String prefix, String module) {
        return patterns.getOrDefault(prefix, List.of()).stream()
                .filter(p -> p.modules().matches(module))
                .findFirst();
    }

    /** Refuses an adapter that began with other weights of the model than those that it would be put on. */
    private void requireUnchangedBase(String key) {
        String init = LowerCase.of(config.path(key).asText(""));
        if (CHANGED_BASE.stream().anyMatch(init::startsWith)) {
            throw new UserException(where + ": init_lora_weights: " + ForeignJson.shown(config.path(key))
                    + " is not supported: it changes the model's own weights, too. Save the adapter anew with peft's"
                    + " save_pretrained(..., path_initial_model_for_weight_conversion=...), which makes a plain LoRA of it,"
                    + " or merge it into the model with merge_and_unload.");
        }
        if (!PLAIN.contains(init)) {
            throw new UserException(where + ": init_lora_weights: " + ForeignJson.shown(config.path(key))
                    + " is not known, so that it cannot be told whether the adapter stands on the model as it is. Expected"
                    + " true, false, gaussian, eva, orthogonal or mica; else merge it into the model with peft's"
                    + " merge_and_unload.");
        }
    }

    /**
     * What a layer's product is multiplied with.
     *
     * @param stored alpha as a tensor of its own, which wins
     */
    double scale(Component component, String module, int rank, Optional<Float> stored) {
        String prefix = prefixed ? component.prefix() + "." : "";
        double alpha = stored.map(Float::doubleValue)
                .or(() -> find(alphas, prefix, module).map(ByModule::value))
                .or(() -> number(prefix + "lora_alpha", config.path(prefix + "lora_alpha")))
                .orElse(PEFT_ALPHA);
        return config.path(prefix + "use_rslora").asBoolean(false) ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    private List<ByModule> byModule(String key) {
        JsonNode node = config.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!(node instanceof ObjectNode object)) {
            throw new UserException(
                    where + ": " + key + ": expected an object, found " + ForeignJson.shown(node) + ".");
        }
        List<ByModule> values = new ArrayList<>();
        int states = 0;
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            String name = e.getKey().length() <= SHOWN ? e.getKey() : e.getKey().substring(0, SHOWN) + "...";
            String here = key + ": '" + name + "'";
            try {
                ModulePattern pattern = ModulePattern.of(e.getKey());
                states += pattern.size();
                if (states > MOST_STATES) {
                    throw new ModulePattern.RefusedException("the patterns are too many or too long");
                }
                double value = number(here, e.getValue())
                        .orElseThrow(() -> new UserException(where + ": " + here + ": expected a number, found null."));
                values.add(new ByModule(pattern, value));
            } catch (ModulePattern.RefusedException refused) {
                throw new UserException(
                        where + ": " + here + ": cannot be read as a pattern of modules' names: " + refused.getMessage()
                                + ". Write the names out.",
                        refused);
            }
        }
        return values;
    }

    /** A finite number; empty where there is none. */
    private Optional<Double> number(String key, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw new UserException(where + ": " + key + ": expected a number, found " + ForeignJson.shown(node) + ".");
        }
        return Optional.of(node.doubleValue());
    }
}
