package org.tempera.diffusers.lora;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.diffusers.lora.LoraPair.Component;

/**
 * What the name of a tensor in an adapter file says.
 *
 * @param component the model, where the name says it
 * @param module the layer, as spelt: with dots, or with underscores for dots
 * @param role which tensor of the layer it is
 */
record LoraKey(Optional<Component> component, String module, Role role) {
    /** Parts of a layer's adapter. */
    enum Role {
        DOWN,
        UP,
        ALPHA
    }

    private static final Pattern KEY = Pattern.compile("(?<module>.+?)"
            + "(?:\\.lora\\.(?<a>down|up)\\.weight" // diffusers
            + "|\\.lora_(?<b>A|B)(?:\\.\\w+)?\\.weight" // peft
            + "|\\.lora_linear_layer\\.(?<c>down|up)\\.weight" // diffusers, text encoder
            + "|_lora\\.(?<d>down|up)\\.weight" // diffusers 0.17, attention processors
            + "|\\.lora_(?<e>down|up)\\.weight" // kohya
            + "|(?:\\.lora|\\.lora_linear_layer|_lora)?(?:\\.(?:down|up)\\.weight)?\\.(?<f>alpha))");

    /** Characters of a name; those of the deepest layers have some 120. */
    private static final int LONGEST = 1_000;

    private static final Map<String, Component> PREFIXES = prefixes();

    private static Map<String, Component> prefixes() {
        Map<String, Component> prefixes = new TreeMap<>();
        for (Component component : Component.values()) {
            prefixes.put(component.prefix() + ".", component);
            prefixes.put(component.kohya(), component);
        }
        // Where a model has two text encoders kohya's scripts count the first one, too.
        prefixes.put("lora_te1_", Component.TEXT_ENCODER);
        return prefixes;
    }

    /** Old names of a text layer's projections. */
    private static final Map<String, String> TEXT_PROJECTIONS =
            Map.of("to_q", "q_proj", "to_k", "k_proj", "to_v", "v_proj", "to_out", "out_proj");

    /**
     * How the text encoder's layers begin where its part {@code text_model} is left out, as transformers does since
     * 5.6. No layer of the denoiser begins so.
     */
    private static final Pattern TEXT_LAYERS =
            Pattern.compile("(?:encoder[._]layers|embeddings|final_layer_norm)[._].+");

    /** Reads a name; empty if it is none of the known kinds. */
    static Optional<LoraKey> parse(String name) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        String rest = name.startsWith("base_model.model.") ? name.substring("base_model.model.".length()) : name;
        Optional<Component> component = Optional.empty();
        for (Map.Entry<String, Component> p : PREFIXES.entrySet()) {
            if (rest.startsWith(p.getKey())) {
                component = Optional.of(p.getValue());
                rest = rest.substring(p.getKey().length());
                break;
            }
        }
        Matcher m = KEY.matcher(rest);
        if (!m.matches()) {
            return Optional.empty();
        }
        Role role = Role.ALPHA;
        for (String group : new String[] {"a", "b", "c", "d", "e"}) {
            String found = m.group(group);
            if (found != null) {
                role = found.equals("down") || found.equals("A") ? Role.DOWN : Role.UP;
            }
        }
        return Optional.of(new LoraKey(component, module(m.group("module"), component), role));
    }

    /** Whether a tensor's name says which model it is for. */
    static boolean saysComponent(String name) {
        return parse(name).flatMap(LoraKey::component).isPresent();
    }

    private static String module(String spelt, Optional<Component> component) {
        String module = spelt.replace(".processor.", ".");
        if (component.map(Component::isText).orElse(true)
                && TEXT_LAYERS.matcher(module).matches()) {
            module = "text_model" + (module.contains(".") ? "." : "_") + module;
        }
        int dot = module.lastIndexOf('.');
        String last = module.substring(dot + 1);
        if (component.filter(Component::isText).isPresent() && TEXT_PROJECTIONS.containsKey(last)) {
            return module.substring(0, dot + 1) + TEXT_PROJECTIONS.get(last);
        }
        return module;
    }

    /** The same layer with dots written as underscores: what layers are matched by. */
    static String flat(String module) {
        return module.replace('.', '_');
    }
}
