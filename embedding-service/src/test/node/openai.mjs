// OpenAI's own client, with nothing but its base URL set: node openai.mjs URL MODEL IMAGE…, or
// node openai.mjs URL MODEL --texts TEXT…
import { readFileSync } from "node:fs";
import OpenAI from "openai";

const [url, model, ...rest] = process.argv.slice(2);
const client = new OpenAI({ baseURL: url + "/v1", apiKey: "none", maxRetries: 0 });
const dataUri = (file) => "data:image/png;base64," + readFileSync(file).toString("base64");
const input = rest[0] === "--texts" ? rest.slice(1) : rest.map(dataUri);

// The client asks for base64 by itself and decodes it.
const packed = await client.embeddings.create({ model, input });
const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
const models = await client.models.list();
let refused;
try {
  await client.embeddings.create({ model: "nothing", input });
} catch (error) {
  refused = { type: error.constructor.name, status: error.status, code: error.code };
}
console.log(
  JSON.stringify({
    packed: packed.data.map((item) => Array.from(item.embedding)),
    plain: plain.data.map((item) => item.embedding),
    tokens: packed.usage.total_tokens,
    models: models.data.map((entry) => entry.id),
    refused,
  }),
);
