// @grpc/grpc-js with nothing but the proto files: node grpc.mjs ADDRESS PROTOS MODEL IMAGE…
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [address, protos, model, ...files] = process.argv.slice(2);
const images = files.map((file) => readFileSync(file));
const load = (file) =>
  grpc.loadPackageDefinition(protoLoader.loadSync(file, { includeDirs: [protos], longs: Number }));
const open = grpc.credentials.createInsecure();
const unary = (client, method, request) =>
  new Promise((resolve, reject) =>
    client[method](request, { deadline: Date.now() + 30000 }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    ),
  );

const embedding = new (load("athanor/embedding/v1/embedding.proto").athanor.embedding.v1
  .EmbeddingService)(address, open);
const one = await unary(embedding, "Embed", { model, images });

const stream = embedding.EmbedStream();
const streamed = [];
const ended = new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
stream.on("data", (answer) => streamed.push(answer));
images.forEach((image, i) => stream.write({ model, images: [image], requestId: String(i) }));
stream.end();
await ended;

const inference = new (load("inference/inference.proto").inference.GRPCInferenceService)(
  address,
  open,
);
const live = await unary(inference, "ServerLive", {});
const inferred = await unary(inference, "ModelInfer", {
  modelName: model,
  inputs: [
    {
      name: "encoded_images",
      datatype: "BYTES",
      shape: [images.length],
      contents: { bytesContents: images },
    },
  ],
});
console.log(
  JSON.stringify({
    unary: one.embeddings.map((row) => row.values),
    streamed: streamed.map((answer) => answer.embeddings[0].values),
    order: streamed.map((answer) => answer.requestId),
    live: live.live,
    shape: inferred.outputs[0].shape,
    inferred: inferred.outputs[0].contents.fp32Contents,
  }),
);
