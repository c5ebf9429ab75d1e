package org.tempera.fuzz;

import static org.tempera.fuzz.Samples.bytes;
import static org.tempera.fuzz.Samples.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.algorithms.critic.StoredCritic;
import org.tempera.base.text.PromptText;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.train.PromptFile;
import org.tempera.diffusers.ddim.DdimConfig;
import org.tempera.diffusers.ddim.DdimProcess;
import org.tempera.diffusers.flow.FlowConfig;
import org.tempera.diffusers.flow.FlowProcess;
import org.tempera.diffusers.folder.AutoencoderFolder;
import org.tempera.diffusers.lora.LoraExport;
import org.tempera.diffusers.lora.LoraFamily;
import org.tempera.diffusers.lora.LoraFile;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.nn.blip.MedConfig;
import org.tempera.nn.clip.ClipConfig;
import org.tempera.nn.clip.ClipModel;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.tokenizer.BertTokenizer;
import org.tempera.nn.tokenizer.ClipPrompts;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.tokenizer.TextCleaning;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.policies.stablediffusion.StableDiffusionProvider;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.record.choice.ChoiceFile;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.PromptNote;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tempera.verify.OracleFolder;
import org.tempera.verify.StoredCase;
import org.tensorflow.ndarray.Shape;

/** Every reader of a file that may be someone else's. */
final class Targets {
    private static final List<String> PROMPTS = List.of(
            "a photo of a cat",
            "<|endoftext|> two [SEP] dogs</w>",
            "caf\u00e9 &amp; \ud83d\udc08 don't",
            "",
            "x".repeat(300));

    /** Of a picture: its colours, and as much twice while it is decoded. */
    private static final long BYTES_PER_PIXEL = 9;

    /**
     * Of an oracle's list: each input of each case is asked for in five ways, and four are refused with an exception.
     */
    private static final long BYTES_PER_CHARACTER_ASKED = 512;

    /** A prompt beside a tokenizer. */
    private static final String PROMPT = "prompt.txt";

    /** Of a prompt: tokens are objects, and each character may be one. */
    private static final long BYTES_PER_CHARACTER = 1000;

    private final Samples samples = new Samples();

    List<Target> all() {
        List<Target> all = new ArrayList<>();
        weights(all);
        tokenizers(all);
        models(all);
        adapters(all);
        runs(all);
        configurations(all);
        pictures(all);
        RunTargets.add(all);
        RewardTargets.add(all, samples);
        TextTargets.add(all, samples);
        MachineTargets.add(all);
        return all;
    }

    /** All of a file of weights, as the program reads it. */
    private static void drain(TensorSource source) {
        source.metadata();
        for (String name : source.names()) {
            if (source.info(name).dtype().isFloating()) {
                source.readTensor(name);
            } else {
                source.readLongs(name);
            }
        }
        source.contains("nothing");
    }

    private void weights(List<Target> all) {
        byte[] shard = samples.weights("written.safetensors");
        String index =
                "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"s-1.safetensors\",\"b\":\"s-2.safetensors\"}}";
        byte[] first = Samples.safetensors(new SafetensorsWriter().addFloats("a", Shape.of(1), new float[1]));
        byte[] second = Samples.safetensors(new SafetensorsWriter().addFloats("b", Shape.of(1), new float[1]));
        all.add(new Target(
                "shard-index",
                List.of(Map.of(
                        "model.safetensors.index.json",
                        text(index),
                        "s-1.safetensors",
                        first,
                        "s-2.safetensors",
                        second)),
                Set.of("model.safetensors.index.json"),
                folder -> {
                    try (TensorSource source = WeightFiles.open(folder, WeightFiles.TRANSFORMERS)) {
                        drain(source);
                    }
                }));
        all.add(Target.of(
                "safetensors",
                List.of(
                        Map.of("w.safetensors", samples.weights("every-dtype.safetensors")),
                        Map.of("w.safetensors", shard)),
                folder -> {
                    try (TensorSource source = WeightFiles.open(folder.resolve("w.safetensors"), "")) {
                        drain(source);
                    }
                }));
        all.add(Target.of(
                "torch-zip",
                List.of(Map.of("w.pt", samples.weights("state.pt")), Map.of("w.pt", samples.weights("wrapped.pth"))),
                folder -> {
                    try (TensorSource source = WeightFiles.open(folder.resolve("w.pt"), "")) {
                        drain(source);
                    }
                }));
        all.add(Target.of(
                "embedding-head",
                List.of(
                        Map.of("head.safetensors", bytes(samples.world().resolve("aesthetic-head.safetensors"))),
                        Map.of("head.safetensors", bytes(samples.world().resolve("preference-head.safetensors")))),
                folder -> EmbeddingHead.read(folder.resolve("head.safetensors"))));
        all.add(Target.of(
                "stored-critic",
                List.of(Map.of(
                        "critic.safetensors",
                        Samples.safetensors(new SafetensorsWriter()
                                .addFloats("layers.0.weight", Shape.of(4, 3), new float[12])
                                .addFloats("layers.0.bias", Shape.of(4), new float[4])
                                .addFloats("layers.1.weight", Shape.of(1, 4), new float[4])
                                .addFloats("layers.1.bias", Shape.of(1), new float[1])))),
                folder -> StoredCritic.read(folder.resolve("critic.safetensors"))));
    }

    private void tokenizers(List<Target> all) {
        Map<String, byte[]> clip = Samples.folder(samples.model().resolve("tokenizer"));
        Map<String, byte[]> added = Samples.with(clip, "added_tokens.json", text("{\"<x>\": 514, \"<y>\": 515}"));
        all.add(Target.of("clip-tokenizer", List.of(clip, added), folder -> {
            ClipTokenizer tokenizer = ClipTokenizer.load(folder);
            for (String prompt : PROMPTS) {
                tokenizer.decode(tokenizer.encode(prompt));
                tokenizer.encode(prompt, 77);
            }
            if (tokenizer.vocabularySize() < 1) {
                throw new IllegalStateException("a vocabulary of " + tokenizer.vocabularySize());
            }
        }));
        all.add(Target.of(
                        "tokens-of-several-vectors",
                        List.of(Samples.with(
                                Samples.with(
                                        clip,
                                        "added_tokens.json",
                                        text(
                                                "{\"<cat>\":514,\"<cat>_1\":515,\"<cat>_2\":516,\"<ca\":517,\"<ca_1\":518}")),
                                PROMPT,
                                text("a <cat> and <ca, <cat>!"))),
                        folder -> {
                            ClipPrompts prompts = new ClipPrompts(ClipTokenizer.load(folder), 77);
                            Path prompt = folder.resolve(PROMPT);
                            String text = Files.exists(prompt) ? new String(bytes(prompt), StandardCharsets.UTF_8) : "";
                            text = text.substring(0, Math.min(PromptText.LONGEST, text.length()));
                            prompts.tokenize(text);
                            prompts.leftOut(text);
                        })
                .allowed(file -> BYTES_PER_CHARACTER * Math.min(file.length, PromptText.LONGEST)));
        all.add(Target.of("clip-tokenizer-json", samples.tokenizers("clip"), folder -> {
            ClipTokenizer tokenizer = ClipTokenizer.load(folder);
            PROMPTS.forEach(prompt -> tokenizer.decode(tokenizer.encode(prompt, 77)));
            if (tokenizer.vocabularySize() < 1) {
                throw new IllegalStateException("a vocabulary of " + tokenizer.vocabularySize());
            }
        }));
        all.add(Target.of("bert-tokenizer-json", samples.tokenizers("bert"), folder -> {
            BertTokenizer tokenizer = BertTokenizer.load(folder);
            PROMPTS.forEach(prompt -> tokenizer.encode(prompt, 35, 0));
        }));
        all.add(Target.of(
                "open-clip-tokenizer", List.of(clip), folder -> ClipTokenizer.load(folder, TextCleaning.OPEN_CLIP)
                        .encode(PROMPTS.get(2), 77)));
        all.add(Target.of(
                "bert-tokenizer",
                List.of(Map.of("vocab.txt", bytes(samples.imageReward().resolve("vocab.txt")))),
                folder -> {
                    BertTokenizer tokenizer = BertTokenizer.load(folder.resolve("vocab.txt"));
                    PROMPTS.forEach(prompt -> tokenizer.encode(prompt, 35, 0));
                }));
    }

    private void models(List<Target> all) {
        Path model = samples.model();
        Path world = samples.world();
        Path tiny = samples.fewSteps().resolve("tiny-sd/model");
        Path lcm = samples.fewSteps().resolve("lcm/model");
        all.add(config(
                "unet-config",
                List.of(
                        model.resolve("unet"),
                        world.resolve("mini-sd/unet"),
                        tiny.resolve("unet"),
                        lcm.resolve("unet")),
                c -> {
                    var unet = UNetConfigReader.read(c);
                    c.finish();
                    new UNet(new ParameterInventory(), unet);
                }));
        all.add(config(
                "vae-config", List.of(model.resolve("vae"), world.resolve("mini-sd/vae"), lcm.resolve("vae")), c -> {
                    AutoencoderConfig vae = AutoencoderConfig.read(c);
                    c.finish();
                    vae.factor();
                    vae.declare(new ParameterInventory());
                }));
        all.add(config("text-encoder-config", List.of(model.resolve("text_encoder")), c -> {
            ClipTextConfig text = ClipTextConfig.read(c);
            c.finish();
            new ClipTextModel(new ParameterInventory(), text);
        }));
        all.add(new Target(
                "scheduler-config",
                List.of(
                        Map.of("config.json", bytes(model.resolve("scheduler/scheduler_config.json"))),
                        Map.of("config.json", bytes(world.resolve("mini-sd/scheduler/scheduler_config.json"))),
                        Map.of("config.json", bytes(samples.fewSteps().resolve("turbo/scheduler_config.json"))),
                        Map.of("config.json", bytes(lcm.resolve("scheduler/scheduler_config.json")))),
                Set.of("config.json"),
                folder -> {
                    ModelConfig c = ModelConfig.read(folder.resolve("config.json"));
                    DdimConfig ddim = DdimConfig.readAsNamed(c);
                    c.finish();
                    DdimProcess process = new DdimProcess(ddim);
                    process.trajectory(10, 1);
                    process.trajectory(1, 0.5);
                }));
        all.add(new Target(
                "flow-scheduler-config",
                List.of(
                        Map.of(
                                "config.json",
                                text(
                                        "{\"num_train_timesteps\":1000,\"shift\":3.0,\"use_dynamic_shifting\":true,\"base_shift\":0.5,"
                                                + "\"max_shift\":1.15,\"base_image_seq_len\":256,\"max_image_seq_len\":4096}"))),
                Set.of("config.json"),
                folder -> {
                    ModelConfig c = ModelConfig.read(folder.resolve("config.json"));
                    FlowConfig flow = FlowConfig.read(c, FlowConfig.Spacing.TO_LEAST_TRAINED);
                    FlowConfig even = FlowConfig.read(c, FlowConfig.Spacing.BY_STEPS);
                    c.finish();
                    FlowSchedules.make(new FlowProcess(flow, 64, 64));
                    FlowSchedules.make(new FlowProcess(even, 256, 256));
                }));
        all.add(config("clip-config", List.of(world.resolve("mini-clip")), c -> {
            ClipConfig clip = ClipConfig.read(c);
            c.finish();
            new ClipModel(new ParameterInventory(), clip);
        }));
        all.add(Target.of(
                "clip-preprocessor",
                List.of(Map.of("preprocessor_config.json", bytes(world.resolve("mini-clip/preprocessor_config.json")))),
                folder -> {
                    ImagePreprocessing read = ImagePreprocessing.read(folder);
                    read.description();
                    read.output(new ImagePreprocessing.Size(512, 384));
                }));
        all.add(Target.of(
                "open-clip-config",
                List.of(Map.of(
                        "open_clip_config.json",
                        text("{\"model_cfg\":{\"embed_dim\":32,\"quick_gelu\":true,\"vision_cfg\":{\"image_size\":64,"
                                + "\"layers\":2,\"width\":32,\"head_width\":16,\"patch_size\":32,\"mlp_ratio\":4.0},"
                                + "\"text_cfg\":{\"context_length\":77,\"vocab_size\":600,\"width\":64,\"heads\":4,"
                                + "\"layers\":2}},\"preprocess_cfg\":{\"mean\":[0.4,0.4,0.4],\"std\":[0.2,0.2,0.2],"
                                + "\"interpolation\":\"bicubic\",\"resize_mode\":\"shortest\"}}"))),
                folder -> {
                    OpenClipArchitecture read = OpenClipArchitecture.read(folder.resolve("open_clip_config.json"));
                    read.preprocessing().description();
                    new ClipModel(new ParameterInventory(), read.sizes());
                }));
        all.add(Target.of(
                "blip-config",
                List.of(Map.of(
                        "med_config.json",
                        text("{\"hidden_act\":\"gelu\",\"hidden_size\":64,\"num_attention_heads\":4,\"vocab_size\":100,"
                                + "\"intermediate_size\":128,\"num_hidden_layers\":2,\"max_position_embeddings\":40,"
                                + "\"layer_norm_eps\":1e-12,\"add_cross_attention\":true}"))),
                folder -> MedConfig.read(folder.resolve("med_config.json"))));
        Map<String, byte[]> whole = Samples.folder(model);
        Map<String, byte[]> small = samples.smallModel();
        all.add(Target.of(
                "sd-folder",
                List.of(whole, small, small, small, Samples.folder(lcm)),
                folder -> new StableDiffusionProvider()
                        .openFolder(folder, Optional.empty())
                        .close()));
        all.add(Target.of("autoencoder-folder", List.of(Samples.folder(lcm.resolve("vae"))), folder -> {
            AutoencoderFolder.reads(folder);
            AutoencoderFolder.open(folder, "preview").close();
        }));
        all.add(Target.of("clip-folder", List.of(Samples.folder(world.resolve("mini-clip"))), folder -> {
            PretrainedClip.open(folder).embeddingWidth();
            ClipTokenizer.load(folder);
        }));
    }

    private interface ConfigReader {
        void read(ModelConfig c);
    }

    private static Target config(String name, List<Path> folders, ConfigReader reader) {
        return Target.of(
                name,
                folders.stream()
                        .map(folder -> Map.of("config.json", bytes(folder.resolve("config.json"))))
                        .toList(),
                folder -> reader.read(ModelConfig.read(folder.resolve("config.json"))));
    }

    private void adapters(List<Target> all) {
        LoraFamily family = new LoraFamily("Stable Diffusion 1 or 2", Component.UNET, List.of(Component.TEXT_ENCODER));
        Map<Component, ParameterInventory> layers = Map.of(Component.UNET, samples.denoiser());
        Map<String, String> notes = Map.of(
                "lora_adapter_metadata",
                "{\"unet.r\":2,\"unet.lora_alpha\":4,\"unet.alpha_pattern\":{\"attn1.to_q\":8},\"unet.use_rslora\":true}");
        String name = "adapter.safetensors";
        List<Map<String, byte[]>> adapters = List.of(
                Map.of(name, samples.adapter("unet.", ".lora.down.weight", ".lora.up.weight", "", Map.of())),
                Map.of(name, samples.adapter("unet.", ".lora_A.weight", ".lora_B.weight", "", notes)),
                Map.of(
                        name,
                        samples.adapter("lora_unet_", ".lora_down.weight", ".lora_up.weight", ".alpha", Map.of())));
        all.add(Target.of(
                "lora", adapters, folder -> LoraFile.open(new AdapterFile(folder.resolve(name), 1), family, layers)
                        .close()));
        all.add(Target.of("lora-export", adapters, folder -> {
            Path adapter = folder.resolve(name);
            AdapterLayout[] layouts = AdapterLayout.values();
            AdapterLayout layout = layouts[Files.exists(adapter) ? (int) (Files.size(adapter) % layouts.length) : 0];
            LoraExport.write(adapter, Samples.temporary("converted"), layout, family);
        }));
        String config =
                "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8,\"use_rslora\":false,\"rank_pattern\":{},\"alpha_pattern\":"
                        + "{\"attn1.to_q\":4,\".*\\\\.attn2\\\\.to_[qk]\":6,\"mid_block.*(to_k|to_v)\":1},\"use_dora\":false}";
        all.add(new Target(
                "peft-config",
                List.of(Map.of(
                        "adapter_model.safetensors",
                        samples.adapter("base_model.model.", ".lora_A.weight", ".lora_B.weight", "", Map.of()),
                        "adapter_config.json",
                        text(config))),
                Set.of("adapter_config.json"),
                folder -> LoraFile.open(new AdapterFile(folder, 1), family, layers)
                        .close()));
    }

    private void runs(List<Target> all) {
        String samplesLog = "{\"epoch\":0,\"phase\":\"evaluation\",\"index\":0,\"prompt\":\"a cat\",\"seed\":7,"
                + "\"rewards\":{\"train\":0.5,\"aesthetic\":\"NaN\"},\"signs\":{\"saturation\":0.25,\"steepness\":\"NaN\"}}\n"
                + "{\"epoch\":1,\"phase\":\"train\",\"index\":1,\"prompt\":\"a dog\",\"seed\":-8,\"rewards\":{\"train\":1}}\n";
        all.add(Target.of(
                "samples-log",
                List.of(Map.of("samples.jsonl", text(samplesLog))),
                folder -> SamplesLog.read(folder.resolve("samples.jsonl"))));
        String metrics =
                "{\"epoch\":0,\"gold/mean\":0.41,\"time/epoch\":\"Infinity\"}\n{\"epoch\":1,\"gold/mean\":1}\n";
        all.add(Target.of(
                "metrics-log",
                List.of(Map.of("metrics.jsonl", text(metrics))),
                folder -> JsonlMetrics.read(folder.resolve("metrics.jsonl"))));
        byte[] tensors = Samples.safetensors(new SafetensorsWriter().addFloats("a", Shape.of(2), new float[2]));
        String state = "{\"format\":\"tempera-checkpoint/1\",\"epoch\":3,\"within_next\":false,\"tensors\":1,"
                + "\"counters\":{\"steps\":12},\"state\":{\"algorithm\":{\"mean\":{\"$float\":\"NaN\"},\"list\":[1,2.5]}}}";
        all.add(Target.of(
                "checkpoint", List.of(Map.of("state.json", text(state), "tensors.safetensors", tensors)), folder -> {
                    try (SavedCheckpoint saved = SavedCheckpoint.open(folder)) {
                        saved.counter("steps");
                        saved.state("algorithm");
                        saved.tensor("a");
                    }
                }));
        String choices = "{\"prompt\":\"a cat\",\"a\":\"1.png\",\"b\":\"2.png\",\"choice\":\"a\",\"note\":null}\n"
                + "{\"prompt\":\"a dog\",\"a\":\"2.png\",\"b\":\"1.png\",\"choice\":\"tie\",\"at\":{\"x\":[1e400]}}\n";
        byte[] picture = Samples.pictures().get(0).values().iterator().next();
        all.add(new Target(
                "preferences",
                List.of(Map.of("choices.jsonl", text(choices), "1.png", picture, "2.png", picture)),
                Set.of("choices.jsonl"),
                folder -> ChoiceFile.read(folder.resolve("choices.jsonl"))));
        all.add(Target.of(
                "prompts",
                List.of(
                        Map.of("prompts.txt", text("# animals\na cat\n\n  two dogs, running \n")),
                        Map.of("prompts.csv", text("prompt,seed\n\"a cat, sitting\",7\na dog,8\n")),
                        Map.of("prompts.tsv", text("seed\tprompt\n7\ta cat, sitting\n8\ta dog\n")),
                        Map.of("prompts.jsonl", text("{\"prompt\":\"a cat\",\"n\":null}\n{\"prompt\":\"a dog\"}\n")),
                        Map.of("prompts.json", text("[\"a cat\",\"a dog\"]"))),
                folder -> {
                    for (String ending : List.of("txt", "csv", "tsv", "jsonl", "json")) {
                        Path file = folder.resolve("prompts." + ending);
                        if (Files.exists(file)) {
                            PromptFile.read(file);
                        }
                    }
                }));
        all.add(new Target(
                        "oracle-json",
                        List.of(Map.of(
                                "oracle.json",
                                bytes(samples.oracle().resolve("oracle.json")),
                                "oracle.safetensors",
                                bytes(samples.oracle().resolve("oracle.safetensors")))),
                        Set.of("oracle.json"),
                        Targets::oracle)
                .allowed(file -> file.length > 0 && file[0] == '{' ? BYTES_PER_CHARACTER_ASKED * file.length : 0));
    }

    private static void oracle(Path folder) {
        try (OracleFolder oracle = OracleFolder.open(folder)) {
            for (StoredCase each : oracle.cases()) {
                each.outputs().forEach(each::expected);
                attempt(each::weights);
                attempt(each::adapter);
                for (String key :
                        List.of("ids", "sample", "timestep", "texts", "image", "latent", "steps", "eta", "lora")) {
                    if (each.hasInput(key)) {
                        attempt(() -> each.tensor(key));
                        attempt(() -> each.integers(key));
                        attempt(() -> each.number(key));
                        attempt(() -> each.texts(key));
                        attempt(() -> each.path(key));
                    }
                }
            }
        }
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (UserException e) {
            // One input cannot be all of what it is asked for as.
            return;
        }
    }

    private void configurations(List<Target> all) {
        PluginCatalog catalog = PluginCatalog.load(Targets.class.getClassLoader());
        String small =
                "run { seed = 7, epochs = 2, output = models }\npolicy { use = stable-diffusion, stable-diffusion {"
                        + " weights = ${run.output}\"/sd\" } }\nalgorithm { use = ddpo }\nrewards { aesthetic { role = train,"
                        + " clip = ${run.output}/clip, head = head.safetensors } }\ninclude \"other.conf\"\nsampling { steps = 10 }\n";
        byte[] other = text("evaluation { every = 1 }\n");
        all.add(Target.of(
                "hocon",
                List.of(
                        Map.of("run.conf", text(small), "other.conf", other),
                        Map.of(
                                "run.conf",
                                bytes(samples.configs().resolve("tdpo-r.conf")),
                                "world.conf",
                                bytes(samples.configs().resolve("world.conf")))),
                folder -> RunConfig.load(folder.resolve("run.conf"), List.of(), catalog)));
        all.add(new Target(
                "override",
                List.of(Map.of(
                        "run.conf",
                        text(small.replace("include \"other.conf\"\n", "")),
                        "override.conf",
                        text(
                                "run.seed=7\nrewards.aesthetic.weight=1.5\npolicy.stable-diffusion.adapter.targets=[to_q,to_k]\n"
                                        + "run.output=\"a b\"\nsampling={steps=10}\n"))),
                Set.of("override.conf"),
                folder -> {
                    if (!Files.exists(folder.resolve("override.conf"))) {
                        return;
                    }
                    String overrides = new String(bytes(folder.resolve("override.conf")), StandardCharsets.UTF_8);
                    RunConfig.load(folder.resolve("run.conf"), Arrays.asList(overrides.split("\n")), catalog);
                }));
    }

    private static void pictures(List<Target> all) {
        // A sound picture of one colour is a thousand times its file: what is allowed are the pixels of its header.
        all.add(Target.of("image", Samples.pictures(), folder -> eachFile(folder, ImageFiles::read))
                .allowed(Targets::pixels));
        all.add(Target.of("png-notes", Samples.pictures().subList(0, 3), folder -> eachFile(folder, PromptNote::read)));
    }

    static long pixels(byte[] file) {
        return BYTES_PER_PIXEL * PictureHeader.pixels(file);
    }

    private interface FileReader {
        Object read(Path file);
    }

    private static void eachFile(Path folder, FileReader reader) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            reader.read(file);
        }
    }
}
