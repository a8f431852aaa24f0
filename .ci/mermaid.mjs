// Shows Mermaid's own parser every diagram in the files that are named: the README's blocks, the snapshots.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");

let count = 0;
for (const file of process.argv.slice(2)) {
    const text = readFileSync(file, "utf8");
    const blocks = [...text.matchAll(/^sequenceDiagram$[^]*?(?=^```$|(?![^]))/gm)].map(([block]) => block);
    if (blocks.length === 0) throw new Error(`${file} has no diagram`);
    for (const block of blocks) {
        await mermaid.parse(block).catch((error) => {
            throw new Error(`${file}: ${error.message}\n${block}`);
        });
        count += 1;
    }
}
console.log(`Mermaid takes ${count} diagrams`);
