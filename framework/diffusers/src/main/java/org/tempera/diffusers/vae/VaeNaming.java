package org.tempera.diffusers.vae;

import java.util.List;
import java.util.Map;
import org.tempera.nn.layers.TensorNaming;

/** Names in autoencoder files: those saved before 2023 call the attention's matrices otherwise. */
public final class VaeNaming {
    private static final Map<String, String> OLD =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private VaeNaming() {}

    public static TensorNaming naming() {
        return new TensorNaming(VaeNaming::today, name -> false);
    }

    private static String today(String name) {
        List<String> parts = List.of(name.split("\\."));
        int at = parts.size() - 2;
        if (at < 2 || !parts.get(at - 2).equals("attentions")) {
            return name;
        }
        String renamed = OLD.get(parts.get(at));
        return renamed == null
                ? name
                : String.join(".", parts.subList(0, at)) + "." + renamed + "." + parts.get(at + 1);
    }
}
