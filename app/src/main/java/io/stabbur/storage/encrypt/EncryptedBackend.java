package io.stabbur.storage.encrypt;

import io.stabbur.platform.file.ReadAhead;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.MemoryBudget;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Digests;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.encrypt.KeyRows.SealedPart;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A store that encrypts what its version says is to be encrypted ([Encryption]), and lets
/// everything else through. Sizes, entity tags and positions are those of the clear bytes. What the
/// store below gets is ciphertext, so nothing it writes to a disk is clear.
final class EncryptedBackend implements Backend {
  private static final String STORED_TYPE = "application/octet-stream";

  /// From here on chunks are opened while others are sent.
  private static final long LARGE = 1 << 20;

  private static final int PIECES = 4;
  private static final MemoryBudget OF_ALL =
      new MemoryBudget(Runtime.getRuntime().maxMemory() / 32, "Too many downloads at once");

  private final Backend store;
  private final KeyRows rows;
  private final KeyWrapping wrapping;

  EncryptedBackend(Backend store, KeyRows rows, KeyWrapping wrapping) {
    this.store = store;
    this.rows = rows;
    this.wrapping = wrapping;
  }

  private static boolean isClear(VersionKey key) {
    return Encryption.of(key.version()) == Encryption.OFF;
  }

  /// The key is kept when the bytes are complete, and before any row can make them live.
  @Override
  public Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType, Tagging tagging) {
    if (isClear(key)) {
      return store.write(key, bytes, length, contentType, tagging);
    }
    var fresh = ObjectKey.fresh();
    var sealing = new SealingStream(bytes, fresh, 0, tagging);
    store.write(key, sealing, SealingStream.storedLength(0, length), STORED_TYPE, Tagging.NONE);
    var written = sealing.written();
    rows.put(key, wrapping.wrap(key, fresh.with(Layout.whole(written.size()))));
    return written;
  }

  @Override
  public InputStream read(VersionKey key, Span span) {
    return isClear(key) ? store.read(key, span) : read(key, open(key), span);
  }

  private WrappedKey require(VersionKey key) {
    return rows.find(key)
        .orElseThrow(
            () ->
                store.exists(key)
                    ? Unreadable.because("the database has no key of it", key)
                    : new Missing());
  }

  private ObjectKey open(VersionKey key) {
    return wrapping.unwrap(key, require(key));
  }

  private InputStream read(VersionKey key, ObjectKey opened, Span span) {
    var layout = opened.layout();
    var plan =
        ReadPlan.of(layout, span)
            .orElseThrow(() -> Unreadable.because("it has not the size its row says", key));
    var salt = plan.salt(layout).map(where -> bytes(key, where)).orElse(new byte[0]);
    var stored = store.read(key, plan.stored(layout));
    try {
      var clear = new OpeningStream(stored, key, opened, plan, salt);
      return span.length() < LARGE ? clear : ahead(clear);
    } catch (IOException | RuntimeException e) {
      throw closed(stored, e);
    }
  }

  /// Opens chunks while others are sent; the stream itself where memory for that is short.
  private static InputStream ahead(InputStream clear) {
    var memory = OF_ALL.tryHold((long) PIECES * Segment.CHUNK);
    return memory == null
        ? clear
        : new ReadAhead(
            new Holding(clear, memory),
            PIECES,
            Segment.CHUNK,
            Thread.ofVirtual().name("file-read-ahead"));
  }

  /// Gives back the memory for its pieces when it is closed.
  private static final class Holding extends FilterInputStream {
    private final MemoryBudget.Held memory;

    Holding(InputStream in, MemoryBudget.Held memory) {
      super(in);
      this.memory = memory;
    }

    @Override
    public void close() throws IOException {
      try (memory) {
        super.close();
      }
    }
  }

  private static RuntimeException closed(InputStream stored, Exception reason) {
    try {
      stored.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    return switch (reason) {
      case RuntimeException known -> known;
      case IOException io -> new UncheckedIOException(io);
      default -> new IllegalStateException(reason);
    };
  }

  private byte[] bytes(VersionKey key, Span span) {
    try (var in = store.read(key, span)) {
      return in.readNBytes((int) span.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bytes of an encrypted object are copied as they are, and their key is wrapped for the new
  /// place; between clear and encrypted they are read and written.
  @Override
  public void copy(VersionKey from, VersionKey to, long size) {
    if (isClear(from) && isClear(to)) {
      store.copy(from, to, size);
    } else if (isClear(from) || isClear(to)) {
      convert(from, to, size);
    } else {
      var key = open(from);
      store.copy(from, to, key.layout().storedSize());
      rows.put(to, wrapping.wrap(to, key));
    }
  }

  private void convert(VersionKey from, VersionKey to, long size) {
    try (var in = read(from, Span.whole(size))) {
      var _ = write(to, in, OptionalLong.of(size), STORED_TYPE, Tagging.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Keys go with the notes of their bytes (`Sweeper`) or when nothing names them (`KeyUpkeep`).
  @Override
  public void delete(Collection<VersionKey> keys) {
    store.delete(keys);
  }

  @Override
  public boolean exists(VersionKey key) {
    return store.exists(key);
  }

  @Override
  public void each(String tenant, Consumer<VersionKey> visitor) {
    store.each(tenant, visitor);
  }

  @Override
  public String begin(VersionKey key, String contentType) {
    if (isClear(key)) {
      return store.begin(key, contentType);
    }
    rows.put(key, wrapping.wrap(key, ObjectKey.fresh()));
    return store.begin(key, STORED_TYPE);
  }

  @Override
  public Part part(
      VersionKey key,
      String upload,
      int number,
      InputStream bytes,
      OptionalLong length,
      Tagging tagging) {
    if (isClear(key)) {
      return store.part(key, upload, number, bytes, length, tagging);
    }
    var sealing = new SealingStream(bytes, open(key), number, tagging);
    var stored =
        store.part(
            key, upload, number, sealing, SealingStream.storedLength(number, length), Tagging.NONE);
    var written = sealing.written();
    var part = new Part(number, written.size(), written.etag());
    rows.putPart(key, new SealedPart(part, stored.etag()));
    return part;
  }

  /// The layout is kept before the store joins the parts: asked again after a crash between the
  /// two, the same layout is kept again.
  @Override
  public Written join(VersionKey key, String upload, List<Part> parts) {
    if (isClear(key)) {
      return store.join(key, upload, parts);
    }
    keepLayout(
        key, new Layout(parts.stream().map(p -> new Segment(p.number(), p.size())).toList()));
    store.join(key, upload, stored(key, parts));
    rows.forgetParts(key);
    return Digests.joinedAs(parts);
  }

  /// Asked again where a rotation wrapped the key meanwhile.
  private void keepLayout(VersionKey key, Layout layout) {
    boolean kept = false;
    while (!kept) {
      var known = require(key);
      kept =
          known.layout().equals(layout.text())
              || rows.replace(
                  key, known, wrapping.wrap(key, wrapping.unwrap(key, known).with(layout)));
    }
  }

  /// The parts as the store knows them.
  private List<Part> stored(VersionKey key, List<Part> parts) {
    var known = rows.parts(key);
    var stored = new ArrayList<Part>();
    for (var part : parts) {
      var etag = known.get(part);
      if (etag == null) {
        throw new Missing();
      }
      stored.add(
          new Part(part.number(), new Segment(part.number(), part.size()).storedSize(), etag));
    }
    return stored;
  }

  @Override
  public void abandon(VersionKey key, String upload) {
    store.abandon(key, upload);
  }

  @Override
  public void tidy(String tenant, Instant before, Predicate<String> underWay) {
    store.tidy(tenant, before, underWay);
  }

  @Override
  public long smallestPart() {
    return store.smallestPart();
  }

  @Override
  public void close() {
    store.close();
  }
}
