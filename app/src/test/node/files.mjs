// Files through unmodified supabase-js and tus-js-client: upload, resume after a cut, list, ranges, copy, delete.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as tus from "tus-js-client";
import { client, data, refusal, serviceRoleKey, url } from "./stabbur.mjs";

const [bucket] = process.argv.slice(2);
const supabase = client(serviceRoleKey);
const files = supabase.storage.from(bucket);
const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");
const read = async (path) => Buffer.from(await data(await files.download(path)).arrayBuffer());

// upload: a form, a raw body, a stream, over what is there
const small = randomBytes(100_000);
const path = "a folder/første fil.bin";
const stored = data(
  await files.upload(path, new Blob([small], { type: "application/pdf" }), {
    cacheControl: "60",
    metadata: { who: "me" },
  }),
);
assert.equal(stored.path, path);
assert.equal(sum(await read(path)), sum(small));
assert.equal(refusal(await files.upload(path, small, { contentType: "application/pdf" })).statusCode, "409");
const other = randomBytes(50_000);
data(await files.upload(path, other, { contentType: "application/pdf", upsert: true }));
assert.equal(sum(await read(path)), sum(other));
const streamed = new ReadableStream({
  start(controller) {
    for (let i = 0; i < 10; i++) controller.enqueue(new Uint8Array(randomBytes(10_000)));
    controller.close();
  },
});
data(await files.upload("streamed.bin", streamed, { duplex: "half", contentType: "application/pdf" }));
assert.equal((await read("streamed.bin")).length, 100_000);

// what is known of it
const info = data(await files.info(path));
assert.equal(info.size, 50_000);
assert.equal(info.contentType, "application/pdf");
assert.equal(data(await files.exists(path)), true);
assert.equal((await files.exists("absent")).data, false);

// list, both ways
assert.deepEqual(data(await files.list("a folder")).map((each) => each.name), ["første fil.bin"]);
assert.deepEqual(data(await files.list("", { search: "stream" })).map((each) => each.name), ["streamed.bin"]);
const page = data(await files.listV2({ with_delimiter: true }));
assert.deepEqual(page.folders.map((each) => each.name), ["a folder/"]);
assert.deepEqual(page.objects.map((each) => each.name), ["streamed.bin"]);

// ranges, through the library's own fetch
const signed = data(await files.createSignedUrl(path, 60)).signedUrl;
const part = await fetch(signed, { headers: { Range: "bytes=100-199" } });
assert.equal(part.status, 206);
assert.deepEqual(Buffer.from(await part.arrayBuffer()), other.subarray(100, 200));
const last = await fetch(signed, { headers: { Range: "bytes=-10" } });
assert.deepEqual(Buffer.from(await last.arrayBuffer()), other.subarray(-10));
assert.equal((await fetch(signed, { headers: { Range: "bytes=50000-" } })).status, 416);
const named = data(await files.createSignedUrl(path, 60, { download: "ny fil.pdf" })).signedUrl;
assert.match((await fetch(named)).headers.get("content-disposition"), /attachment; filename=.*filename\*=UTF-8''ny%20fil\.pdf/);
const several = data(await files.createSignedUrls([path, "absent"], 60));
assert.equal(several[0].error, null);
assert.notEqual(several[1].error, null);

// by a token made for it
const token = data(await files.createSignedUploadUrl("by token.bin")).token;
data(await files.uploadToSignedUrl("by token.bin", token, small, { contentType: "application/pdf" }));
assert.equal(sum(await read("by token.bin")), sum(small));

// copy, move, delete
data(await files.copy(path, "copied.bin"));
data(await files.move("copied.bin", "moved.bin"));
assert.equal(sum(await read("moved.bin")), sum(other));
assert.equal(refusal(await files.download("copied.bin")).statusCode, "404");
assert.equal(data(await files.remove(["moved.bin", "absent"])).length, 1);

// a resumable upload that is cut in the middle of a chunk, and continued by another client that knows its address
const large = randomBytes(30_000_000);
const options = {
  endpoint: url + "/storage/v1/upload/resumable",
  headers: { authorization: "Bearer " + serviceRoleKey, "x-upsert": "true" },
  uploadDataDuringCreation: false,
  chunkSize: 6 * 1024 * 1024, // what Supabase tells its users
  retryDelays: null,
  metadata: { bucketName: bucket, objectName: "resumed.bin", contentType: "application/pdf", cacheControl: "3600" },
};
const address = await new Promise((cut, failed) => {
  const upload = new tus.Upload(large, {
    ...options,
    onError: failed,
    onSuccess: () => failed(new Error("it was not cut")),
    onProgress: (sent) => {
      if (sent > 13_000_000) upload.abort().then(() => cut(upload.url), failed);
    },
  });
  upload.start();
});
const requests = [];
await new Promise((done, failed) => {
  new tus.Upload(large, {
    ...options,
    uploadUrl: address,
    onError: failed,
    onSuccess: done,
    onBeforeRequest: (request) => requests.push(request),
  }).start();
});
assert.equal(requests[0].getMethod(), "HEAD");
const offset = Number(requests[1].getHeader("Upload-Offset"));
assert.ok(offset >= 12 * 1024 * 1024, "what had arrived was sent again: " + offset);
assert.equal(sum(await read("resumed.bin")), sum(large));

// one that is given up leaves nothing
const given = new tus.Upload(large, {
  ...options,
  metadata: { ...options.metadata, objectName: "given up.bin" },
  onProgress: () => {},
});
await new Promise((begun, failed) => {
  given.options.onError = failed;
  given.options.onUploadUrlAvailable = begun;
  given.start();
});
await given.abort(true);
assert.equal(refusal(await files.download("given up.bin")).statusCode, "404");
console.log("files ok");
