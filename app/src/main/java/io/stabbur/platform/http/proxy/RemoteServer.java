package io.stabbur.platform.http.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One elsewhere, by TCP, and by TLS where its address says `https`: its certificate must be good
/// for its name. Call [#resolve] before the first request and now and then.
public final class RemoteServer extends NextServer {
  private static final int CONNECT_MILLIS = 5_000;
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);
  private static final long RESOLVED_NANOS = Duration.ofSeconds(30).toNanos();

  private final String host;
  private final int port;
  private final @Nullable SslContext tls;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<InetAddress> addresses = List.of();
  private volatile long resolvedAt;

  /// @param address `https://name`, perhaps with a port
  public RemoteServer(URI address) {
    super(LONGEST_IDLE);
    boolean isTls = address.getScheme().equalsIgnoreCase("https");
    this.host = address.getHost();
    this.port = address.getPort() > 0 ? address.getPort() : isTls ? 443 : 80;
    this.tls = isTls ? tls() : null;
  }

  private static SslContext tls() {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .endpointIdentificationAlgorithm("HTTPS")
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /// Whether the name must be looked up before a request.
  public boolean isResolved() {
    return !addresses.isEmpty() && System.nanoTime() - resolvedAt < RESOLVED_NANOS;
  }

  /// Looks the name up, which blocks.
  ///
  /// @return whether there are addresses; older ones count where the name server does not answer
  public boolean resolve() {
    try {
      addresses = List.of(InetAddress.getAllByName(host));
      resolvedAt = System.nanoTime();
    } catch (UnknownHostException _) {
      // what was known before
    }
    return !addresses.isEmpty();
  }

  @Override
  ChannelFuture connect(Bootstrap bootstrap) {
    var known = addresses;
    var next =
        known.isEmpty()
            ? InetSocketAddress.createUnresolved(host, port)
            : new InetSocketAddress(
                known.get(Math.floorMod(turn.getAndIncrement(), known.size())), port);
    return bootstrap
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .connect(next);
  }

  @Override
  void prepare(ChannelPipeline pipeline) {
    if (tls != null) {
      pipeline.addLast("tls", tls.newHandler(pipeline.channel().alloc(), host, port));
    }
  }
}
