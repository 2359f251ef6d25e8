package io.stabbur.realtime.bus;

import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bus over a carrier of packets: one thread sends what was published, several messages at once
/// where they wait. What cannot be sent is dropped; once sending works again, the receiver is told
/// that messages were lost.
final class PacketBus implements Bus {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final byte[] PURPOSE = "realtime bus".getBytes(StandardCharsets.UTF_8);
  private static final Logger LOG = LoggerFactory.getLogger(PacketBus.class);

  private final String project;
  private final Carrier carrier;
  private final byte[] key;
  private final PacketWriter writer;
  private final SendQueue queue;
  private final Thread sender;
  private volatile boolean isClosed;
  private volatile @Nullable Receiver receiver;
  private boolean isFailing;

  /// @param project its name, for the log
  /// @param masterKey the same at all replicas
  PacketBus(String project, Carrier carrier, byte[] masterKey, int maxQueue) {
    this.project = project;
    this.carrier = carrier;
    this.key = key(masterKey);
    this.writer = new PacketWriter(key, carrier.largestPacket());
    this.queue = new SendQueue(maxQueue);
    this.sender = Thread.ofVirtual().name("realtime bus " + project).start(this::run);
  }

  /// The key of the packets.
  static byte[] key(byte[] masterKey) {
    return Crypto.hmacSha256(masterKey, PURPOSE);
  }

  @Override
  public boolean reachesOthers() {
    return true;
  }

  @Override
  public void publish(byte[] message) {
    if (message.length > LONGEST) {
      LOG.warn("A message of {} bytes is too long for other replicas", message.length);
    } else if (!queue.add(message) && !isClosed && !isFailing) {
      LOG.warn("Messages for other replicas are dropped: too many wait. project={}", project);
    }
  }

  @Override
  public void receive(Receiver to) {
    receiver = to;
    var reader = new PacketReader(key, writer.sender(), to::message);
    carrier.receive(quietly(reader::read), to::interrupted);
  }

  /// Whatever a message does to its receiver, the next must be read.
  private static Consumer<byte[]> quietly(Consumer<byte[]> reader) {
    return packet -> {
      try {
        reader.accept(packet);
      } catch (RuntimeException e) {
        LOG.error("A packet of another replica cannot be used", e);
      }
    };
  }

  private void run() {
    try {
      for (var taken = queue.take(); !taken.isEmpty(); taken = queue.take()) {
        send(taken);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(List<byte[]> messages) throws InterruptedException {
    try {
      carrier.send(writer.packets(messages));
      if (isFailing) {
        isFailing = false;
        LOG.info("Messages reach other replicas again. project={}", project);
        tellInterrupted();
      }
    } catch (CarrierFailure e) {
      if (!isFailing) {
        isFailing = true;
        LOG.warn("Messages do not reach other replicas: {}. project={}", e.getMessage(), project);
      }
      if (!isClosed) {
        Thread.sleep(PAUSE);
        queue.clear();
      }
    }
  }

  private void tellInterrupted() {
    var told = receiver;
    if (told != null) {
      told.interrupted();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    queue.close();
    try {
      if (!sender.join(LAST_WORDS)) {
        sender.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    carrier.close();
  }
}
