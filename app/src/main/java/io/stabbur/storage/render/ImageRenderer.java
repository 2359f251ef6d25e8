package io.stabbur.storage.render;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.Project;
import io.stabbur.storage.MemoryBudget;
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
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// Renders a stored image. Its header is read first: one with too many pixels is refused before it
/// is decoded, and a large one is decoded at a fraction of its size where its format allows that.
/// All renderings together take no more than a third of the memory, what they read another eighth,
/// and none takes longer than some seconds. Results are kept by version, so a replaced image is
/// never served from memory.
@Singleton
final class ImageRenderer {
  private static final long LARGEST_SOURCE = 25L << 20;
  private static final long PATIENCE_SECONDS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
  private static final int DEEPEST_PIXEL = 8;

  /// Decoders hold some rows however few pixels are wanted of them.
  private static final int LONGEST_SIDE = 65_535;

  /// The decoders that keep to these bounds. Those of other formats take what the file's header
  /// asks for.
  private static final Set<String> FORMATS = Set.of("jpeg", "png", "gif", "webp");

  private static final String BUSY = "Too many images are being rendered";
  private static final String UNSUPPORTED =
      "The source image is invalid or unsupported for rendering";
  private final Backends backends;
  private final StorageSettings settings;
  private final FairShare places;
  private final MemoryBudget sources = new MemoryBudget(Runtime.getRuntime().maxMemory() / 8, BUSY);
  private final MemoryBudget memory = new MemoryBudget(Runtime.getRuntime().maxMemory() / 3, BUSY);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("render-clock").factory());
  private final Cache<Wanted, Picture> kept;

  static {
    // decoding works on bytes in memory; no temporary files
    ImageIO.setUseCache(false);
  }

  ImageRenderer(Backends backends, StorageSettings settings) {
    this.backends = backends;
    this.settings = settings;
    this.places = new FairShare(Terms.thirds(settings.renderAtOnce(), BUSY));
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(Math.min(settings.renderCache(), Runtime.getRuntime().maxMemory() / 16))
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
    if (object.size() > Math.min(LARGEST_SOURCE, sources.most())) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    try (var _ = places.acquire(Caller.currentShare(), 1, PATIENCE);
        var _ = sources.hold(object.size())) {
      return render(source(project, object), wanted);
    }
  }

  private byte[] source(Project project, StoredObject object) {
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
      var reader = readers.hasNext() ? readers.next() : null;
      if (reader == null || !FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        throw unsupported();
      }
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
    if (width <= 0
        || height <= 0
        || Math.max(width, height) > LONGEST_SIDE
        || (long) width * height > settings.renderPixels()) {
      throw unsupported();
    }
    var turn = Orientation.of(source);
    var upright = turn.isSideways() ? new Scene(height, width) : new Scene(width, height);
    var work =
        new Work(
            width,
            height,
            pixelBytes(reader, turn),
            JpegFrame.coefficientBytes(source),
            isDecodedWhole(reader),
            upright.plan(wanted.transformation()));
    int step = work.step(memory.most());
    try (var _ = memory.hold(work.bytes(step))) {
      var image = turn.apply(decode(reader, step));
      var format = wanted.format().orOf(reader.getFormatName());
      return format.encode(work.plan().draw(image, format), wanted.transformation().quality());
    }
  }

  /// What a decoded pixel takes, and the same pixel turned upright.
  private static int pixelBytes(ImageReader reader, Orientation turn) throws IOException {
    var types = reader.getImageTypes(0);
    int decoded =
        types.hasNext() ? (types.next().getColorModel().getPixelSize() + 7) / 8 : DEEPEST_PIXEL;
    return turn.isUpright() ? decoded : decoded + 4;
  }

  /// The decoder of WebP gives every pixel, whatever fraction is asked for.
  private static boolean isDecodedWhole(ImageReader reader) throws IOException {
    return reader.getFormatName().equalsIgnoreCase("webp");
  }

  /// One rendering: how large the original is, what its pixels and its decoder take, and what is
  /// made of it.
  private record Work(
      int width, int height, int pixelBytes, long decoder, boolean whole, Scene.Plan plan) {
    /// The largest fraction the original can be decoded at within the budget: every pixel, every
    /// second, and so on; never fewer pixels than are drawn.
    int step(long budget) {
      double scale = Math.max(plan.scaleX(), plan.scaleY());
      int usual = whole ? 1 : Math.max(1, (int) Math.floor(1 / scale / 2));
      int most = whole ? 1 : Math.max(usual, (int) Math.floor(1 / scale));
      int step = usual;
      while (step < most && bytes(step) > budget) {
        step++;
      }
      if (bytes(step) > budget) {
        throw new ApiException(new StorageError.EntityTooLarge());
      }
      return step;
    }

    /// The decoded image, and the result before and after encoding.
    long bytes(int step) {
      long decoded = (long) (width / step + 1) * (height / step + 1);
      long drawn = (long) plan.width() * plan.height();
      // what is decoded whole is there twice, the decoder's own copy being outside the heap
      return decoded * pixelBytes * (whole ? 2 : 1) + decoder + drawn * (4 + 1);
    }
  }

  /// A decoder that takes too long is told to stop, and what it has by then is not shown.
  private BufferedImage decode(ImageReader reader, int step) throws IOException {
    var parameters = reader.getDefaultReadParam();
    parameters.setSourceSubsampling(step, step, 0, 0);
    var over = new AtomicBoolean();
    var limit =
        clock.schedule(
            () -> {
              over.set(true);
              reader.abort();
            },
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
    try {
      var image = reader.read(0, parameters);
      if (over.get()) {
        throw unsupported();
      }
      return image;
    } finally {
      limit.cancel(false);
    }
  }

  private static ApiException unsupported() {
    return new ApiException(new StorageError.InvalidRequest(UNSUPPORTED));
  }
}
