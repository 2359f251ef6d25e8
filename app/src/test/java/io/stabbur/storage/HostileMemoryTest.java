package io.stabbur.storage;

import static io.stabbur.storage.HostileImages.after;
import static io.stabbur.storage.HostileImages.packed;
import static io.stabbur.storage.HostileImages.png;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Input that is meant to exhaust memory, sent to a process whose heap is 128 MB and which ends
/// when that does not do: each gets the contract's error, nothing of it is kept, and all memory of
/// the process, the heap and everything beside it, stays below a bound.
///
/// `-Dtest=HostileMemoryTest -Ds3.parts=10000` sends as many parts as there can be.
@Tag("nightly")
class HostileMemoryTest {
  private static final String HEAP = "128m";
  private static final long MOST_MEGABYTES = 400;
  private static final String NOTES = "stabbur_storage.byte_removals";
  private static final String LIMIT = "21MB";
  private static final int AT_ONCE = 8;
  private static final int PARTS = Integer.getInteger("s3.parts", 200);
  private static final Map<String, String> FORM =
      Map.of("Content-Type", "multipart/form-data; boundary=b");
  private static final String FILE =
      "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n";
  private static SmallServer server;
  private String bucket = "";
  private long kept;

  @BeforeAll
  static void start() throws Exception {
    server = SmallServer.start(HEAP);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void makeBucket() {
    bucket = "b" + System.nanoTime();
    var made =
        server.json(
            "POST",
            "/bucket",
            "{\"name\":\"%s\",\"public\":true,\"file_size_limit\":\"%s\"}"
                .formatted(bucket, LIMIT));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
  }

  /// Rows and files are as many as the test says, nothing is under way, and memory is bounded.
  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(server.isAlive()).as("the heap of " + HEAP + " was enough").isTrue();
    assertThat(server.peakMegabytes()).as("megabytes in all").isLessThan(MOST_MEGABYTES);
    assertThat(count("storage.objects")).as("rows").isEqualTo(kept);
    for (var table :
        List.of(
            "storage.s3_multipart_uploads",
            "storage.s3_multipart_uploads_parts",
            "stabbur_storage.resumable_uploads",
            "stabbur_storage.jobs")) {
      assertThat(count(table)).as(table).isZero();
    }
    for (int i = 0; i < 100 && (server.files() > kept || count(NOTES) > 0); i++) {
      Thread.sleep(50);
    }
    assertThat(server.files()).as("files").isEqualTo(kept);
    assertThat(count(NOTES)).as("notes").isZero();
    server.json("POST", "/bucket/" + bucket + "/empty", "{}");
    for (int i = 0; i < 100 && server.files() > 0; i++) {
      Thread.sleep(50);
    }
  }

  private long count(String table) throws SQLException {
    return server.count("select count(*) from %s where bucket_id = '%s'".formatted(table, bucket));
  }

  private static <T> List<T> atOnce(int times, Callable<T> request) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<T>();
      for (var each : threads.invokeAll(Collections.nCopies(times, request))) {
        answers.add(each.get());
      }
      return answers;
    }
  }

  private static String told(StorageHttp.Answer answer) {
    return answer.field("statusCode") + ' ' + answer.field("code");
  }

  /// Sends a form many times at once; each must be refused as said.
  private void refused(String as, BodyPublisher form, String told) throws Exception {
    for (var answer :
        atOnce(AT_ONCE, () -> server.send("POST", "/object/" + bucket + "/x", form, FORM))) {
      assertThat(answer.status()).as(as).isEqualTo(400);
      assertThat(told(answer)).as(as).isEqualTo(told);
    }
  }

  private static String field(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, value);
  }

  /// A beginning, and then the same again and again.
  private static BodyPublisher endless(String begin, String again, int times) {
    var block = again.getBytes(StandardCharsets.US_ASCII);
    return BodyPublishers.ofInputStream(
        () ->
            new SequenceInputStream(
                Collections.enumeration(
                    IntStream.range(0, times + 1)
                        .<InputStream>mapToObj(
                            i ->
                                new ByteArrayInputStream(
                                    i == 0 ? begin.getBytes(StandardCharsets.US_ASCII) : block))
                        .toList())));
  }

  @Test
  void forms() throws Exception {
    var different =
        IntStream.range(0, 100_000)
            .mapToObj(i -> field("f" + i, "x"))
            .collect(Collectors.joining());
    refused("fields", BodyPublishers.ofString(different + FILE), "400 InvalidRequest");
    refused("the same field", endless("", field("f", "x").repeat(1000), 100), "400 InvalidRequest");
    var large = "x".repeat(1 << 20);
    refused(
        "large fields",
        BodyPublishers.ofString(field("a", large) + field("c", large) + FILE),
        "413 EntityTooLarge");
    refused("no file", BodyPublishers.ofString(field("metadata", large)), "400 InvalidRequest");
    refused("header", endless("--b\r\nX: ", "y".repeat(1 << 16), 30), "400 InvalidRequest");
    refused("headers", endless("--b\r\n", "X: y\r\n".repeat(10_000), 30), "400 InvalidRequest");
    refused("preamble", endless("", "y".repeat(1 << 16), 30), "413 EntityTooLarge");
    var nested =
        IntStream.range(0, 10_000)
            .mapToObj(
                i ->
                    "--c%d\r\nContent-Type: multipart/mixed; boundary=c%d\r\n\r\n"
                        .formatted(i, i + 1))
            .collect(Collectors.joining());
    refused(
        "nested", BodyPublishers.ofString(field("a", nested) + "--b--\r\n"), "400 InvalidRequest");
    refused(
        "file",
        endless(FILE.substring(0, FILE.indexOf("x\r\n")), "y".repeat(1 << 16), 400),
        "413 EntityTooLarge");
  }

  @Test
  void textsInJson() throws Exception {
    var list = "/object/list/" + bucket;
    var requests = new LinkedHashMap<String, String>();
    requests.put("[".repeat(1_000_000), "400 InvalidRequest");
    requests.put("[".repeat(5000), "400 InvalidRequest");
    requests.put("{\"a\":".repeat(100_000), "400 InvalidRequest");
    requests.put("{\"prefix\":\"" + "a".repeat(3 << 20) + "\"}", "413 EntityTooLarge");
    requests.put(
        IntStream.range(0, 150_000)
            .mapToObj(i -> "\"k" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}")),
        "400 InvalidRequest");
    for (var number : List.of("1e999999999", "1e400", "1000000000000000000", "0", "-1", "0.5")) {
      requests.put("{\"prefix\":\"\",\"limit\":" + number + "}", "400 InvalidRequest");
    }
    requests.put("{\"prefix\":\"\",\"limit\":" + "9".repeat(1_000_000) + "}", "400 InvalidRequest");
    for (var request : requests.entrySet()) {
      for (var answer : atOnce(AT_ONCE, () -> server.json("POST", list, request.getKey()))) {
        var as = request.getKey().substring(0, Math.min(40, request.getKey().length()));
        assertThat(answer.status()).as(as).isEqualTo(400);
        assertThat(told(answer)).as(as).isEqualTo(request.getValue());
      }
    }
    assertThat(
            server
                .send("POST", list, endless("{\"prefix\":\"", "a".repeat(1 << 16), 400), Map.of())
                .field("code"))
        .isEqualTo("EntityTooLarge");
    var longest = "a".repeat(1_900_000);
    for (var answer :
        atOnce(
            AT_ONCE,
            () ->
                server.json(
                    "POST",
                    "/jobs",
                    "{\"kind\":\"delete\",\"bucketId\":\"%s\",\"prefix\":\"%s\"}"
                        .formatted(bucket, longest)))) {
      assertThat(told(answer)).isEqualTo("400 InvalidRequest");
    }
    for (var version : List.of("/object/list/", "/object/list-v2/")) {
      // nothing has so long a name; who cannot be served at once is told to come again
      var answers =
          atOnce(
              AT_ONCE,
              () ->
                  server.json(
                      "POST",
                      version + bucket,
                      "{\"prefix\":\"%s\",\"limit\":2147483647}".formatted(longest)));
      assertThat(answers)
          .extracting(each -> each.status() == 200 ? "200" : told(each))
          .contains("200")
          .isSubsetOf("200", "429 SlowDown");
    }
    var names =
        IntStream.range(0, 1001)
            .mapToObj(i -> "\"" + "k".repeat(1000) + "\"")
            .collect(Collectors.joining(","));
    for (var path : List.of("DELETE /object/" + bucket, "POST /object/sign/" + bucket)) {
      var words = path.split(" ", 2);
      var answer =
          server.json(
              words[0],
              words[1],
              "{\"expiresIn\":60,\"paths\":[%s],\"prefixes\":[%s]}".formatted(names, "\"a\""));
      assertThat(answer.status()).isEqualTo(words[0].equals("DELETE") ? 200 : 400);
    }
    assertThat(told(server.json("DELETE", "/object/" + bucket, "{\"prefixes\":[" + names + "]}")))
        .isEqualTo("400 InvalidRequest");
  }

  @Test
  void documentsInXml() throws Exception {
    var path = "/" + bucket + "/joined";
    var upload = begin(path);
    var part = "<Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag></Part>";
    var object = "<Object><Key>k</Key></Object>";
    var entities =
        IntStream.range(0, 8)
            .mapToObj(i -> "<!ENTITY a%d \"%s\">".formatted(i, ("&a" + (i - 1) + ";").repeat(20)))
            .collect(Collectors.joining("", "<!DOCTYPE d [<!ENTITY a-1 \"xxxxxxxxxx\">", "]>"));
    var documents = new LinkedHashMap<String, String>();
    documents.put(part.repeat(10_001), "400 MalformedXML");
    documents.put(object.repeat(10_001), "400 MalformedXML");
    documents.put("<Part/>".repeat(200_000), "400 MalformedXML");
    documents.put("<Part>" + "<a/>".repeat(300_000) + "</Part>", "400 MalformedXML");
    documents.put("<Object>" + "<a/>".repeat(300_000) + "</Object>", "400 MalformedXML");
    documents.put("<a>".repeat(300_000), "400 MalformedXML");
    documents.put("<Part>".repeat(200_000), "400 MalformedXML");
    documents.put("<a " + "b=\"\" ".repeat(200_000) + "/>", "400 MalformedXML");
    documents.put(entities + "<Part><PartNumber>&a7;</PartNumber></Part>", "400 MalformedXML");
    documents.put(
        "<!DOCTYPE d [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><Part>&f;</Part>",
        "400 MalformedXML");
    documents.put(part.repeat(100_000), "413 EntityTooLarge");
    documents.put("", "400 MalformedXML");
    for (var document : documents.entrySet()) {
      var text = document.getKey();
      var body = text.startsWith("<!") ? text : "<Root>" + text + "</Root>";
      var as = body.substring(0, Math.min(80, body.length()));
      for (var answer :
          atOnce(AT_ONCE / 2, () -> server.s3("POST", path, Map.of("uploadId", upload), body))) {
        assertThat(protocol(answer)).as("complete " + as).isEqualTo(document.getValue());
      }
      for (var answer :
          atOnce(AT_ONCE / 2, () -> server.s3("POST", "/" + bucket, Map.of("delete", ""), body))) {
        assertThat(protocol(answer)).as("delete " + as).isEqualTo(document.getValue());
      }
    }
    for (var number : List.of("0", "10001", "-1", "99999999999", "x", "")) {
      var answer = server.s3("PUT", path, Map.of("partNumber", number, "uploadId", upload), "part");
      assertThat(protocol(answer)).as(number).isEqualTo("400 InvalidArgument");
    }
    for (var keys : List.of("99999999999", "-1", "x")) {
      assertThat(protocol(server.s3("GET", "/" + bucket, Map.of("max-keys", keys), "")))
          .isEqualTo("400 InvalidArgument");
    }
    assertThat(server.s3("DELETE", path, Map.of("uploadId", upload), "").status()).isEqualTo(204);
  }

  private static String begin(String path) {
    var begun = server.s3("POST", path, Map.of("uploads", ""), "");
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    return begun.text().replaceAll("(?s).*<UploadId>|</UploadId>.*", "");
  }

  private static String protocol(StorageHttp.Answer answer) {
    return answer.status() + answer.text().replaceAll("(?s).*<Code>", " ").replaceAll("</.*", "");
  }

  @Test
  void asManyPartsAsThereCanBe() throws Exception {
    var path = "/" + bucket + "/parts";
    var upload = begin(path);
    var etags = new String[PARTS + 1];
    var numbers = IntStream.rangeClosed(1, PARTS).iterator();
    atOnce(
        16,
        () -> {
          while (true) {
            int number;
            synchronized (numbers) {
              if (!numbers.hasNext()) {
                return true;
              }
              number = numbers.next();
            }
            var sent =
                server.s3(
                    "PUT",
                    path,
                    Map.of("partNumber", Integer.toString(number), "uploadId", upload),
                    Character.toString('a' + number % 26));
            assertThat(sent.status()).as(sent.text()).isEqualTo(200);
            etags[number] = sent.header("etag");
          }
        });
    var listed = server.s3("GET", path, Map.of("uploadId", upload), "").text();
    assertThat(listed.split("<Part>", -1)).hasSize(Math.min(PARTS, 1000) + 1);
    var document =
        IntStream.rangeClosed(1, PARTS)
            .mapToObj(
                i ->
                    "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>"
                        .formatted(i, etags[i]))
            .collect(Collectors.joining("", "<Root>", "</Root>"));
    var wrong = document.replace("<PartNumber>1</", "<PartNumber>10001</");
    assertThat(protocol(server.s3("POST", path, Map.of("uploadId", upload), wrong)))
        .isEqualTo("400 InvalidPart");
    var done = server.s3("POST", path, Map.of("uploadId", upload), document);
    assertThat(done.status()).as(done.text()).isEqualTo(200);
    assertThat(done.text()).contains("-" + PARTS + "&quot;");
    assertThat(server.s3("GET", path, Map.of(), "").text())
        .isEqualTo(
            IntStream.rangeClosed(1, PARTS)
                .mapToObj(i -> Character.toString('a' + i % 26))
                .collect(Collectors.joining()));
    kept = 1;
  }

  private StorageHttp.Answer resumable(String length, String metadata) {
    return server.send(
        "POST",
        "/upload/resumable",
        BodyPublishers.noBody(),
        Map.of("Tus-Resumable", "1.0.0", "Upload-Length", length, "Upload-Metadata", metadata));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void resumableUploads() throws Exception {
    var metadata = "bucketName " + base64(bucket) + ",objectName " + base64("x");
    for (var length : List.of("9".repeat(19), "9".repeat(1000), "-1", "", "1e3", "0x10", "1 1")) {
      assertThat(resumable(length, metadata).status()).as(length).isEqualTo(400);
    }
    assertThat(resumable("9".repeat(18), metadata).status()).isEqualTo(413);
    assertThat(resumable("21000001", metadata).status()).isEqualTo(413);
    for (var more : List.of(",metadata " + base64("x".repeat(100_000)), ",a".repeat(100_000))) {
      // more than all headers together may be
      for (var answer : atOnce(AT_ONCE, () -> resumable("1", metadata + more))) {
        assertThat(answer.status()).isIn(413, 431);
      }
    }
    for (var wrong : List.of("", "bucketName", "bucketName ***", metadata + ",a *")) {
      assertThat(resumable("1", wrong).status()).as(wrong).isEqualTo(400);
    }
    // more bytes than were announced
    var begun = resumable("1000", metadata).header("location");
    var address = begun.substring(begun.indexOf("/upload/"));
    for (var offset : List.of("", "x", "-1", "9".repeat(30))) {
      assertThat(patch(address, offset, "x").status()).as(offset).isEqualTo(400);
    }
    assertThat(patch(address, "9".repeat(18), "x").status()).isEqualTo(409);
    for (var answer : atOnce(AT_ONCE, () -> patch(address, "0", "x".repeat(2 << 20)))) {
      assertThat(answer.status()).isIn(409, 413, 423);
    }
    assertThat(
            server
                .send("DELETE", address, BodyPublishers.noBody(), Map.of("Tus-Resumable", "1.0.0"))
                .status())
        .isEqualTo(204);
  }

  private static StorageHttp.Answer patch(String address, String offset, String body) {
    return server.send(
        "PATCH",
        address,
        BodyPublishers.ofString(body),
        Map.of(
            "Tus-Resumable",
            "1.0.0",
            "Upload-Offset",
            offset,
            "Content-Type",
            "application/offset+octet-stream"));
  }

  @Test
  void bodiesThatUnpackToFarMore() throws Exception {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 100; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    for (var encoding : List.of("gzip", "x-gzip", "gzip, gzip")) {
      for (var answer :
          atOnce(
              8,
              () ->
                  server.send(
                      "POST",
                      "/object/list/" + bucket,
                      BodyPublishers.ofByteArray(bomb.toByteArray()),
                      Map.of("Content-Encoding", encoding, "Content-Type", "application/json")))) {
        assertThat(answer.status()).as(encoding).isBetween(400, 499);
      }
    }
  }

  @Test
  void bodiesThatStopHoldUpNobodyAndAreCutOff() throws Exception {
    var path = "/object/list/" + bucket;
    var stalled = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 20; i++) {
        stalled.add(server.stalled(path, 2_000_000, 17 * 1024));
      }
      var body = "{\"prefix\":\"%s\"}".formatted("a".repeat(20 * 1024));
      for (int i = 0; i < 20; i++) {
        var answer = server.json("POST", path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Thread.sleep(100);
      }
      for (var socket : stalled) {
        socket.setSoTimeout(30_000);
        var line = socket.getInputStream().readNBytes("HTTP/1.1 400".length());
        assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
      }
    } finally {
      for (var socket : stalled) {
        socket.close();
      }
    }
  }

  private void store(String name, byte[] bytes) {
    var sent =
        server.send(
            "POST",
            "/object/" + bucket + "/" + name,
            BodyPublishers.ofByteArray(bytes),
            Map.of("Content-Type", "image/png"));
    assertThat(sent.status()).as(sent.text()).isEqualTo(200);
    kept++;
  }

  @Test
  void pictures() throws Exception {
    var pictures = new LinkedHashMap<String, byte[]>();
    var wanted = new LinkedHashMap<String, String>();
    // name, what it is answered, and the picture
    picture(pictures, wanted, "square", "400", png(60_000, 60_000, 8, 2, 0));
    picture(pictures, wanted, "row", "400", png(49_000_000, 1, 16, 6, 0));
    picture(pictures, wanted, "column", "400", png(1, 49_000_000, 16, 6, 0));
    picture(pictures, wanted, "grey", "200", png(1000, 1000, 8, 0, 0));
    picture(pictures, wanted, "interlaced", "400", png(7000, 7000, 16, 6, 1));
    picture(pictures, wanted, "text", "200", png(9, 9, 8, 0, 0, packed("zTXt", "a", 100 << 20)));
    picture(pictures, wanted, "itext", "200", png(9, 9, 8, 0, 0, packed("iTXt", "a", 100 << 20)));
    picture(pictures, wanted, "profile", "200", png(9, 9, 8, 0, 0, packed("iCCP", "a", 100 << 20)));
    picture(pictures, wanted, "frames", "200", HostileImages.gif(100_000, 1, 1));
    picture(pictures, wanted, "frame", "400", HostileImages.gif(1, 65_535, 65_535));
    picture(pictures, wanted, "segments", "200", HostileImages.segments(10 << 20));
    picture(pictures, wanted, "source", "413", HostileImages.segments(20 << 20));
    picture(pictures, wanted, "scans", "200", HostileImages.scans(50_000));
    var progressive = HostileImages.progressive(65_000, 760);
    picture(pictures, wanted, "progressive", "413", progressive);
    for (int marker : new int[] {0x00, 0x01, 0xD0, 0xD7}) {
      // what decoders pass over in front of the frame
      picture(pictures, wanted, "alone" + marker, "413", after(progressive, 0xFF, marker));
      picture(
          pictures, wanted, "lone" + marker, "200", after(HostileImages.scans(1), 0xFF, marker));
    }
    // tables alone, the picture being the next in the stream
    picture(pictures, wanted, "tables", "400", after(progressive, 0xFF, 0xD9, 0xFF, 0xD8));
    picture(pictures, wanted, "webp", "413", HostileImages.webp(16_384, 3000));
    picture(pictures, wanted, "canvas", "400", HostileImages.webp(16_384, 16_384));
    picture(pictures, wanted, "tiff", "400", HostileImages.tiff(49_000_000, 1));
    picture(pictures, wanted, "bmp", "400", HostileImages.bmp(49_000_000, 1));
    for (var entry : pictures.entrySet()) {
      store(entry.getKey(), entry.getValue());
      var path = "/render/image/public/" + bucket + "/" + entry.getKey() + "?width=9&height=9";
      for (var answer :
          atOnce(4, () -> server.send("GET", path, BodyPublishers.noBody(), Map.of()))) {
        assertThat(answer.status() == 200 ? "200" : answer.field("statusCode"))
            .as(entry.getKey() + (answer.status() == 200 ? "" : answer.text()))
            .isEqualTo(wanted.get(entry.getKey()));
      }
    }
  }

  private static void picture(
      Map<String, byte[]> pictures,
      Map<String, String> wanted,
      String name,
      String answer,
      byte[] bytes) {
    pictures.put(name, bytes);
    wanted.put(name, answer);
  }

  @Test
  void rangesOfALargeFile() throws Exception {
    int size = 20 << 20;
    var bytes = new byte[size];
    for (int at = 0; at < size; at += 4096) {
      bytes[at] = (byte) (at >> 12);
    }
    store("large", bytes);
    var path = "/object/public/" + bucket + "/large";
    var expected = new LinkedHashMap<String, String>();
    expected.put("bytes=0-0", "206 1");
    expected.put("bytes=20971519-", "206 1");
    expected.put("bytes=-1", "206 1");
    expected.put("bytes=0-999999999999999999", "206 " + size);
    expected.put("bytes=20971520-", "416");
    expected.put("bytes=-0", "416");
    expected.put("bytes=9-3", "200 " + size);
    expected.put("bytes=0-0,-1", "200 " + size);
    expected.put("bytes=" + "0-,".repeat(1000) + "0-", "200 " + size);
    expected.put("bytes=99999999999999999999-", "200 " + size);
    for (var range : expected.entrySet()) {
      for (var answer :
          atOnce(
              AT_ONCE / 4,
              () ->
                  server.send(
                      "GET", path, BodyPublishers.noBody(), Map.of("Range", range.getKey())))) {
        assertThat(answer.status() == 416 ? "416" : answer.status() + " " + answer.bytes().length)
            .as(range.getKey())
            .isEqualTo(range.getValue());
      }
    }
  }

  @Test
  void namesAreNotToldBackAtLength() {
    var name = "\u0001" + "a".repeat(1_500_000);
    var answer =
        server.json(
            "POST",
            "/object/copy",
            Json.write(
                JsonNode.from(
                    Map.of("bucketId", bucket, "sourceKey", name, "destinationKey", name))));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.bytes().length).isLessThan(5000);
  }

  @Test
  void manyUploadsAtOnce() throws Exception {
    var body = new byte[3 << 20];
    var answers =
        atOnce(
            64,
            () ->
                server.send(
                    "POST",
                    "/object/" + bucket + "/" + Thread.currentThread().threadId(),
                    BodyPublishers.ofByteArray(body),
                    Map.of("Content-Type", "application/pdf")));
    assertThat(answers).allSatisfy(each -> assertThat(each.status()).isEqualTo(200));
    kept = 64;
  }
}
