package org.tempera.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.Inline;

/** Reflection on configuration records. */
final class RecordTypes {
    private static final Set<Class<?>> SCALARS = Set.of(
            int.class,
            Integer.class,
            long.class,
            Long.class,
            float.class,
            Float.class,
            double.class,
            Double.class,
            boolean.class,
            Boolean.class,
            String.class,
            Path.class);

    private RecordTypes() {}

    /** A component's type with its arguments. */
    record Shape(Type type) {
        Class<?> raw() {
            if (type instanceof Class<?> c) {
                return c;
            }
            if (type instanceof ParameterizedType p) {
                return (Class<?>) p.getRawType();
            }
            if (type instanceof WildcardType w) {
                return new Shape(w.getUpperBounds()[0]).raw();
            }
            throw new IllegalArgumentException(type + " cannot be a configuration value");
        }

        Shape argument(int index) {
            if (type instanceof ParameterizedType p) {
                return new Shape(p.getActualTypeArguments()[index]);
            }
            throw new IllegalArgumentException(type + " must say what it holds");
        }
    }

    /** What cannot be bound in a record type, as a sentence; empty if all can. */
    static Optional<String> unsupported(Class<? extends Record> type) {
        for (RecordComponent c : type.getRecordComponents()) {
            Optional<String> wrong =
                    c.isAnnotationPresent(Inline.class) && !c.getType().isRecord()
                            ? Optional.of("only a record can be inlined")
                            : unsupported(new Shape(c.getGenericType()));
            if (wrong.isPresent()) {
                return Optional.of("component " + c.getName() + " of " + type.getName() + ": " + wrong.get());
            }
        }
        Set<String> names = new HashSet<>();
        return RecordKey.of(type).stream()
                .map(RecordKey::name)
                .filter(name -> !names.add(name))
                .findFirst()
                .map(twice -> "the key '" + twice + "' of " + type.getName()
                        + " is there twice, its own or of records that are inlined");
    }

    private static Optional<String> unsupported(Shape shape) {
        Class<?> raw = shape.raw();
        if (raw == Optional.class || raw == List.class) {
            return unsupported(shape.argument(0));
        }
        if (raw == Map.class) {
            return shape.argument(0).raw() == String.class
                    ? unsupported(shape.argument(1))
                    : Optional.of("a map's keys must be strings");
        }
        if (raw.isRecord()) {
            return unsupported(raw.asSubclass(Record.class));
        }
        return isOneValue(raw) ? Optional.empty() : Optional.of(raw.getName() + " cannot be a configuration value");
    }

    /** Whether a type is that of one value, such as a number: no list, map, option or record. */
    static boolean isOneValue(Class<?> raw) {
        return SCALARS.contains(raw) || raw.isEnum();
    }

    /** What a record type's own static method {@code defaults()} gives; null if it has none. */
    static @Nullable Record declaredDefaults(Class<? extends Record> type) {
        try {
            Method method = type.getDeclaredMethod("defaults");
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != type) {
                return null;
            }
            method.setAccessible(true);
            return (Record) method.invoke(null);
        } catch (NoSuchMethodException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + ".defaults() cannot be called", e);
        }
    }

    /** Calls the canonical constructor. */
    static Record make(Class<? extends Record> type, @Nullable Object[] values) throws InvocationTargetException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("cannot make a " + type.getName(), e);
        }
    }
}
