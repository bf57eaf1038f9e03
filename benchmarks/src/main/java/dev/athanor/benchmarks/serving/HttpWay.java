package dev.athanor.benchmarks.serving;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import java.net.URI;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// One image file as the body of an HTTP/1.1 request, over as many connections as there are open
/// questions, answered in Netty's own threads like those of [GrpcWay]: the client shares the
/// processors with the server.
final class HttpWay implements Way {
  private static final int PATIENCE_SECONDS = 60;
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final AttributeKey<CompletableFuture<Outcome>> ASKED =
      AttributeKey.valueOf(HttpWay.class, "asked");

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Deque<Channel> idle = new ConcurrentLinkedDeque<>();
  private final Bootstrap connections;
  private final URI address;
  private final String accept;
  private final List<byte[]> files;
  private final Predicate<byte[]> right;

  private HttpWay(URI address, String accept, List<byte[]> files, Predicate<byte[]> right) {
    this.address = address;
    this.accept = accept;
    this.files = files;
    this.right = right;
    var answers = new Answers();
    this.connections =
        new Bootstrap()
            .group(threads)
            .channel(NioSocketChannel.class)
            .remoteAddress(address.getHost(), address.getPort())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast(new HttpClientCodec(), new HttpObjectAggregator(LONGEST_ANSWER))
                        .addLast(answers);
                  }
                });
  }

  /// Numbers come back as bytes.
  static Way raw(URI root, String model, List<byte[]> files, int dimensions) {
    return new HttpWay(
        root.resolve("/v1/models/" + model + "/embed"),
        "application/octet-stream",
        files,
        body -> body.length == dimensions * Float.BYTES);
  }

  /// Numbers come back as JSON, of our server and of its peer.
  static Way json(URI address, List<byte[]> files) {
    return new HttpWay(address, "application/json", files, body -> body.length > 0);
  }

  @Override
  public CompletableFuture<Outcome> ask(int number) {
    var outcome = new CompletableFuture<Outcome>();
    var request = request(files.get(number % files.size()));
    var known = idle.pollLast();
    if (known != null) {
      ask(known, request, outcome);
    } else {
      connections
          .connect()
          .addListener(
              (ChannelFuture made) -> {
                if (made.isSuccess()) {
                  ask(made.channel(), request, outcome);
                } else {
                  outcome.complete(Outcome.FAILED);
                }
              });
    }
    return outcome.completeOnTimeout(Outcome.FAILED, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static void ask(
      Channel connection, DefaultFullHttpRequest request, CompletableFuture<Outcome> outcome) {
    connection.attr(ASKED).set(outcome);
    connection
        .writeAndFlush(request)
        .addListener(
            (ChannelFuture sent) -> {
              if (!sent.isSuccess()) {
                outcome.complete(Outcome.FAILED);
              }
            });
  }

  private DefaultFullHttpRequest request(byte[] file) {
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, address.getPath(), Unpooled.wrappedBuffer(file));
    request
        .headers()
        .set(HttpHeaderNames.HOST, address.getAuthority())
        .set(HttpHeaderNames.CONTENT_TYPE, "image/png")
        .set(HttpHeaderNames.ACCEPT, accept)
        .set(HttpHeaderNames.CONTENT_LENGTH, file.length);
    return request;
  }

  private Outcome outcome(FullHttpResponse answer) {
    return switch (answer.status().code()) {
      case 200 -> {
        var bytes = new byte[answer.content().readableBytes()];
        answer.content().readBytes(bytes);
        yield right.test(bytes) ? Outcome.OK : Outcome.FAILED;
      }
      case 429 ->
          answer.headers().contains(HttpHeaderNames.RETRY_AFTER) ? Outcome.REFUSED : Outcome.FAILED;
      default -> Outcome.FAILED;
    };
  }

  /// Of all connections, each of which has one question at a time.
  @Sharable
  private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
    @Override
    protected void channelRead0(ChannelHandlerContext connection, FullHttpResponse answer) {
      var found = outcome(answer);
      var asked = connection.channel().attr(ASKED).getAndSet(null);
      if (HttpUtil.isKeepAlive(answer)) {
        idle.addLast(connection.channel());
      }
      asked.complete(found);
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
      idle.remove(connection.channel());
      var asked = connection.channel().attr(ASKED).get();
      if (asked != null) {
        asked.complete(Outcome.FAILED);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext connection, Throwable failure) {
      connection.close();
    }
  }

  @Override
  public void close() {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
