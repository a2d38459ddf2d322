// Reads ZPL from standard input and writes one JSON list of base64 PNG pictures, one for each label, 4 x 3 in at 8 dots per mm.
const { readFileSync } = require("node:fs");
const { ready } = require("zpl-renderer-js");

async function main() {
  const { api } = await ready;
  const pictures = await api.zplToBase64MultipleAsync(readFileSync(0, "utf8"), 101.6, 76.2, 8);
  process.stdout.write(JSON.stringify(pictures), () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
