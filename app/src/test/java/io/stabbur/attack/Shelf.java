package io.stabbur.attack;

import io.stabbur.attack.Canaries.Owner;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/// Lays files of each organisation into every bucket, and leaves uploads of both protocols
/// unfinished. Names, contents and metadata hold canaries.
final class Shelf {
  private static final String BUCKETS =
      """
      select id, coalesce(allowed_mime_types[1], 'text/plain'), case when public then 'PUBLIC' else 'PRIVATE' end
      from storage.buckets order by 1\
      """;

  /// What is in a public bucket may be read by whoever knows its name.
  private enum Visibility {
    PUBLIC,
    PRIVATE
  }

  private final Superuser database;
  private final Operator operator;
  private final Canaries canaries;
  private final Population population;
  private final S3Signer signer;

  Shelf(
      Superuser database,
      Operator operator,
      Canaries canaries,
      Population population,
      S3Signer signer) {
    this.database = database;
    this.operator = operator;
    this.canaries = canaries;
    this.population = population;
    this.signer = signer;
  }

  void fill() {
    for (var bucket : database.rows(BUCKETS)) {
      for (var slug : population.organizations.keySet()) {
        var type = bucket.get(1).replace("*", "png");
        for (var folder : folders(bucket.getFirst(), slug)) {
          put(bucket.getFirst(), folder, type, slug, Visibility.valueOf(bucket.get(2)));
        }
        beginMultipart(bucket.getFirst(), folders(bucket.getFirst(), slug).getFirst(), type, slug);
        beginResumable(bucket.getFirst(), folders(bucket.getFirst(), slug).getFirst(), type, slug);
      }
    }
  }

  /// `{organization}/{person}`, or an assignment in place of the person.
  private List<String> folders(String bucket, String slug) {
    var organization = population.organization(slug);
    var seconds =
        bucket.equals("documents")
            ? database.column(
                "select id from public.assignments where organization_id = ?::uuid order by ctid"
                    + " limit 2",
                organization)
            : population.members(slug, "peer_mentor").stream()
                .limit(2)
                .map(World.Person::id)
                .toList();
    return seconds.stream().map(each -> organization + '/' + each).toList();
  }

  private void put(String bucket, String folder, String type, String slug, Visibility visibility) {
    var name = folder + '/' + canaries.text(Owner.of(slug));
    store(
        bucket, name, type, Operator.utf8("content " + secret(slug, visibility)), slug, visibility);
    if (type.startsWith("image/")) {
      store(bucket, name + ".png", type, picture(secret(slug, visibility)), slug, visibility);
    }
  }

  private String secret(String slug, Visibility visibility) {
    return switch (visibility) {
      case PUBLIC -> "of a public file";
      case PRIVATE -> canaries.text(Owner.of(slug));
    };
  }

  private void store(
      String bucket, String name, String type, byte[] content, String slug, Visibility visibility) {
    var metadata = Operator.json(Map.of("note", secret(slug, visibility)));
    operator.ask(
        operator.service(),
        Request.of("POST", "/storage/v1/object/" + bucket + '/' + name)
            .with("Content-Type", type)
            .with("x-metadata", base64(metadata))
            .bytes(content));
  }

  /// An image, and behind its end a text that no reader of images looks at.
  private static byte[] picture(String text) {
    try (var out = new ByteArrayOutputStream()) {
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", out);
      out.write(Operator.utf8(text));
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void beginMultipart(String bucket, String folder, String type, String slug) {
    var path = "/storage/v1/s3/" + bucket + '/' + folder + '/' + canaries.text(Owner.of(slug));
    var begun =
        operator.ask(
            signer.signed(Request.of("POST", path + "?uploads").with("Content-Type", type)));
    var id = begun.text().replaceAll("(?s).*<UploadId>|</UploadId>.*", "");
    var part = Operator.utf8("part " + canaries.text(Owner.of(slug)));
    operator.ask(
        signer.signed(Request.of("PUT", path + "?partNumber=1&uploadId=" + id).bytes(part)));
  }

  private void beginResumable(String bucket, String folder, String type, String slug) {
    var name = folder + '/' + canaries.text(Owner.of(slug));
    var note = Operator.json(Map.of("note", canaries.text(Owner.of(slug))));
    operator.ask(
        operator.service(),
        Request.of("POST", "/storage/v1/upload/resumable")
            .with("Tus-Resumable", "1.0.0")
            .with("Upload-Length", "100")
            .with(
                "Upload-Metadata",
                "bucketName %s,objectName %s,contentType %s,metadata %s"
                    .formatted(base64(bucket), base64(name), base64(type), base64(note))));
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(Operator.utf8(text));
  }
}
