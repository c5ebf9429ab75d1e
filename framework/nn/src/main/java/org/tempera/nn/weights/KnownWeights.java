package org.tempera.nn.weights;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Recognises published architectures by the names of their tensors, for messages about files that do not fit. */
public final class KnownWeights {
    private record Known(String what, List<Pattern> all) {
        Known(String what, String... all) {
            this(what, List.of(all).stream().map(Pattern::compile).toList());
        }

        boolean fits(Collection<String> names) {
            return all.stream().map(Pattern::asPredicate).allMatch(found(names));
        }

        private static Predicate<Predicate<String>> found(Collection<String> names) {
            return pattern -> names.stream().anyMatch(pattern);
        }
    }

    /** The more telling first: whichever fits is the answer. */
    private static final List<Known> KNOWN = List.of(
            new Known("a LoRA adapter", "lora[._](A|B|up|down)\\b"),
            new Known(
                    "a whole Stable Diffusion checkpoint in one file, which diffusers' from_single_file and"
                            + " save_pretrained turn into a folder",
                    "^model\\.diffusion_model\\.",
                    "^(first_stage_model|cond_stage_model|conditioner)\\."),
            new Known("ImageReward", "^blip\\.visual_encoder\\.", "^mlp\\."),
            new Known("BLIP", "(^|\\.)visual_encoder\\.blocks\\.", "(^|\\.)text_(encoder|decoder)\\."),
            new Known("BLIP of transformers", "^vision_model\\.", "^(text_decoder|text_encoder)\\."),
            new Known("BLIP-2", "^qformer\\.", "^vision_model\\."),
            new Known("a CLIP as open_clip or OpenAI keep it", "^(module\\.)?visual\\.(conv1|trunk|transformer)\\."),
            new Known("SigLIP of transformers", "^vision_model\\.", "^(logit_bias$|vision_model\\.head\\.)"),
            new Known("a CLIP of transformers", "^vision_model\\.", "^text_model\\."),
            new Known("the vision tower of a CLIP of transformers", "^vision_model\\."),
            new Known("the text encoder of a CLIP of transformers", "^text_model\\."),
            new Known("the autoencoder of a diffusers model", "^encoder\\.down_blocks\\.", "^decoder\\.up_blocks\\."),
            new Known("the denoiser of SDXL", "^down_blocks\\.", "^add_embedding\\."),
            new Known("the denoiser of a Stable Diffusion model of diffusers", "^down_blocks\\.", "^mid_block\\."),
            new Known("a diffusion transformer (SD3, FLUX)", "^(transformer_blocks|double_blocks|joint_blocks)\\."),
            new Known("T5", "^shared\\.weight$", "^encoder\\.block\\."),
            new Known("DINOv2", "^(dinov2\\.)?embeddings\\.mask_token$"),
            new Known("a vision transformer (ViT) of transformers", "^vit\\."),
            new Known("BERT", "^(bert\\.)?encoder\\.layer\\.\\d+\\.attention\\.self\\.query\\."),
            new Known("a head of affine layers, such as an aesthetic predictor", "^(layers\\.)?(\\d+\\.)?weight$"));

    private KnownWeights() {}

    /** What a file with tensors of these names holds, as it reads after "like those of"; empty if it is unknown. */
    public static Optional<String> recognise(Collection<String> names) {
        return KNOWN.stream().filter(k -> k.fits(names)).map(Known::what).findFirst();
    }
}
