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
import org.tempera.diffusers.lora.StoredAlphas.Layer;
import org.tempera.spi.UserException;

/**
 * What the product of a layer's factors is multiplied with. A file's or folder's configuration says it in the terms of
 * peft: {@code lora_alpha}, {@code alpha_pattern}, {@code use_rslora}. Files without one are read as diffusers 0.35.2
 * reads them, see {@link StoredAlphas}.
 */
final class LoraScales {
    /** The note in a safetensors file in which diffusers keeps the configuration. */
    static final String METADATA_KEY = "lora_adapter_metadata";

    /** What peft takes for {@code lora_alpha} where a configuration is silent. */
    private static final double PEFT_ALPHA = 8;

    /** What peft takes for {@code r} where a configuration is silent. */
    private static final double PEFT_RANK = 8;

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

    private static final String ALPHA = "lora_alpha";
    private static final String RANK = "r";

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
    private final Map<String, PeftTargets> targets = new HashMap<>();
    private final Map<String, Boolean> said = new HashMap<>();
    private final PatternWork work;

    private LoraScales(ObjectNode config, boolean prefixed, String where) {
        this.config = config;
        this.prefixed = prefixed;
        this.where = where;
        this.work = new PatternWork(where);
    }

    /** From a peft folder's {@code adapter_config.json}. */
    static LoraScales peft(Path file) {
        return new LoraScales(ForeignJson.readObject(file), false, file.toString()).check("");
    }

    /**
     * From a file's notes; empty where it has none of alphas. diffusers writes its keys in two ways: each after the
     * model's prefix, as the tensors' names then are too (a pipeline's {@code save_lora_weights}), or both plain (a
     * model's {@code save_lora_adapter}).
     */
    static Optional<LoraScales> metadata(Map<String, String> notes, String where) {
        String text = notes.getOrDefault(METADATA_KEY, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode node = ForeignJson.readText(text);
            if (node.isNull()) {
                return Optional.empty();
            }
            if (node instanceof ObjectNode object) {
                LoraScales scales = new LoraScales(object, true, where + ": its note " + METADATA_KEY).check("");
                for (Component component : Component.values()) {
                    scales.check(component.prefix() + ".");
                }
                return Optional.of(scales);
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
        requireNoNull(prefix + ALPHA);
        requireNoNull(prefix + RANK);
        alphas.put(prefix, byModule(prefix + "alpha_pattern"));
        ranks.put(prefix, byModule(prefix + "rank_pattern"));
        return this;
    }

    /** peft takes its default where a number is missing, but computes with a null. */
    private void requireNoNull(String key) {
        JsonNode node = config.path(key);
        if (node.isNull()) {
            throw new UserException(where + ": " + key + ": expected a number, found null, which peft does not load"
                    + " either. Write the number that the adapter was trained with.");
        }
        number(key, node);
    }

    /** What the keys that are about a layer begin with. */
    private String prefix(Layer layer) {
        return prefixed && layer.named() ? layer.component().prefix() + "." : "";
    }

    /** Refuses a note that is about other models than the layer's: diffusers 0.42.1 does not load it either. */
    private void requireSaid(String prefix) {
        if (!said.computeIfAbsent(prefix, this::says)) {
            String lacking = prefix.isEmpty()
                    ? " has no key without a model's name before it, as the names of its tensors are"
                    : " has no key that begins with '" + prefix + "', as names of its tensors do";
            throw new UserException(where + lacking + ", so that it is about other models and says no alpha of these."
                    + " diffusers does not load such a file. Save the adapter anew with the configuration of each of"
                    + " its models, or without the note: then alpha is the rank.");
        }
    }

    private boolean says(String prefix) {
        return !prefixed
                || config.properties().stream()
                        .map(Map.Entry::getKey)
                        .anyMatch(key -> prefix.isEmpty() ? key.indexOf('.') < 0 : key.startsWith(prefix));
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
     * @throws UserException if it says nothing of the layer's model
     */
    Optional<String> contradiction(Layer layer) {
        String module = layer.module();
        int rank = layer.rank();
        String prefix = prefix(layer);
        requireSaid(prefix);
        Optional<ByModule> own = find(ranks, prefix, module);
        Optional<Double> common = number(prefix + RANK, config.path(prefix + RANK));
        double wanted = own.map(ByModule::value).or(() -> common).orElse(PEFT_RANK);
        if (wanted != rank) {
            String key = prefix + (own.isPresent() ? "rank_pattern" : RANK);
            String says = own.isPresent() || common.isPresent()
                    ? key + " of its configuration says rank " + number(wanted)
                    : key + " is not in its configuration, which is rank " + number(wanted) + " to peft";
            return Optional.of(says + ", its tensors have " + rank);
        }
        if (rank != PEFT_RANK && alpha(layer).isEmpty()) {
            return Optional.of(prefix + ALPHA + " is not in its configuration, and peft's " + number(PEFT_ALPHA)
                    + " would be a scale of " + number(PEFT_ALPHA / rank) + ". Write it there");
        }
        List<String> names = new ArrayList<>(List.of(module));
        if (layer.component().isText()) {
            // In transformers 5 its names begin one part later.
            names.add(module.startsWith(TEXT_MODEL) ? module.substring(TEXT_MODEL.length()) : TEXT_MODEL + module);
        }
        PeftTargets meant = targets.computeIfAbsent(prefix, p -> new PeftTargets(config, p, work));
        return names.stream().anyMatch(name -> meant.leavesOut(name).isEmpty())
                ? Optional.empty()
                : meant.leavesOut(module)
                        .map(key -> key + " of its configuration leaves the layer out, but there are tensors for it");
    }

    private static String number(double value) {
        return LoraExport.number(value).toString();
    }

    private Optional<ByModule> find(Map<String, List<ByModule>> patterns, String prefix, String module) {
        return patterns.getOrDefault(prefix, List.of()).stream()
                .filter(p -> work.matches(p.modules(), module))
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

    /** What a layer's product is multiplied with. */
    double scale(Layer layer) {
        double alpha = alpha(layer).orElse(PEFT_ALPHA);
        return config.path(prefix(layer) + "use_rslora").asBoolean(false)
                ? alpha / Math.sqrt(layer.rank())
                : alpha / layer.rank();
    }

    /** The alpha that is said of a layer: a tensor of its own wins. */
    private Optional<Double> alpha(Layer layer) {
        String prefix = prefix(layer);
        return layer.alpha()
                .map(Float::doubleValue)
                .or(() -> find(alphas, prefix, layer.module()).map(ByModule::value))
                .or(() -> number(prefix + ALPHA, config.path(prefix + ALPHA)));
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
