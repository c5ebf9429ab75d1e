package org.tempera.fuzz;

import static org.tempera.fuzz.Samples.bytes;
import static org.tempera.fuzz.Samples.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.tempera.imagereward.CheckpointReader;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.remote.AnswerReader;
import org.tempera.spi.UserException;

/** Readers of rewards: their checkpoints, and what servers answer. */
final class RewardTargets {
    private static final String SCORES = "{\"scores\":[0.5,2e-3,-1],\"note\":[1e400,{}]}";

    private RewardTargets() {}

    static void add(List<Target> all, Samples samples) {
        checkpoints(all, samples);
        answers(all);
    }

    private static void checkpoints(List<Target> all, Samples samples) {
        Path folder = samples.imageReward();
        SafetensorsWriter writer = new SafetensorsWriter();
        CheckpointReader.tensors(folder.resolve("med_config.json"))
                .forEach((name, shape) -> writer.addFloats(name, shape, new float[Math.toIntExact(shape.size())]));
        all.add(new Target(
                "image-reward",
                List.of(Map.of(
                        "checkpoint.safetensors",
                        Samples.safetensors(writer),
                        "med_config.json",
                        bytes(folder.resolve("med_config.json")),
                        "vocab.txt",
                        bytes(folder.resolve("vocab.txt")))),
                Set.of("checkpoint.safetensors", "med_config.json"),
                f -> CheckpointReader.read(
                        f.resolve("checkpoint.safetensors"), f.resolve("med_config.json"), f.resolve("vocab.txt"))));
        Path hps = samples.hps();
        Path openClip = samples.openClip();
        all.add(new Target(
                "open-clip-checkpoint",
                List.of(
                        Map.of(
                                "w.pt",
                                bytes(hps.resolve("tiny.pt")),
                                "a.json",
                                bytes(hps.resolve("architecture.json"))),
                        Map.of(
                                "w.safetensors",
                                bytes(openClip.resolve("open_clip_model.safetensors")),
                                "a.json",
                                bytes(openClip.resolve("open_clip_config.json")))),
                Set.of("w.pt", "w.safetensors"),
                f -> PretrainedClip.openClip(
                                f.resolve(Files.exists(f.resolve("w.pt")) ? "w.pt" : "w.safetensors"),
                                OpenClipArchitecture.read(f.resolve("a.json")),
                                Optional.empty())
                        .embeddingWidth()));
    }

    private static void answers(List<Target> all) {
        all.add(Target.of(
                "remote-scores",
                List.of(Map.of("body.json", text(SCORES)), Map.of("retry.txt", text("Sun, 06 Nov 1994 08:49:37 GMT"))),
                folder -> {
                    Path body = folder.resolve("body.json");
                    Path retry = folder.resolve("retry.txt");
                    AnswerReader.read(
                            Files.exists(body) ? bytes(body) : text("{\"scores\":[1,2,3]}"),
                            Files.exists(retry) ? new String(bytes(retry), StandardCharsets.UTF_8) : "7");
                }));
        AnyServer server = new AnyServer();
        AtomicReference<Runnable> asking = new AtomicReference<>();
        String body = "{\"scores\":[0.5]}";
        String lengthened = "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        all.add(Target.of(
                "remote-http",
                List.of(
                        Map.of("answer.http", text("HTTP/1.1 200 OK\r\n" + lengthened)),
                        Map.of(
                                "answer.http",
                                text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + body
                                        + "\r\n0\r\n\r\n"))),
                folder -> {
                    Path answer = folder.resolve("answer.http");
                    int port = server.answering(Files.exists(answer) ? bytes(answer) : new byte[0]);
                    if (asking.get() == null) {
                        asking.set(AnswerReader.asking(port));
                    }
                    try {
                        asking.get().run();
                    } catch (UserException e) {
                        if (String.valueOf(e.getMessage()).contains("no answer within")) {
                            throw new IllegalStateException("waits for a server that has answered and gone away", e);
                        }
                        throw e;
                    }
                }));
    }
}
