package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names that a configuration key had before. A value under one is still read, so that configs and runs of then go on
 * working, and a warning says what the key is called now.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface FormerKey {
    /** Each as it stood in the block, with dots where it stood in a block within, such as {@code kl.loss}. */
    String[] value();
}
