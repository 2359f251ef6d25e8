package io.stabbur.storage.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The texts of the resumable protocol (TUS 1.0.0): the address of an upload, its metadata and its
/// numbers.
class UploadTextsTest {
  private static final String VERSION = "0b7e6a52-5c7a-4a8e-9a3c-3f0d6a1b2c3d";

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "folder/a b.txt",
        "//",
        "a/",
        "/a",
        "å😀",
        "a+b?c&d=e#f",
        "a\nb",
        "..",
        "%2F"
      })
  void anAddressIsReadBackAsItWas(String name) {
    var id = new UploadId("bucket", name, VERSION);

    assertThat(UploadId.parse(id.text())).isEqualTo(id);
    assertThat(id.text()).matches("[A-Za-z0-9_-]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%", "YQ", "L2EvYg", "YS9i", "YS8vYg", "Ly8v", "a b"})
  void anAddressOfNoUploadIsUnknown(String text) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> UploadId.parse(text))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new StorageError.NoSuchUpload(text)));
  }

  @Test
  void metadataAreNamesAndTextsInBase64() {
    var header =
        "bucketName " + base64("photos") + ",objectName " + base64("a/å 😀.png") + " , flag,empty ";

    var metadata = UploadMetadata.parse(header);

    assertThat(metadata.fields())
        .isEqualTo(
            Map.of("bucketName", "photos", "objectName", "a/å 😀.png", "flag", "", "empty", ""));
    assertThat(metadata.header()).isEqualTo(header);
    assertThat(metadata.require("bucketName")).isEqualTo("photos");
  }

  @Test
  void anyMetadataComesThrough() {
    var fields = new LinkedHashMap<String, String>();
    var header = new StringBuilder();
    for (var text : new String[] {"x", "a,b", "a b", "=", "\u0000", "{\"a\":1}", "x".repeat(999)}) {
      var name = "n" + fields.size();
      fields.put(name, text);
      header.append(header.isEmpty() ? "" : ",").append(name).append(' ').append(base64(text));
    }

    assertThat(UploadMetadata.parse(header.toString()).fields()).isEqualTo(fields);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void noMetadataAreEmpty(String header) {
    assertThat(UploadMetadata.parse(header).fields()).isEmpty();
    assertThat(UploadMetadata.parse(null).fields()).isEmpty();
    assertThat(UploadMetadata.parse(null).header()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a %%", "a x", "a YQ== b", "a Y", "a å", "a YQ==,b *"})
  void metadataOfAnotherFormAreRefused(String header) {
    invalid(() -> UploadMetadata.parse(header), "Upload-Metadata is not names and base64 texts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a YQ==", "bucketName", "bucketName ", "BUCKETNAME YQ=="})
  void whatMustBeNamedIsAskedFor(String header) {
    invalid(
        () -> UploadMetadata.parse(header).require("bucketName"),
        "Upload-Metadata names no bucketName");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "007, 7", "999999999999999999, 999999999999999999"})
  void aNumberIsDigits(String text, long number) {
    var request = request("Upload-Offset", text);

    assertThat(ResumableRequest.number(request, "Upload-Offset")).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", "1 2", "1.0", "0x1", "1e3", "1000000000000000000", "١", "NaN"})
  void whatIsNoNumberIsRefused(String text) {
    invalid(
        () -> ResumableRequest.number(request("Upload-Offset", text), "Upload-Offset"),
        "Upload-Offset required");
  }

  @Test
  void aNumberThatIsMissingIsAskedFor() {
    invalid(
        () -> ResumableRequest.number(request("X", "1"), "Upload-Offset"),
        "Upload-Offset required");
  }

  @Test
  void aLengthMayBeToldLater() {
    assertThat(ResumableRequest.told(request("X", "1"))).isEqualTo(OptionalLong.empty());
    assertThat(ResumableRequest.told(request("Upload-Length", "5"))).isEqualTo(OptionalLong.of(5));
    invalid(() -> ResumableRequest.told(request("Upload-Length", "x")), "Upload-Length required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "application/offset+octet-stream | true",
        "application/octet-stream | false",
        "application/offset+octet-stream; charset=utf-8 | false",
        "- | false"
      })
  void aChunkHasItsMediaType(@Nullable String type, boolean isChunk) {
    var request = HttpRequest.PATCH("/", "");
    request.getHeaders().remove("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }

    assertThat(ResumableRequest.carriesChunk(request)).isEqualTo(isChunk);
    if (!isChunk) {
      assertThatExceptionOfType(ApiException.class)
          .isThrownBy(() -> ResumableRequest.requireChunk(request))
          .satisfies(
              e ->
                  assertThat(e.error())
                      .isEqualTo(
                          new Failure.UnsupportedMedia(
                              "Content-Type must be application/offset+octet-stream")));
    }
  }

  private static MutableHttpRequest<?> request(String header, String value) {
    return HttpRequest.HEAD("/").header(header, value);
  }

  private static void invalid(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.error()).isEqualTo(new StorageError.InvalidRequest(message)));
  }
}
