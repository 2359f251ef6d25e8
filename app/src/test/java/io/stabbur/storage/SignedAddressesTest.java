package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How long signed addresses open something, and what ends them sooner.
class SignedAddressesTest {
  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
  private static final String DAY_AND_YEAR = "31622400";
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  /// Every kind of address that carries its own permission.
  enum Address {
    READ,
    READ_ONE_OF_MANY,
    RENDER,
    UPLOAD,
    RESUMABLE_UPLOAD
  }

  @ParameterizedTest
  @EnumSource
  void revocationEndsWhatWasSignedBeforeAndNothingElse(Address address) {
    var bucket = http.bucket("");
    var neighbour = http.bucket("");
    for (var each : new String[] {bucket, neighbour}) {
      http.send(
          "POST",
          "/object/" + each + "/a.png",
          http.service(),
          Map.of("content-type", "image/png"),
          BodyPublishers.ofByteArray(PNG));
    }
    var before = signed(address, bucket);
    var elsewhere = signed(address, neighbour);
    assertThat(before.getAsInt()).isBetween(200, 201);

    var revoked = http.post("/rules/" + bucket + "/revoke-signatures", http.service(), "");

    assertThat(revoked.status()).as(revoked.text()).isEqualTo(200);
    assertThat(before.getAsInt()).isEqualTo(400);
    assertThat(elsewhere.getAsInt()).isBetween(200, 201);
    var again = signed(address, bucket);
    assertThat(again.getAsInt()).isBetween(200, 201);
    http.post("/rules/" + bucket + "/revoke-signatures", http.service(), "");
    assertThat(again.getAsInt()).isEqualTo(400);
    assertThat(http.get("/rules/" + bucket + "/log", http.service()).text())
        .contains("signatures_revoked");
  }

  /// Each use of an address asks for the generation of its bucket; the answer is kept for a second.
  @Test
  void whatAnotherProcessRevokesCountsWithinASecondOrTwo() {
    var bucket = http.bucket("");
    http.upload(bucket + "/a.txt", http.service(), "a");
    boolean wasKept = false;
    for (int round = 0; round < 5 && !wasKept; round++) {
      var before = get(sign(bucket + "/a.txt", "{\"expiresIn\":60}").field("signedURL"));
      assertThat(before.getAsInt()).isEqualTo(200);

      revokeElsewhere(bucket);

      wasKept = before.getAsInt() == 200;
      Await.until("the address is revoked", () -> before.getAsInt() == 400);
      var after = get(sign(bucket + "/a.txt", "{\"expiresIn\":60}").field("signedURL"));
      assertThat(after.getAsInt()).isEqualTo(200);
    }
    assertThat(wasKept).isTrue();
  }

  private static void revokeElsewhere(String bucket) {
    var project = TestServer.shared().project();
    project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "insert into stabbur_storage.signature_generations as g values (?, 1) on"
                            + " conflict (bucket_id) do update set generation = g.generation + 1",
                        bucket)));
  }

  /// What using an address that is signed now answers.
  private IntSupplier signed(Address address, String bucket) {
    var name = bucket + "/a.png";
    return switch (address) {
      case READ -> get(sign(name, "{\"expiresIn\":60}").field("signedURL"));
      case READ_ONE_OF_MANY ->
          get(
              sign(bucket, "{\"expiresIn\":60,\"paths\":[\"a.png\"]}")
                  .at(0, "signedURL")
                  .getStringValue());
      case RENDER ->
          get(sign(name, "{\"expiresIn\":60,\"transform\":{\"width\":1}}").field("signedURL"));
      case UPLOAD -> {
        var url = uploadAddress(bucket).field("url");
        yield () ->
            http.send(
                    "PUT",
                    url,
                    "",
                    Map.of("content-type", "text/plain"),
                    BodyPublishers.ofString("x"))
                .status();
      }
      case RESUMABLE_UPLOAD -> {
        var token = uploadAddress(bucket).field("token");
        yield () -> resumable(bucket, token);
      }
    };
  }

  private StorageHttp.Answer sign(String path, String body) {
    var signed = http.post("/object/sign/" + path, http.service(), body);
    assertThat(signed.status()).as(signed.text()).isEqualTo(200);
    return signed;
  }

  private IntSupplier get(String url) {
    return () -> http.get(url, "").status();
  }

  private StorageHttp.Answer uploadAddress(String bucket) {
    return http.send(
        "POST",
        "/object/upload/sign/" + bucket + "/up.txt",
        http.service(),
        Map.of("x-upsert", "true"),
        BodyPublishers.ofString(""));
  }

  private int resumable(String bucket, String token) {
    var headers =
        Map.of(
            "x-signature",
            token,
            "Upload-Length",
            "1",
            "Upload-Metadata",
            ResumableApiTest.metadata(bucket, "up.txt"),
            "content-type",
            "application/offset+octet-stream");
    return http.send("POST", "/upload/resumable/sign", "", headers, BodyPublishers.ofString("x"))
        .status();
  }

  @Test
  void revokingBelongsToTheServiceRole() {
    var bucket = http.bucket("");
    for (var key : new String[] {http.anon(), http.user(UUID.randomUUID())}) {
      assertThat(http.post("/rules/" + bucket + "/revoke-signatures", key, "").status())
          .isEqualTo(403);
    }
    assertThat(http.post("/rules/no-such/revoke-signatures", http.service(), "").status())
        .isEqualTo(400);
  }

  @Test
  void noAddressIsSignedForLongerThanTheSettingsAllow() {
    var bucket = http.bucket("");
    http.upload(bucket + "/a.txt", http.service(), "a");
    for (var path : new String[] {bucket + "/a.txt", bucket}) {
      var body = "{\"expiresIn\":" + DAY_AND_YEAR + ",\"paths\":[\"a.txt\"]}";
      var refused = http.post("/object/sign/" + path, http.service(), body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.field("message"))
          .isEqualTo("body/expiresIn must be <= 31536000 (storage.signed-url-max-life)");
    }
    assertThat(
            http.post(
                    "/object/sign/" + bucket + "/a.txt", http.service(), "{\"expiresIn\":31536000}")
                .status())
        .isEqualTo(200);
  }
}
