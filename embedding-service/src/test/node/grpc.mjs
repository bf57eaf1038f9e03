// @grpc/grpc-js with nothing but the proto files: node grpc.mjs ADDRESS PROTOS MODEL IMAGE…, or
// node grpc.mjs ADDRESS PROTOS MODEL --texts TEXT…
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [address, protos, model, ...rest] = process.argv.slice(2);
const texts = rest[0] === "--texts" ? rest.slice(1) : null;
const images = texts ? [] : rest.map((file) => readFileSync(file));
const inputs = texts ?? images;
const of = (some) => (texts ? { model, texts: some } : { model, images: some });
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
const one = await unary(embedding, "Embed", of(inputs));

const stream = embedding.EmbedStream();
const streamed = [];
const ended = new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
stream.on("data", (answer) => streamed.push(answer));
inputs.forEach((input, i) => stream.write({ ...of([input]), requestId: String(i) }));
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
      name: texts ? "text" : "encoded_images",
      datatype: "BYTES",
      shape: [inputs.length],
      contents: { bytesContents: texts ? texts.map((text) => Buffer.from(text)) : images },
    },
  ],
});
console.log(
  JSON.stringify({
    tokens: one.tokens,
    unary: one.embeddings.map((row) => row.values),
    streamed: streamed.map((answer) => answer.embeddings[0].values),
    order: streamed.map((answer) => answer.requestId),
    live: live.live,
    shape: inferred.outputs[0].shape,
    inferred: inferred.outputs[0].contents.fp32Contents,
  }),
);
