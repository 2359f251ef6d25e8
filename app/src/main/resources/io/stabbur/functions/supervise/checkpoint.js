// Writes what a cache of Deno still keeps in journals into its databases. A process that is killed leaves that to the
// next one, and each of those reads the whole journal before it loads a function, and each entry page by page.
import { DatabaseSync } from "node:sqlite";

const [folder] = Deno.args;
for (const { name } of [...Deno.readDirSync(folder)]) {
  if (!name.endsWith("-wal")) continue;
  const database = new DatabaseSync(`${folder}/${name.slice(0, -"-wal".length)}`);
  database.exec("pragma wal_checkpoint(truncate)");
  database.close();
}
