package org.tempera.nn.tokenizer;

/** How a prompt is cleaned before it is split into words; all three lower-case it and collapse white space. */
public enum TextCleaning {
    /**
     * As transformers' {@code CLIPTokenizer} does where ftfy is installed: curly quotes made straight, ligatures,
     * full-width forms and HTML references resolved, control characters dropped, NFC. Broken encodings ("mojibake") are
     * not repaired.
     */
    FIX_TEXT,
    /**
     * As transformers' {@code CLIPTokenizer} does without ftfy: every character of category C dropped (emoji joiners
     * too), spaces around each CJK ideograph, NFC.
     */
    BASIC,
    /** As open_clip does: {@link #FIX_TEXT}, then HTML references resolved twice more, without semicolons too. */
    OPEN_CLIP
}
