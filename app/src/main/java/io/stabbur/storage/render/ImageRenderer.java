package io.stabbur.storage.render;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Transformation;
import jakarta.inject.Singleton;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// Renders a stored image. Its header is read first: one with too many pixels is refused before it
/// is decoded, and a large one is decoded at a fraction of its size. Few images are rendered at a
/// time; results are kept by version, so a replaced image is never served from memory.
@Singleton
final class ImageRenderer {
  private static final long LARGEST_SOURCE = 25L << 20;
  private static final long PATIENCE_SECONDS = 10;
  private static final String UNSUPPORTED =
      "The source image is invalid or unsupported for rendering";
  private final Backends backends;
  private final StorageSettings settings;
  private final Semaphore places;
  private final Cache<Wanted, Picture> kept;

  static {
    // decoding works on bytes in memory; no temporary files
    ImageIO.setUseCache(false);
  }

  ImageRenderer(Backends backends, StorageSettings settings) {
    this.backends = backends;
    this.settings = settings;
    this.places = new Semaphore(settings.renderAtOnce(), true);
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(settings.renderCache())
            .weigher((Wanted _, Picture picture) -> picture.size())
            .build();
  }

  private record Wanted(VersionKey version, Transformation transformation, PictureFormat format) {}

  Picture render(
      Project project, StoredObject object, Transformation transformation, PictureFormat wish) {
    var wanted = new Wanted(object.key(project.name()), transformation, wish);
    var known = kept.getIfPresent(wanted);
    if (known != null) {
      return known;
    }
    var rendered = inTurn(project, object, wanted);
    kept.put(wanted, rendered);
    return rendered;
  }

  private Picture inTurn(Project project, StoredObject object, Wanted wanted) {
    try {
      if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new ApiException(new Failure.Busy("Too many images are being rendered"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Busy("Rendering was interrupted"));
    }
    try {
      return render(source(project, object), wanted);
    } finally {
      places.release();
    }
  }

  private byte[] source(Project project, StoredObject object) {
    if (object.size() > LARGEST_SOURCE) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    try (var in =
        backends.of(project).read(object.key(project.name()), Span.whole(object.size()))) {
      return in.readAllBytes();
    } catch (Backend.Missing e) {
      throw new ApiException(new StorageError.NoSuchKey(object.name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Picture render(byte[] source, Wanted wanted) {
    try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(source))) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw unsupported();
      }
      var reader = readers.next();
      try {
        return render(reader, in, source, wanted);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      // what decoders throw at broken images
      throw unsupported();
    }
  }

  private Picture render(ImageReader reader, ImageInputStream in, byte[] source, Wanted wanted)
      throws IOException {
    reader.setInput(in, true, true);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if (width <= 0 || height <= 0 || (long) width * height > settings.renderPixels()) {
      throw unsupported();
    }
    var turn = Orientation.of(source);
    var upright = turn.isSideways() ? new Scene(height, width) : new Scene(width, height);
    var plan = upright.plan(wanted.transformation());
    var parameters = reader.getDefaultReadParam();
    int step = Math.max(1, (int) Math.floor(1 / Math.max(plan.scaleX(), plan.scaleY()) / 2));
    parameters.setSourceSubsampling(step, step, 0, 0);
    BufferedImage image = turn.apply(reader.read(0, parameters));
    var format = wanted.format().orOf(reader.getFormatName());
    return format.encode(plan.draw(image, format), wanted.transformation().quality());
  }

  private static ApiException unsupported() {
    return new ApiException(new StorageError.InvalidRequest(UNSUPPORTED));
  }
}
