package org.tempera.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.runtime.config.ConfigBlock;
import org.tempera.runtime.config.ConfigKey;

/** What blocks of a config hold, as plain data for JSON. */
final class BlockDocument {
    private BlockDocument() {}

    /** A block and its keys. */
    static Map<String, Object> of(ConfigBlock block) {
        List<Object> keys = new ArrayList<>();
        for (ConfigKey key : block.keys()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("key", key.name());
            one.put("type", key.type());
            key.defaultValue().ifPresent(value -> one.put("default", value));
            one.put("required", key.isRequired());
            one.put("text", key.text());
            keys.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("block", block.path());
        document.put("about", block.about());
        document.put("keys", keys);
        return document;
    }
}
