package io.stabbur.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Uploads, overwrites, moves and deletes objects of its own, without end, and keeps the ledger.
final class CrashWorker implements Runnable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;
  private final String key;
  private final String name;
  private final CrashLedger ledger;
  private final Random random;
  private final List<String> known = new ArrayList<>();
  private int number;
  volatile boolean stop;

  CrashWorker(String url, String key, String name, CrashLedger ledger, long seed) {
    this.url = url + "/storage/v1";
    this.key = key;
    this.name = name;
    this.ledger = ledger;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    while (!stop) {
      int choice = random.nextInt(10);
      if (known.isEmpty() || choice < 3) {
        upload(fresh());
      } else if (choice < 5) {
        upload(any());
      } else if (choice < 6) {
        resume(fresh());
      } else if (choice < 8) {
        move(any(), fresh());
      } else {
        delete(any());
      }
    }
  }

  private String fresh() {
    return name + "/" + number++;
  }

  private String any() {
    return known.remove(random.nextInt(known.size()));
  }

  private byte[] bytes() {
    var bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 3_000_000 : 100_000)];
    random.nextBytes(bytes);
    return bytes;
  }

  static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void upload(String object) {
    var bytes = bytes();
    int status =
        send(
            request("/object/crash/" + object)
                .header("x-upsert", "true")
                .header("content-type", "application/pdf")
                .POST(paced(bytes)));
    settle(object, status, Set.of(sum(bytes)));
  }

  /// Half of them arrive in pieces with pauses, so that a kill finds them under way.
  private BodyPublisher paced(byte[] bytes) {
    if (random.nextBoolean()) {
      return BodyPublishers.ofByteArray(bytes);
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> slow(bytes)), bytes.length);
  }

  private static InputStream slow(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int at, int length) {
        try {
          Thread.sleep(2);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return super.read(into, at, Math.min(length, 8192));
      }
    };
  }

  private void settle(String object, int status, Set<String> contents) {
    if (status == 200) {
      ledger.is(object, contents);
      known.add(object);
    } else if (status == 0 || status >= 500) {
      ledger.mayBe(object, contents);
      ledger.unanswered.incrementAndGet();
    } else if (status == NOT_REACHED) {
      keep(object);
    } else if (status != 404 && status != 423) {
      // the upload was too long under way: its bytes were swept, so there is no row (404), or a
      // resumable one was given up between two pieces (423)
      ledger.saw("the upload of " + object + " was refused with " + status);
    }
  }

  /// Nobody heard of it, so the object is what it was.
  private void keep(String object) {
    if (!ledger.of(object).equals(Set.of(CrashLedger.ABSENT))) {
      known.add(object);
    }
  }

  private void resume(String object) {
    var bytes = bytes();
    var location = begin(object, bytes.length);
    if (location.isEmpty()) {
      return;
    }
    int half = bytes.length / 2;
    int first = patch(location, 0, bytes, 0, half);
    int status = first == 204 ? patch(location, half, bytes, half, bytes.length - half) : first;
    settle(object, status == 204 ? 200 : status == NOT_REACHED ? 0 : status, Set.of(sum(bytes)));
  }

  private String begin(String object, int length) {
    try {
      var created =
          CLIENT.send(
              request("/upload/resumable")
                  .header("Tus-Resumable", "1.0.0")
                  .header("Upload-Length", Integer.toString(length))
                  .header(
                      "Upload-Metadata",
                      "bucketName %s,objectName %s".formatted(base64("crash"), base64(object)))
                  .POST(BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      return created.headers().firstValue("location").orElse("");
    } catch (IOException e) {
      pause();
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop = true;
      return "";
    }
  }

  private int patch(String location, long offset, byte[] bytes, int from, int count) {
    return send(
        HttpRequest.newBuilder(URI.create(location))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + key)
            .header("Upload-Offset", Long.toString(offset))
            .header("content-type", "application/offset+octet-stream")
            .method("PATCH", BodyPublishers.ofByteArray(bytes, from, count)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void move(String from, String to) {
    var contents = ledger.of(from);
    int status =
        send(
            request("/object/move")
                .header("content-type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"bucketId\":\"crash\",\"sourceKey\":\"%s\",\"destinationKey\":\"%s\"}"
                            .formatted(from, to))));
    if (status == 200) {
      ledger.is(to, contents);
      ledger.is(from, Set.of(CrashLedger.ABSENT));
      known.add(to);
    } else if (status == 0 || status >= 500) {
      ledger.mayBe(to, contents);
      ledger.mayBe(from, Set.of(CrashLedger.ABSENT));
      ledger.unanswered.incrementAndGet();
    } else if (status == NOT_REACHED) {
      keep(from);
    } else {
      ledger.saw(from, CrashLedger.ABSENT);
    }
  }

  private void delete(String object) {
    int status = send(request("/object/crash/" + object).DELETE());
    if (status == 200) {
      ledger.is(object, Set.of(CrashLedger.ABSENT));
    } else if (status == 0 || status >= 500) {
      ledger.mayBe(object, Set.of(CrashLedger.ABSENT));
      ledger.unanswered.incrementAndGet();
    } else if (status == NOT_REACHED) {
      keep(object);
    } else {
      ledger.saw(object, CrashLedger.ABSENT);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + key);
  }

  private static final int NOT_REACHED = -1;

  /// The true status, which the body of a refusal names; 0 when no answer came.
  private int send(HttpRequest.Builder request) {
    HttpResponse<String> answer;
    try {
      answer = CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException e) {
      pause();
      return NOT_REACHED;
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop = true;
      return 0;
    }
    var told = answer.body().replaceAll("(?s).*\"statusCode\":\"(\\d+)\".*", "$1");
    return told.matches("\\d{3}") ? Integer.parseInt(told) : answer.statusCode();
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
