package org.tempera.graph.workers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.base.json.ForeignJson;
import org.tempera.base.text.Printable;
import org.tempera.spi.UserException;

/** Reads {@code TF_CONFIG}, as schedulers write it for TensorFlow's own training. */
final class TfConfig {
    private static final String CHIEF = "chief";
    private static final String WORKER = "worker";
    private static final Set<String> TYPES = Set.of(CHIEF, WORKER);

    private TfConfig() {}

    static Cluster read(String json) {
        JsonNode config;
        try {
            config = ForeignJson.readTextOfSingleKeys(json);
        } catch (JsonProcessingException e) {
            throw wrong("cannot be read as JSON: " + ForeignJson.why(e), e);
        }
        if (!config.isObject()) {
            throw wrong("expected an object, found " + shown(config));
        }
        JsonNode cluster = object(config, "cluster");
        List<String> chiefs = addresses(cluster, CHIEF);
        List<String> all = new ArrayList<>(chiefs);
        all.addAll(addresses(cluster, WORKER));
        for (Map.Entry<String, JsonNode> job : cluster.properties()) {
            if (!TYPES.contains(job.getKey()) && !job.getValue().isEmpty()) {
                throw wrong(
                        "expected workers, and a chief at most, in 'cluster', found '" + shown(job.getKey())
                                + "', which Tempera has no use for: its workers share what they learn, and the first evaluates");
            }
        }
        if (chiefs.size() > 1) {
            throw wrong("expected one address in 'cluster.chief', found " + chiefs.size());
        }
        JsonNode task = object(config, "task");
        String type = task.path("type").asText();
        if (!TYPES.contains(type)) {
            throw wrong("expected 'worker' or 'chief' in 'task.type', found " + shown(task.path("type")));
        }
        int index = index(task.path("index"));
        int most = type.equals(CHIEF) ? chiefs.size() : all.size() - chiefs.size();
        if (index >= most) {
            throw wrong("'task' is " + type + " " + index + ", and 'cluster." + type + "' has " + most
                    + (most == 1 ? " address" : " addresses"));
        }
        try {
            return new Cluster(all, type.equals(CHIEF) ? index : chiefs.size() + index);
        } catch (UserException e) {
            // By its name, for no key of the config says so.
            throw new UserException(
                    Cluster.VARIABLE + ": " + e.getMessage() + " Or unset it to train on this machine alone.", e);
        }
    }

    private static JsonNode object(JsonNode config, String key) {
        JsonNode value = config.path(key);
        if (!value.isObject()) {
            throw wrong("expected an object in '" + key + "', found " + shown(value));
        }
        return value;
    }

    private static List<String> addresses(JsonNode cluster, String job) {
        JsonNode list = cluster.path(job);
        if (list.isMissingNode()) {
            return List.of();
        }
        if (!list.isArray()) {
            throw wrong("expected a list of host:port in 'cluster." + job + "', found " + shown(list));
        }
        List<String> addresses = new ArrayList<>();
        for (JsonNode each : list) {
            if (!each.isTextual()) {
                throw wrong("expected host:port in 'cluster." + job + "', found " + shown(each));
            }
            addresses.add(each.asText());
        }
        return addresses;
    }

    /** A number from 0 on; some schedulers write it as a text. */
    private static int index(JsonNode index) {
        boolean number = index.isIntegralNumber() || index.isTextual();
        if (!number || !index.asText().matches("\\d{1,6}")) {
            throw wrong("expected a number from 0 on in 'task.index', found " + shown(index));
        }
        return Integer.parseInt(index.asText());
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "nothing" : Printable.line(ForeignJson.shown(value));
    }

    private static String shown(String key) {
        return Printable.line(key.substring(0, Math.min(key.length(), 80)));
    }

    private static UserException wrong(String what) {
        return new UserException(sentence(what));
    }

    private static UserException wrong(String what, Exception cause) {
        return new UserException(sentence(what), cause);
    }

    private static String sentence(String what) {
        return Cluster.VARIABLE + ": " + what
                + ". Expected such as {\"cluster\": {\"worker\": [\"node-0:2222\", \"node-1:2222\"]},"
                + " \"task\": {\"type\": \"worker\", \"index\": 0}}; unset it to train on this machine alone.";
    }
}
