package io.stabbur.platform.http.proxy;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server to which requests are sent on. Connections are kept alive and reused, per
/// event loop.
public abstract sealed class NextServer implements AutoCloseable permits LocalServer, RemoteServer {
  private static final int LONGEST_LINE = 128 * 1024;
  private static final int LARGEST_HEAD = 128 * 1024;
  private static final int LARGEST_PIECE = 64 * 1024;
  private static final int IDLE_PER_LOOP = 64;
  private static final AttributeKey<Long> IDLE_SINCE = AttributeKey.valueOf("stabbur.idle-since");

  private final Map<EventLoop, ArrayDeque<Channel>> idle = new ConcurrentHashMap<>();
  private final Duration longestIdle;
  private volatile boolean closed;

  /// @param longestIdle how long a connection may have been idle that is used again: some servers
  ///   close those that are idle for long, and a request that meets the end is lost
  NextServer(Duration longestIdle) {
    this.longestIdle = longestIdle;
  }

  /// Begins a connection.
  abstract ChannelFuture connect(Bootstrap bootstrap);

  /// Puts what comes before HTTP on a new connection, such as TLS.
  abstract void prepare(ChannelPipeline pipeline);

  /// Sends a client's request on. Bodies are streamed with back-pressure; a client that goes away
  /// ends the exchange, which the server sees as a closed connection.
  ///
  /// @param request as it came from the client
  /// @param outgoing what the server gets to see of it
  /// @param watch hears of the exchange on its event loop
  public Exchange send(HttpRequest<?> request, Outgoing outgoing, ExchangeWatch watch) {
    var netty = (NettyHttpRequest<?>) request;
    var exchange = new Exchange(this, netty, outgoing, watch);
    var loop = netty.getChannelHandlerContext().channel().eventLoop();
    if (loop.inEventLoop()) {
      exchange.begin();
    } else {
      loop.execute(exchange::begin);
    }
    return exchange;
  }

  /// An idle connection of this loop; null when there is none.
  @Nullable Channel reuse(EventLoop loop) {
    var channels = idle.get(loop);
    Channel found = null;
    while (channels != null && found == null && !channels.isEmpty()) {
      var candidate = channels.pollLast();
      if (candidate.isActive() && isFresh(candidate)) {
        found = candidate;
      } else {
        var _ = candidate.close();
      }
    }
    return found;
  }

  private boolean isFresh(Channel channel) {
    Long since = channel.attr(IDLE_SINCE).get();
    return since == null || System.nanoTime() - since < longestIdle.toNanos();
  }

  /// Opens a connection; the exchange hears of the outcome.
  void connect(EventLoop loop, Exchange exchange) {
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    prepare(channel.pipeline());
                    channel
                        .pipeline()
                        .addLast(
                            "codec", new HttpClientCodec(LONGEST_LINE, LARGEST_HEAD, LARGEST_PIECE))
                        .addLast("exchange", new ServerConnection());
                  }
                });
    var _ =
        connect(bootstrap)
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    exchange.connected(connected.channel());
                  } else {
                    exchange.fail(connected.cause());
                  }
                });
  }

  /// Keeps a connection for the next exchange of its event loop.
  void keep(Channel channel) {
    var channels = idle.computeIfAbsent(channel.eventLoop(), _ -> new ArrayDeque<>());
    if (closed || channels.size() >= IDLE_PER_LOOP) {
      var _ = channel.close();
    } else {
      channel.attr(IDLE_SINCE).set(System.nanoTime());
      channels.addLast(channel);
      // notices that the server closes it
      channel.read();
    }
  }

  /// Closes idle connections; exchanges under way go on.
  @Override
  public void close() {
    closed = true;
    idle.forEach(
        (loop, channels) -> {
          if (!loop.isShuttingDown()) {
            loop.execute(
                () -> {
                  for (var channel : channels) {
                    var _ = channel.close();
                  }
                  channels.clear();
                });
          }
        });
  }
}
