import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;

/// How fast the original storage server and Stabbur are on one machine and one Postgres, both with
/// a folder: `java StorageFigures.java ORIGINAL STABBUR fill`, then `… [--seconds N] [--rounds N]`,
/// each address with its path (`http://127.0.0.1:5000`, `http://127.0.0.1:9999/storage/v1`) and
/// `KEY` a token of the service role that both know. app/conformance/beside-storage sets both up.
final class StorageFigures {
  private static final String TOKEN = System.getenv("KEY");
  private static final int CALLERS = 16;
  private static final int FEW = 4;
  private static final int FILES = 1000;

  private StorageFigures() {}

  public static void main(String[] arguments) throws Exception {
    var original = URI.create(arguments[0]);
    var stabbur = URI.create(arguments[1]);
    if (arguments.length > 2 && arguments[2].equals("fill")) {
      fill(original);
      fill(stabbur);
      return;
    }
    try (var threads = Executors.newCachedThreadPool()) {
      var rounds = Rounds.of(threads, arguments);
      System.out.printf(
          "%d processors, %d rounds of %d s%n%s%n",
          Runtime.getRuntime().availableProcessors(),
          rounds.rounds(),
          rounds.seconds(),
          Rounds.HEAD);
      var ten = bytes(10_000);
      var big = bytes(20_000_000);
      rounds.compare("list of 100", 1.6, lists(original), lists(stabbur));
      rounds.compare("10 kB up", 2, ups(original, CALLERS, ten), ups(stabbur, CALLERS, ten));
      var onDisk = rounds.before(StorageFigures::flush);
      onDisk.compare("20 MB up", 4, ups(original, FEW, big), ups(stabbur, FEW, big));
      disk(onDisk, big);
      rounds.compare("20 MB down", 4, downs(original), downs(stabbur));
    }
  }

  /// The disk writes what one of them left in memory, so that it does not do so in the other's
  /// turn.
  private static void flush() throws IOException, InterruptedException {
    new ProcessBuilder("sync").inheritIO().start().waitFor();
  }

  /// What the disk allows whoever waits for it: the same files, written by as many and forced, each
  /// with its folder.
  private static void disk(Rounds rounds, byte[] bytes) throws Exception {
    var folder = Path.of(System.getenv("FOLDER"));
    var calls = new ArrayList<Rounds.Call>();
    for (int i = 0; i < FEW; i++) {
      calls.add(() -> force(folder, bytes));
    }
    rounds.during(1, calls);
    var times = rounds.during(rounds.seconds() * 2, calls);
    System.out.printf(
        Locale.ROOT,
        "%-14s %22.1f %16.2f %17.2f%n",
        "20 MB forced",
        times.count() / 2.0 / rounds.seconds(),
        times.millis(0.5),
        times.millis(0.99));
  }

  private static void force(Path folder, byte[] bytes) throws IOException {
    var made = Files.createDirectory(folder.resolve(UUID.randomUUID().toString()));
    for (var each : List.of(made.resolve("file"), made, folder)) {
      boolean isFile = !Files.isDirectory(each);
      try (var channel =
          isFile ? FileChannel.open(each, CREATE_NEW, WRITE) : FileChannel.open(each)) {
        if (isFile) {
          channel.write(ByteBuffer.wrap(bytes));
        }
        channel.force(true);
      }
    }
  }

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static void fill(URI url) throws IOException {
    var wire = new Wire(url);
    post(
        wire,
        "/bucket",
        "{\"id\":\"figures\",\"name\":\"figures\"}".getBytes(StandardCharsets.UTF_8),
        "application/json");
    for (int i = 0; i < FILES; i++) {
      post(
          wire,
          "/object/figures/many/%04d.bin".formatted(i),
          bytes(100),
          "application/octet-stream");
    }
    post(wire, "/object/figures/big.bin", bytes(20_000_000), "application/octet-stream");
  }

  private static void post(Wire wire, String path, byte[] body, String type) throws IOException {
    wire.ask(
        "POST",
        path,
        body,
        "Authorization",
        "Bearer " + TOKEN,
        "apikey",
        TOKEN,
        "Content-Type",
        type);
  }

  private static List<Rounds.Call> lists(URI url) throws IOException {
    var body = "{\"prefix\":\"many\",\"limit\":100,\"offset\":0}".getBytes(StandardCharsets.UTF_8);
    var calls = new ArrayList<Rounds.Call>();
    for (int i = 0; i < CALLERS; i++) {
      var wire = new Wire(url);
      calls.add(() -> post(wire, "/object/list/figures", body, "application/json"));
    }
    return calls;
  }

  private static List<Rounds.Call> ups(URI url, int callers, byte[] body) throws IOException {
    var calls = new ArrayList<Rounds.Call>();
    for (int i = 0; i < callers; i++) {
      var wire = new Wire(url);
      calls.add(
          () ->
              post(
                  wire,
                  "/object/figures/up/" + UUID.randomUUID(),
                  body,
                  "application/octet-stream"));
    }
    return calls;
  }

  private static List<Rounds.Call> downs(URI url) throws IOException {
    var calls = new ArrayList<Rounds.Call>();
    for (int i = 0; i < FEW; i++) {
      var wire = new Wire(url);
      calls.add(
          () ->
              wire.bytes(
                  "GET",
                  "/object/figures/big.bin",
                  new byte[0],
                  "Authorization",
                  "Bearer " + TOKEN,
                  "apikey",
                  TOKEN));
    }
    return calls;
  }
}
