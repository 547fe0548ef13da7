import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import type { Plugin } from "vite";

const WORTH_IT = 1024; // bytes: what is smaller fits into one packet either way

/** Every script and style beside itself as .gz and .br, which the server sends to browsers that take them. */
export function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle: {
      order: "post",
      sequential: true,
      handler({ dir }, bundle) {
        for (const name of Object.keys(bundle).filter(name => /^assets\/.*\.(js|css)$/.test(name))) {
          const file = join(dir ?? "dist", name);
          const content = readFileSync(file);
          if (content.length < WORTH_IT) continue;
          writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
          // Quality 9 takes a twentieth of the time of 11, for some per cent more.
          writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
        }
      },
    },
  };
}
