package org.tempera.fuzz;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tempera.base.json.ForeignJson;

/** JSON as it is written: a key may stand twice, and a number may be one that nothing can hold. */
final class Json {
    private Json() {}

    /** A value; what is written for it, or what it contains. */
    static final class Node {
        /** Of a text, number or word, as it stands in the file. */
        String raw = "";

        boolean object;
        boolean list;
        final List<String> keys = new ArrayList<>();
        final List<Node> items = new ArrayList<>();

        static Node of(String raw) {
            Node node = new Node();
            node.raw = raw;
            return node;
        }

        Node copy() {
            Node copy = new Node();
            copy.raw = raw;
            copy.object = object;
            copy.list = list;
            copy.keys.addAll(keys);
            items.forEach(item -> copy.items.add(item.copy()));
            return copy;
        }

        /** How many values there are: itself, and all that are in it. */
        long values() {
            long values = 1;
            for (Node item : items) {
                values += item.values();
            }
            return values;
        }

        /** How many characters are written, counted without writing any. */
        long length() {
            long length = raw.length();
            if (object || list) {
                length = 2L + Math.max(0, items.size() - 1);
                for (int i = 0; i < items.size(); i++) {
                    length += items.get(i).length() + (object ? keys.get(i).length() + 1 : 0);
                }
            }
            return length;
        }

        void write(StringBuilder out) {
            if (!object && !list) {
                out.append(raw);
                return;
            }
            out.append(object ? '{' : '[');
            for (int i = 0; i < items.size(); i++) {
                out.append(i > 0 ? "," : "");
                if (object) {
                    out.append(keys.get(i)).append(':');
                }
                items.get(i).write(out);
            }
            out.append(object ? '}' : ']');
        }
    }

    static Node parse(byte[] bytes) throws IOException {
        try (JsonParser in = ForeignJson.factory().createParser(bytes)) {
            in.nextToken();
            return read(in);
        }
    }

    private static Node read(JsonParser in) throws IOException {
        Node node = new Node();
        if (in.currentToken() == JsonToken.START_OBJECT) {
            node.object = true;
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                node.keys.add(quote(in.currentName()));
                in.nextToken();
                node.items.add(read(in));
            }
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
            node.list = true;
            while (in.nextToken() != JsonToken.END_ARRAY) {
                node.items.add(read(in));
            }
        } else if (in.currentToken() == JsonToken.VALUE_STRING) {
            node.raw = quote(in.getText());
        } else {
            node.raw = String.valueOf(in.getText());
        }
        return node;
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
