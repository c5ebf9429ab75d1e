package org.tempera.nn.tokenizer;

/** How a prompt is cleaned before it is split into words; both lower-case it and collapse white space. */
public enum TextCleaning {
    /**
     * As transformers' {@code CLIPTokenizer} does since version 5: NFC and lower case, a character at a time. Curly
     * quotes, HTML references, full-width forms and control characters stay what they are.
     */
    TRANSFORMERS,
    /**
     * As open_clip does: curly quotes made straight, ligatures, full-width forms and HTML references resolved (thrice,
     * the last two times without semicolons too), control characters dropped, NFC. Broken encodings ("mojibake") are
     * not repaired.
     */
    OPEN_CLIP
}
