package org.tempera.runtime.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Required;

/**
 * A key of a configuration record: a component of it, or of a record that is inlined into it.
 *
 * @param within the components that lead from the record to the one that has the key; empty for a key of its own
 */
record RecordKey(List<RecordComponent> within, RecordComponent component) {
    /** The keys that a record type gives, in order; those that are records make a block. */
    static List<RecordKey> of(Class<? extends Record> type) {
        List<RecordKey> keys = new ArrayList<>();
        add(type, List.of(), keys);
        return keys;
    }

    private static void add(Class<? extends Record> type, List<RecordComponent> within, List<RecordKey> keys) {
        for (RecordComponent c : type.getRecordComponents()) {
            if (isInlined(c)) {
                List<RecordComponent> deeper = new ArrayList<>(within);
                deeper.add(c);
                add(c.getType().asSubclass(Record.class), List.copyOf(deeper), keys);
            } else {
                keys.add(new RecordKey(within, c));
            }
        }
    }

    /** The names of the keys that a record type gives, in order. */
    static Set<String> names(Class<? extends Record> type) {
        Set<String> names = new LinkedHashSet<>();
        of(type).forEach(key -> names.add(key.name()));
        return names;
    }

    /** Whether a component's keys stand among those of its record. */
    static boolean isInlined(RecordComponent c) {
        return c.isAnnotationPresent(Inline.class) && c.getType().isRecord();
    }

    /** As configs have it. */
    String name() {
        return Names.kebab(component.getName());
    }

    /** Its value in a record; null where that has none. */
    @Nullable
    Object in(@Nullable Record record) {
        @Nullable Object value = record;
        for (RecordComponent c : within) {
            value = value == null ? null : get(c, (Record) value);
        }
        return value == null ? null : get(component, (Record) value);
    }

    /** Its value in a record that was bound. */
    Object of(Record record) {
        Object value = in(record);
        if (value == null) {
            throw new IllegalStateException(record.getClass().getName() + " has no value of " + name());
        }
        return value;
    }

    /** The component of the record that it belongs to or lies in. */
    RecordComponent outermost() {
        return within.isEmpty() ? component : within.get(0);
    }

    /** What is said of it. */
    Optional<Doc> doc() {
        return Optional.ofNullable(component.getAnnotation(Doc.class));
    }

    /** Whether a config must give it. */
    boolean isRequired() {
        return component.isAnnotationPresent(Required.class);
    }

    /** The type of the record that is its block, where it is one. */
    Optional<Class<? extends Record>> block() {
        return component.getType().isRecord()
                ? Optional.of(component.getType().asSubclass(Record.class))
                : Optional.empty();
    }

    /** A component's value; null if a plugin gave that. */
    static @Nullable Object get(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
