package io.stabbur.storage.render;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.jspecify.annotations.Nullable;

/// What a rendered image is written as.
enum PictureFormat {
  /// As the original is, or the nearest that can be written.
  ORIGIN("", ""),
  JPEG("jpeg", "image/jpeg"),
  PNG("png", "image/png"),
  WEBP("webp", "image/webp");

  private static final float USUAL_QUALITY = 0.8f;
  private final String writer;
  private final String type;

  PictureFormat(String writer, String type) {
    this.writer = writer;
    this.type = type;
  }

  /// By wish, else by what the client says it can show.
  static PictureFormat of(String wish, @Nullable String accept) {
    return switch (wish) {
      case "origin" -> ORIGIN;
      case "webp" -> WEBP;
      case "avif" ->
          throw new ApiException(new StorageError.InvalidRequest("AVIF cannot be written here"));
      default -> accept != null && accept.contains("image/webp") ? WEBP : ORIGIN;
    };
  }

  PictureFormat orOf(String original) {
    if (this != ORIGIN) {
      return this;
    }
    return switch (original.toLowerCase(Locale.ROOT)) {
      case "jpeg", "jpg" -> JPEG;
      case "webp" -> WEBP;
      default -> PNG;
    };
  }

  boolean hasAlpha() {
    return this != JPEG;
  }

  Picture encode(BufferedImage image, int quality) throws IOException {
    var writers = ImageIO.getImageWritersByFormatName(writer);
    if (!writers.hasNext()) {
      throw new ApiException(new StorageError.FeatureNotEnabled(type));
    }
    var encoder = writers.next();
    var bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      encoder.setOutput(out);
      var parameters = encoder.getDefaultWriteParam();
      if (this != PNG && parameters.canWriteCompressed()) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(parameters.getCompressionTypes()[0]);
        parameters.setCompressionQuality(quality == 0 ? USUAL_QUALITY : quality / 100f);
      }
      encoder.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      encoder.dispose();
    }
    return new Picture(bytes.toByteArray(), type);
  }
}
