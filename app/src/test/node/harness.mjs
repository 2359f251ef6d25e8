// Shows that a script gets the library, a server's address and keys, and its arguments.
import { client, data, url } from "./stabbur.mjs";

const supabase = client();
data(await supabase.auth.getSession());
console.log(JSON.stringify({ url, rest: typeof supabase.from, arguments: process.argv.slice(2) }));
