// OpenAI's own client, with nothing but its base URL set: node openai.mjs URL MODEL IMAGE…
import { readFileSync } from "node:fs";
import OpenAI from "openai";

const [url, model, ...files] = process.argv.slice(2);
const client = new OpenAI({ baseURL: url + "/v1", apiKey: "none", maxRetries: 0 });
const images = files.map((file) => "data:image/png;base64," + readFileSync(file).toString("base64"));

// The client asks for base64 by itself and decodes it.
const packed = await client.embeddings.create({ model, input: images });
const plain = await client.embeddings.create({ model, input: images, encoding_format: "float" });
const models = await client.models.list();
let refused;
try {
  await client.embeddings.create({ model: "nothing", input: images });
} catch (error) {
  refused = { type: error.constructor.name, status: error.status, code: error.code };
}
console.log(
  JSON.stringify({
    packed: packed.data.map((item) => Array.from(item.embedding)),
    plain: plain.data.map((item) => item.embedding),
    models: models.data.map((entry) => entry.id),
    refused,
  }),
);
