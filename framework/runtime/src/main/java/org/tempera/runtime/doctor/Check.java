package org.tempera.runtime.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param area what it is part of, such as {@code memory}
 * @param name of the thing, such as {@code libcudnn.so.9}
 * @param state whether training can do with it
 * @param found what is there, in one line
 * @param remedy what to do, a command where there is one; empty where nothing is to be done
 */
public record Check(Area area, String name, State state, String found, Optional<String> remedy) {
    /** Parts of a machine, and what it is told of others. */
    public enum Area {
        JAVA,
        TENSORFLOW,
        PROCESSOR,
        MEMORY,
        DISK,
        GPU,
        WORKERS;

        /** As it is printed. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether training can do with a thing. */
    public enum State {
        /** It is as it should be. */
        OK,
        /** Training runs, but slower or with less than there could be. */
        WARNING,
        /** Training does not run as it is configured here. */
        MISSING;

        /** As it is printed. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A thing that is as it should be. */
    static Check ok(Area area, String name, String found) {
        return new Check(area, name, State.OK, found, Optional.empty());
    }

    /** A thing that training can do without. */
    static Check warning(Area area, String name, String found, String remedy) {
        return new Check(area, name, State.WARNING, found, Optional.of(remedy));
    }

    /** A thing that training cannot do without. */
    static Check missing(Area area, String name, String found, String remedy) {
        return new Check(area, name, State.MISSING, found, Optional.of(remedy));
    }

    /** The same, of which training can do without. */
    Check asWarning() {
        return state == State.MISSING ? new Check(area, name, State.WARNING, found, remedy) : this;
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("area", area.label());
        map.put("name", name);
        map.put("state", state.label());
        map.put("found", found);
        remedy.ifPresent(r -> map.put("remedy", r));
        return map;
    }
}
