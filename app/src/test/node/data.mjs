// The data API through unmodified supabase-js: what its query builder can ask, on the library of shelf.sql.
import assert from "node:assert/strict";
import { anonKey, client, data, refusal } from "./stabbur.mjs";

const supabase = client(anonKey, { db: { schema: "shelf" } });
const shown = [];
const show = async (what, steps) => {
  await steps();
  shown.push(what);
};
const ids = (answer) => data(answer).map((row) => row.id);

await show("filters", async () => {
  const books = () => supabase.from("books").select("id").order("id");
  assert.deepEqual(ids(await books().eq("binding", "paper")), [2, 4]);
  assert.deepEqual(ids(await books().neq("id", 1).gt("pages", 150).lte("pages", 1100)), [2, 3]);
  assert.deepEqual(ids(await books().in("title", ["Pan", "Hunger"])), [2, 4]);
  assert.deepEqual(ids(await books().like("title", "%n%")), [2, 3, 4]);
  assert.deepEqual(ids(await books().ilike("title", "G%")), [1]);
  assert.deepEqual(ids(await books().is("printed", null).not("translator_id", "is", null)), [3]);
  assert.deepEqual(ids(await books().contains("words", ["fire"])), [1, 3]);
  assert.deepEqual(ids(await books().overlaps("words", ["city", "snow"])), [1, 2]);
  assert.deepEqual(ids(await books().contains("facts", { year: 1890 })), [2]);
  assert.deepEqual(ids(await books().rangeGt("printed", "[1880-01-01,1890-01-01)")), [1]);
  assert.deepEqual(ids(await books().or("pages.lt.160,and(id.eq.3,price.gte.30)")), [3, 4]);
  assert.deepEqual(ids(await books().match({ author_id: 2, binding: "paper" })), [2, 4]);
  assert.deepEqual(ids(await books().textSearch("title", "kristin", { type: "plain" })), [3]);
  assert.deepEqual(ids(await books().eq("facts->>year", "1891")), [1]);
  assert.deepEqual(ids(await books().filter("id", "in", "(1,4)")), [1, 4]);
});

await show("order, range and count", async () => {
  const page = await supabase.from("books").select("id", { count: "exact" }).order("pages", { ascending: false }).range(1, 2);
  assert.equal(page.count, 4);
  assert.equal(page.status, 206);
  assert.deepEqual(ids(page), [1, 2]);
  const head = await supabase.from("books").select("*", { count: "exact", head: true }).gt("pages", 300);
  assert.equal(head.count, 2);
  assert.equal(head.data, null);
  assert.ok((await supabase.from("books").select("*", { count: "planned", head: true })).count > 0);
});

await show("embedding", async () => {
  const book = data(await supabase.from("books").select("title, writer:authors!author_id(name), labels(word), covers(colour)").eq("id", 1).single());
  assert.deepEqual(book, { title: "Gösta", writer: { name: "Selma" }, labels: [{ word: "classic" }], covers: { colour: "blue" } });
  const short = await supabase.from("books").select("id, labels!inner(word)").eq("labels.word", "short").order("id");
  assert.deepEqual(ids(short), [2, 4]);
  const authors = data(
    await supabase
      .from("authors")
      .select("name, books!author_id(title)")
      .order("id")
      .order("title", { referencedTable: "books", ascending: false })
      .limit(1, { referencedTable: "books" })
      .gt("books.pages", 100),
  );
  assert.deepEqual(authors[1], { name: "Knut", books: [{ title: "Pan" }] });
  const spread = data(await supabase.from("books").select("title, ...authors!author_id(name)").eq("id", 3).single());
  assert.deepEqual(spread, { title: "Kristin", name: "Sigrid" });
  const ambiguous = refusal(await supabase.from("books").select("authors(name)"));
  assert.equal(ambiguous.code, "PGRST201");
});

await show("one object or none", async () => {
  assert.equal(data(await supabase.from("books").select("id").eq("id", 99).maybeSingle()), null);
  const none = await supabase.from("books").select("id").eq("id", 99).single();
  assert.equal(none.status, 406);
  assert.equal(refusal(none).code, "PGRST116");
  const stripped = data(await supabase.from("books").select("id, printed").eq("id", 2).stripNulls());
  assert.deepEqual(stripped, [{ id: 2 }]);
});

await show("insert, upsert, update, delete", async () => {
  try {
    const made = await supabase.from("labels").insert([{ id: 501, word: "js one" }, { id: 502, word: "js two" }]).select();
    assert.equal(made.status, 201);
    assert.equal(data(made).length, 2);
    assert.equal((await supabase.from("labels").insert({ id: 503, word: "js three" })).data, null);
    const twice = await supabase.from("labels").insert({ id: 501, word: "js again" });
    assert.equal(twice.status, 409);
    assert.equal(refusal(twice).code, "23505");
    const merged = data(await supabase.from("labels").upsert([{ id: 501, word: "js merged" }, { id: 504, word: "js four" }]).select().order("id"));
    assert.deepEqual(merged.map((row) => row.word).sort(), ["js four", "js merged"]);
    const ignored = data(
      await supabase.from("labels").upsert({ id: 505, word: "js merged" }, { onConflict: "word", ignoreDuplicates: true }).select(),
    );
    assert.deepEqual(ignored, []);
    const defaults = data(await supabase.from("notes").insert([{ id: 601 }, { id: 602, body: "js" }], { defaultToNull: false }).select("id, body").order("id"));
    assert.deepEqual(defaults.map((row) => row.body).sort(), ["empty", "js"]);
    const changed = await supabase.from("labels").update({ word: "js changed" }, { count: "exact" }).eq("id", 502).select("word");
    assert.deepEqual(data(changed), [{ word: "js changed" }]);
    assert.equal(changed.count, 1);
    const refused = refusal(await supabase.from("notes").update({ hidden: true }).gte("id", 601).maxAffected(1));
    assert.equal(refused.code, "PGRST124");
  } finally {
    const gone = await supabase.from("labels").delete({ count: "exact" }).gte("id", 501);
    assert.equal(gone.status, 204);
    assert.equal(gone.count, 4);
    data(await supabase.from("notes").delete().gte("id", 601));
  }
});

await show("functions", async () => {
  assert.equal(data(await supabase.rpc("add", { a: 2, b: 3 })), 5);
  assert.equal(data(await supabase.rpc("add", { a: 2 }, { get: true })), 3);
  assert.deepEqual(data(await supabase.rpc("books_of", { author: 2 }).select("title").order("title").limit(1)), [{ title: "Hunger" }]);
  const counted = await supabase.rpc("books_of", { author: 2 }, { head: true, count: "exact" });
  assert.equal(counted.count, 2);
  assert.equal(refusal(await supabase.rpc("ad", { a: 1 })).code, "PGRST202");
  const raised = refusal(await supabase.rpc("refuse", { code: "P0001" }));
  assert.deepEqual([raised.code, raised.message, raised.details, raised.hint], ["P0001", "refused", "because", "do not"]);
});

await show("another schema", async () => {
  assert.deepEqual(data(await supabase.schema("annex").from("boxes").select()), [{ id: 1, name: "box" }]);
  assert.equal(refusal(await supabase.schema("nowhere").from("boxes").select()).code, "PGRST106");
});

await show("csv", async () => {
  assert.equal(data(await supabase.from("labels").select("id, word").order("id").limit(2).csv()), "id,word\n1,classic\n2,short");
});

await show("explain", async () => {
  assert.match(data(await supabase.from("books").select().explain({ analyze: true })), /Aggregate.*actual time/);
  const [{ Plan: plan }] = data(await supabase.from("books").select().explain({ format: "json" }));
  assert.equal(typeof plan["Total Cost"], "number");
});

await show("abort", async () => {
  const begun = Date.now();
  const stopped = await supabase.rpc("slow", { seconds: 20 }).abortSignal(AbortSignal.timeout(200));
  assert.match(refusal(stopped).message, /Abort|Timeout/);
  assert.ok(Date.now() - begun < 5000);
  assert.equal(data(await supabase.rpc("add", { a: 1 })), 2);
});

console.log(JSON.stringify(shown));
