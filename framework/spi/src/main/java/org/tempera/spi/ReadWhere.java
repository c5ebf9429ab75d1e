package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A configuration key that is read only where another key has certain values. A user who gives it where it is not read
 * is told that it has no effect; and the reference of keys says where it is read, so that its {@link Doc} need not:
 *
 * <pre>{@code
 * record MyConfig(
 *     @Doc("What weights follow.") Rule rule,
 *     @ReadWhere(key = "rule", is = "pid") @Doc("Factor of the integral.") double integral) {}
 * }</pre>
 *
 * <p>On a component that is a record it holds for the keys of that record. Of several on one component, all must hold.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@Repeatable(ReadWhere.All.class)
public @interface ReadWhere {
    /**
     * The other key: its name in the same block, with dots where it stands in a block within. The framework's own
     * records may name any key in full.
     */
    String key();

    /**
     * The values of it that this one is read under, as configs have them: of text, truth values, numbers and enums. A
     * plugin that names another is refused.
     */
    String[] is() default {};

    /** A number that its value, which is one, lies above. */
    double above() default Double.NaN;

    /** Where neither of these is said: whether it is given, and not as an empty list or map, or left out. */
    boolean given() default true;

    /** Of a component that is a record, the names of the keys that are meant; all where there are none. */
    String[] of() default {};

    /** Several on one component. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface All {
        ReadWhere[] value();
    }
}
