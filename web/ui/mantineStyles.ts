/** Of Mantine's styles those of the components that the page uses, of those that these use, and its colours. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const below = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).map(path => join(folder, path));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = here("src/");
const CORE = here("node_modules/@mantine/core/");
const WHOLE = join(CORE, "styles.css");
const OF_ALL = ["default-css-variables", "baseline", "global"];
const FROM_CORE = /import \{([^}]*)\} from "@mantine\/core"/g;
const RELATIVE = /from "(\.[^"]+\.mjs)"/g;
const MODULE = ".module.mjs";
/** The page's colours say states (theme.ts): these say none. */
const STRANGE = "pink|grape|indigo|cyan|lime";
const CLASS = /\bm_[0-9a-f]{5,8}\b/g;

function componentsInUse(): Set<string> {
  const files = [...below(here("src")), ...below(here("node_modules/@mantine/notifications/esm"))];
  const sources = files.filter(path => /\.(tsx|mjs)$/.test(path)).map(path => readFileSync(path, "utf8"));
  const imported = sources.flatMap(source =>
    [...source.matchAll(FROM_CORE)].flatMap(([, names = ""]) => names.split(",")),
  );
  return new Set(
    imported.map(
      name =>
        name
          .trim()
          .replace(/^type /, "")
          .split(" as ")[0] ?? "",
    ),
  );
}

/** Every file of Mantine that these modules lead to. */
function reached(modules: string[]): Set<string> {
  const seen = new Set<string>();
  for (const queue = [...modules]; queue.length > 0;) {
    const path = queue.pop() ?? "";
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...[...readFileSync(path, "utf8").matchAll(RELATIVE)].map(([, step = ""]) => join(dirname(path), step)));
  }
  return seen;
}

function stylesInUse(): string {
  const used = componentsInUse();
  const modules = below(join(CORE, "esm/components")).filter(
    path => path.endsWith(".mjs") && used.has(basename(path, ".mjs")),
  );
  const provider = join(CORE, "esm/core/MantineProvider/MantineProvider.mjs");
  const names = [...reached([...modules, provider])]
    .filter(path => path.endsWith(MODULE))
    .map(path => basename(path, MODULE));
  const whole = readFileSync(WHOLE, "utf8");
  const styles = [...OF_ALL, ...new Set(names)].map(name => readFileSync(join(CORE, `styles/${name}.css`), "utf8"));
  // Later styles win over earlier ones: they keep the order that they have in the whole.
  const ordered = styles.sort((one, other) => whole.indexOf(one.trim()) - whole.indexOf(other.trim()));
  return ordered.join("\n").replace(new RegExp(`--mantine-color-(${STRANGE})-[a-z0-9-]+:[^;]*;`, "g"), "");
}

/** Fails the build when a component of the page is without its styles. */
export function mantineStyles(): Plugin {
  return {
    name: "mantine-styles",
    enforce: "pre",
    load: id => (id.split("?")[0] === WHOLE ? stylesInUse() : null),
    transform(code, id) {
      const colour = id.startsWith(SOURCE) ? new RegExp(`color="(${STRANGE})|-color-(${STRANGE})-`).exec(code) : null;
      if (colour) this.error(`${id} uses a colour of Mantine that is left out: ${colour[0]}`);
    },
    generateBundle(_, bundle) {
      const kept = new Set(stylesInUse().match(CLASS));
      const dropped = new Set(
        readFileSync(WHOLE, "utf8")
          .match(CLASS)
          ?.filter(name => !kept.has(name)),
      );
      for (const file of Object.values(bundle)) {
        const missed = file.type === "chunk" ? file.code.match(CLASS)?.find(name => dropped.has(name)) : undefined;
        if (missed) this.error(`${file.fileName} uses Mantine's .${missed}, whose style is left out`);
      }
    },
  };
}
