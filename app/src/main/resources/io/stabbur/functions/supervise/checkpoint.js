// Writes what a cache of Deno still keeps in journals into its databases. A process that is killed leaves that to the
// next one, and each of those reads the whole journal before it loads a function, and each entry page by page. Statistics
// of the tables are made here, too: the next one to open a database that has none makes them, and waits for the disk.
import { DatabaseSync } from "node:sqlite";

const [folder] = Deno.args;
for (const { name } of [...Deno.readDirSync(folder)]) {
  if (!name.endsWith("-wal")) continue;
  const database = new DatabaseSync(`${folder}/${name.slice(0, -"-wal".length)}`);
  database.exec("analyze");
  database.exec("pragma wal_checkpoint(truncate)");
  database.close();
}
