package org.tempera.diffusers.folder;

import java.util.Set;
import org.tempera.nn.layers.TensorNaming;

/**
 * Names in files of CLIP's text encoder: some leave out the first part, old ones have a buffer of position ids, some
 * CLIP's projection.
 */
final class ClipTextNaming {
    private static final String FIRST_PART = "text_model.";
    private static final Set<String> NO_PARAMETERS =
            Set.of("text_model.embeddings.position_ids", "embeddings.position_ids", "text_projection.weight");

    private ClipTextNaming() {}

    static TensorNaming naming() {
        return new TensorNaming(
                name -> name.startsWith(FIRST_PART) ? name : FIRST_PART + name, NO_PARAMETERS::contains);
    }
}
