package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a configuration record that is a record itself, and whose keys stand in the block among the record's
 * own, without a block of theirs. So keys that several plugins share are declared, described and checked once:
 *
 * <pre>{@code
 * record MyConfig(@Inline UpdateConfig update, @Doc("...") double temperature) {}
 * }</pre>
 *
 * <p>No two keys of a block may have the same name.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {}
